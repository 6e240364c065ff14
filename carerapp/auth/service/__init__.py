"""Verbs of getting in, staying in and being cut off: one file for each thing people do.

sign_ins     sign in by passkey, sign out, here and everywhere
registering  make a passkey, take one away, recovery codes
invitations  one-time links
recovery     ask to get back in; a second person decides
phones       name a phone, cut off a lost one
"""
