"""A passkey in software: makes credentials and answers challenges as a phone does, or wrongly in any way asked for."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

UP, UV, BACKED_UP, ATTESTED = 0x01, 0x04, 0x18, 0x40


def b64(raw: bytes) -> str:
    """base64url without padding, as browsers write it."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """The bytes of base64url."""
    return base64.urlsafe_b64decode(text + "===")


@dataclass
class Authenticator:
    """One device with at most one passkey. Every argument of `make` and `show` is a way to answer wrongly."""

    origin: str = "http://localhost:5000"
    rp_id: str = "localhost"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""
    counter: int = 0

    def make(
        self,
        options: dict[str, Any],
        *,
        kind: str = "webauthn.create",
        challenge: bytes | None = None,
        origin: str | None = None,
        rp_id: str | None = None,
        flags: int = UP | UV | ATTESTED,
        fmt: str = "none",
        cose: dict[int, Any] | None = None,
        said: dict[str, Any] | None = None,
        statement: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The answer to `navigator.credentials.create`, in JSON."""
        self.handle = unb64(options["user"]["id"])
        client = self._client(kind, challenge or unb64(options["challenge"]), origin, said)
        public = cbor2.dumps(cose or self.public())
        told = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + public
        data = self._data(rp_id, flags, told if flags & ATTESTED else b"")
        attestation = cbor2.dumps({"fmt": fmt, "attStmt": statement or {}, "authData": data})
        return self._credential(
            {"clientDataJSON": b64(client), "attestationObject": b64(attestation), "transports": ["internal"]}
        )

    def show(
        self,
        options: dict[str, Any],
        *,
        kind: str = "webauthn.get",
        challenge: bytes | None = None,
        origin: str | None = None,
        rp_id: str | None = None,
        flags: int = UP | UV,
        handle: bytes | None = None,
        no_handle: bool = False,
        signed_by: ec.EllipticCurvePrivateKey | None = None,
        said: dict[str, Any] | None = None,
        counter: int | None = None,
    ) -> dict[str, Any]:
        """The answer to `navigator.credentials.get`, in JSON."""
        client = self._client(kind, challenge or unb64(options["challenge"]), origin, said)
        data = self._data(rp_id, flags, b"", counter)
        signature = (signed_by or self.key).sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature)}
        if not no_handle:
            response["userHandle"] = b64(self.handle if handle is None else handle)
        return self._credential(response)

    def public(self) -> dict[int, Any]:
        """The public key as COSE: ES256 on P-256."""
        numbers = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}

    def _client(self, kind: str, challenge: bytes, origin: str | None, said: dict[str, Any] | None) -> bytes:
        told = {"type": kind, "challenge": b64(challenge), "origin": origin or self.origin, "crossOrigin": False}
        return json.dumps(told | (said or {})).encode()

    def _data(self, rp_id: str | None, flags: int, attested: bytes, counter: int | None = None) -> bytes:
        count = self.counter if counter is None else counter
        return (
            hashlib.sha256((rp_id or self.rp_id).encode()).digest()
            + bytes([flags])
            + count.to_bytes(4, "big")
            + attested
        )

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": b64(self.credential_id),
            "rawId": b64(self.credential_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {"prf": {"enabled": True}},
            "response": response,
        }
