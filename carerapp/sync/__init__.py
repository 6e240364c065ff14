"""Sync: what waited on a phone arrives, each item through the very view and verb of the online form.

Words    an item is a form post that had not been sent yet; a receipt names its id and the hash of its content.
Rule     the same id again gets the same receipt and changes nothing; the same id with other content is refused.
"""
