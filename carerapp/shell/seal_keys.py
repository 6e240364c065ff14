"""The keys to which phones seal copies of what they write, so that a locked phone can send without its owner.

One file, readable by the server's user only, holds them all: the newest is handed out, the others still open what was
sealed to them. Whoever has this file and a phone's disk can read what waits there, and nothing else on it; so it is
kept like SECRET_KEY, and backed up apart from the database: a restored server needs it to open what phones offer again.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from . import clock
from .ids import new_id, to_base64url

KEPT = timedelta(days=180)
"""How long a replaced key still opens copies: as long as a phone may stay away (offline.md section 8)."""


@dataclass(frozen=True, slots=True)
class SealKey:
    """One key pair. `replaced_at` is when a newer one was made, None for the newest."""

    kid: str
    made_at: datetime
    replaced_at: datetime | None
    private: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> bytes:
        """The public half, as a point of 65 bytes: all that a phone needs."""
        return self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )


def keys(path: Path) -> tuple[SealKey, ...]:
    """Every key, newest last; the first is made when it is first needed. Another worker's rotation is seen at once."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        with _alone(path):
            if not path.exists():
                _write(path, (_new(),))
        found = os.stat(path)
    return _read(path, (found.st_mtime_ns, found.st_ino))


def newest(path: Path) -> SealKey:
    """The key to which phones seal from now on."""
    return keys(path)[-1]


def announced(path: Path) -> str:
    """What the shell tells a phone: the name of the newest key, and its public half."""
    key = newest(path)
    return f"{key.kid}.{to_base64url(key.public)}"


def by_name(path: Path, kid: str) -> SealKey | None:
    """The key that a copy names, if it is still kept."""
    return next((key for key in keys(path) if key.kid == kid), None)


def rotate(path: Path) -> tuple[SealKey, int]:
    """Make a new key, and let go of those replaced more than 180 days ago. Returns the new one, and how many went."""
    now = clock.now()
    keys(path)
    with _alone(path):
        before = keys(path)
        newer = (*before[:-1], SealKey(before[-1].kid, before[-1].made_at, now, before[-1].private))
        kept = [key for key in newer if key.replaced_at and now - key.replaced_at <= KEPT]
        key = _new()
        _write(path, (*kept, key))
    return key, len(newer) - len(kept)


def _new() -> SealKey:
    return SealKey(new_id()[-10:], clock.now(), None, ec.generate_private_key(ec.SECP256R1()))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two workers that both need the first key make one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, wanted: tuple[SealKey, ...]) -> None:
    """All of it or none, flushed, and never readable by anybody else, not even for a moment."""
    new = path.with_suffix(".new")
    with suppress(FileNotFoundError):
        new.unlink()
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump([_as_json(key) for key in wanted], file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def _as_json(key: SealKey) -> dict[str, Any]:
    pem = key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    replaced = key.replaced_at and key.replaced_at.isoformat()
    return {"kid": key.kid, "made_at": key.made_at.isoformat(), "replaced_at": replaced, "pem": pem.decode()}


@cache
def _read(path: Path, version: tuple[int, int]) -> tuple[SealKey, ...]:
    return tuple(_from_json(raw) for raw in json.loads(path.read_text()))


def _from_json(raw: dict[str, Any]) -> SealKey:
    private = serialization.load_pem_private_key(raw["pem"].encode(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    replaced = raw["replaced_at"] and datetime.fromisoformat(raw["replaced_at"])
    return SealKey(raw["kid"], datetime.fromisoformat(raw["made_at"]), replaced, private)
