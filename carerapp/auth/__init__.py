"""Auth: how people get in, on which phones, and how a lost phone is cut off. No passwords anywhere.

Words    a sign-in is one session on one browser; a phone is a sealed vault; a passkey opens both.
States   a sign-in is open -> ended; a phone is known -> cut off -> told to wipe
Tells    phone:cut-off
"""
