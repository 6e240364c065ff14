"""Opaque ids for addresses and rows, and secrets for cookies and invitations."""

import base64
import hashlib
import re
import secrets
import time
from datetime import datetime

_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]
_NO_WORDS = re.compile("[0-9a-v]{26}|y")  # an id, a tick


def new_id() -> str:
    """A 26-character id: 48 bits of time in milliseconds, then 80 random bits, so that rows sort as they were made.

    It says nothing about a person, and knowing one tells nobody the next.
    """
    return _spelled(int(time.time() * 1000).to_bytes(6, "big") + secrets.token_bytes(10))


def id_of(at: datetime, *names: str) -> str:
    """The id of what these names stand for, shaped like the others: the same again whenever it is asked for.

    What a phone offers again to a server that was put back to an earlier day comes back under the id that other words
    and addresses know it by (bars R22).
    """
    since_1970 = max(int(at.timestamp() * 1000), 0)
    return _spelled((since_1970 % 2**48).to_bytes(6, "big") + hashlib.sha256("\0".join(names).encode()).digest()[:10])


def _spelled(raw: bytes) -> str:
    """16 bytes in base 32 with small letters and no padding, ten bits at a time."""
    bits = int.from_bytes(raw, "big") << 2
    return "".join([_PAIRS[bits >> shift & 1023] for shift in range(120, -1, -10)])


def new_secret() -> str:
    """256 random bits for a cookie or a link. Only their digest is ever stored."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored instead of a secret: SHA-256 in hex. The secrets are random, so no slow hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def to_base64url(raw: bytes) -> str:
    """Bytes in letters that may stand in an address or an attribute, with no padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def may_be_words(text: str) -> bool:
    """Could somebody have written this? Not an id, a tick or nothing; but one word may be all they said."""
    return bool(text.strip()) and _NO_WORDS.fullmatch(text) is None
