"""Sealed copies: an item sealed to the server's public key when it was saved, so that a locked phone can send it.

A fresh P-256 key for each copy, ECDH with the server's key, HKDF-SHA-256 salted with the fresh public key, AES-256-GCM
bound to the item's id. The phone's twin is static/js/offline/seal.js.
"""

import base64
import binascii
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..shell import seal_keys
from .rules import Item, NotAnItem, read_item, valid_id

INFO = b"lantern sealed copy"
UNKNOWN_KEY = (
    "It was sealed so long ago that Lantern does not keep the key to it any more. Unlock Lantern on the phone that "
    "saved it, and it is sent from there. Without that phone nobody can open it."
)
DAMAGED = (
    "It is damaged and does not open. If you have the phone, unlock Lantern there and it is sent. If you do not, "
    "choose the file again from where it was first saved."
)
NOT_YOURS = "Somebody else wrote it. Keep the file for them: only they can hand it in, signed in as themselves."


class NotOpened(Exception):
    """A copy that can't be taken now. The words are still in the vault, so this never lets go of anything."""


def read_sealed(raw: Any, person_id: str, keys: Path) -> Item:
    """The item in a copy. Raises NotOpened when it does not open or is another person's, NotAnItem when it is none."""
    if not isinstance(raw, dict) or not valid_id(raw.get("id")):
        raise NotAnItem(DAMAGED)
    content = _opened(raw["id"], raw.get("copy"), keys)
    if content.get("person") != person_id:
        raise NotOpened(NOT_YOURS)
    return replace(read_item(content | {"id": raw["id"]}), salt=str(content.get("salt", "")))


def _opened(item_id: str, copy: Any, keys: Path) -> dict[str, Any]:
    if not isinstance(copy, dict) or not all(isinstance(copy.get(part), str) for part in ("kid", "epk", "iv", "ct")):
        raise NotOpened(DAMAGED)
    key = seal_keys.by_name(keys, copy["kid"])
    if key is None:
        raise NotOpened(UNKNOWN_KEY)
    try:
        point, iv, ct = (_bytes(copy[part]) for part in ("epk", "iv", "ct"))
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        secret = HKDF(SHA256(), 32, point, INFO).derive(key.private.exchange(ec.ECDH(), theirs))
        content = json.loads(AESGCM(secret).decrypt(iv, ct, item_id.encode()))
    except (ValueError, binascii.Error, InvalidTag, RecursionError):
        raise NotOpened(DAMAGED) from None
    if not isinstance(content, dict):
        raise NotOpened(DAMAGED)
    return content


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
