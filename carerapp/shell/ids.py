"""Opaque ids for addresses and rows, and secrets for cookies and invitations."""

import base64
import hashlib
import secrets
import time


def new_id() -> str:
    """A 26-character id: 48 bits of time in milliseconds, then 80 random bits, so that rows sort as they were made.

    It says nothing about a person, and knowing one tells nobody the next.
    """
    raw = int(time.time() * 1000).to_bytes(6, "big") + secrets.token_bytes(10)
    return base64.b32hexencode(raw).decode().rstrip("=").lower()


def new_secret() -> str:
    """256 random bits for a cookie or a link. Only their digest is ever stored."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored instead of a secret: SHA-256 in hex. The secrets are random, so no slow hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def to_base64url(raw: bytes) -> str:
    """Bytes in letters that may stand in an address or an attribute, with no padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
