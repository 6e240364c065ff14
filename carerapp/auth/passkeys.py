"""Passkeys: the only file that knows the webauthn library. It checks; what it means is decided by the verbs."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

ALGORITHMS = [Algorithm.ECDSA_SHA_256, Algorithm.EDDSA, Algorithm.RSASSA_PKCS1_v1_5_SHA_256]
TIMEOUT = 120_000
"""Milliseconds a browser waits for somebody to find their phone and look at it."""
LONGEST_ID = 1023
"""Bytes in a credential's id, by the standard."""
NOBODYS_KEY = bytes.fromhex(
    "a5010203262001215820"
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "225820"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
"""The base point of P-256 as a public key. Checking against it costs as much as checking a real one, so the time of
an answer does not tell whether there is such an account (bars S8)."""


class NotAccepted(Exception):
    """The passkey's answer proves nothing. Why is for the log of a developer, never for whoever asks."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey's public half."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: str
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What a passkey that was shown says about itself."""

    sign_count: int
    backed_up: bool


def new_challenge() -> bytes:
    """256 random bits (bars S10 asks for 128)."""
    return secrets.token_bytes(32)


def request_options(challenge: bytes) -> dict[str, Any]:
    """What the browser needs to ask for any passkey of ours: no list of accounts, and the person must be verified."""
    options = generate_authentication_options(
        rp_id=current_app.config["RP_ID"],
        challenge=challenge,
        timeout=TIMEOUT,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return json.loads(options_to_json(options)) | {"allowCredentials": []}


def creation_options(
    person_id: str, name: str, challenge: bytes, have: Sequence[tuple[bytes, str]] = ()
) -> dict[str, Any]:
    """What the browser needs to make a passkey that knows its person. `have`: ids and transports of theirs."""
    options = generate_registration_options(
        rp_id=current_app.config["RP_ID"],
        rp_name="Lantern",
        user_id=person_id.encode(),
        user_name=name,
        user_display_name=name,
        challenge=challenge,
        timeout=TIMEOUT,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=known, transports=_transports(words)) for known, words in have
        ],
        supported_pub_key_algs=ALGORITHMS,
    )
    return json.loads(options_to_json(options))


def _transports(words: str) -> list[AuthenticatorTransport]:
    known = {transport.value: transport for transport in AuthenticatorTransport}
    return [known[word] for word in words.split() if word in known]


def holds_secret(body: Any) -> bool:
    """Does this body carry what a passkey's PRF gave? That secret opens a vault: it must never leave the phone."""
    if isinstance(body, dict):
        prf = body.get("prf")
        if isinstance(prf, dict) and "results" in prf:
            return True
        return any(holds_secret(value) for value in body.values())
    return isinstance(body, list) and any(holds_secret(value) for value in body)


def credential_id(credential: Any) -> bytes:
    """Which passkey this claims to be, or nothing that could be one: an empty id."""
    try:
        found = base64url_to_bytes(credential["rawId"])
    except (TypeError, ValueError, KeyError):
        return b""
    return found if len(found) <= LONGEST_ID else b""


def written(credential_id: bytes) -> str:
    """A passkey's id as browsers write it."""
    return bytes_to_base64url(credential_id)


def check_shown(credential: Any, challenge: bytes, public_key: bytes, sign_count: int, person_id: str) -> Shown:
    """Was this passkey shown here, now, by its verified person?

    The library checks challenge, type, origin, relying party, presence, verification, counter and signature. It does
    not look at the user handle, nor whether the page stood inside another site's: those are looked at here.

    Raises NotAccepted.
    """
    try:
        _refuse_framed(credential)
        checked = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=current_app.config["RP_ID"],
            expected_origin=current_app.config["ORIGIN"],
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
        handle = base64url_to_bytes(credential["response"]["userHandle"])
    except Exception as error:  # whatever a hostile body breaks, the answer is the same no
        raise NotAccepted(type(error).__name__) from None
    if not secrets.compare_digest(handle, person_id.encode()):
        raise NotAccepted("another person's handle")
    return Shown(checked.new_sign_count, checked.credential_backed_up)


def check_made(credential: Any, challenge: bytes) -> Made:
    """Is this a passkey that was made here, now, by a verified person? Its maker's own word (attestation) is not asked.

    Raises NotAccepted.
    """
    try:
        _refuse_framed(credential)
        checked = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=current_app.config["RP_ID"],
            expected_origin=current_app.config["ORIGIN"],
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
        key = decode_credential_public_key(checked.credential_public_key)
        decoded_public_key_to_cryptography(key)  # a point that is not on its curve fails here, not at each sign-in
        words = credential["response"].get("transports") or []
    except Exception as error:
        raise NotAccepted(type(error).__name__) from None
    if len(checked.credential_id) > LONGEST_ID:
        raise NotAccepted("an id that is too long")
    known = {transport.value for transport in AuthenticatorTransport}
    return Made(
        credential_id=checked.credential_id,
        public_key=checked.credential_public_key,
        sign_count=checked.sign_count,
        transports=" ".join(sorted(known & {word for word in words if isinstance(word, str)})),
        backed_up=checked.credential_backed_up,
    )


def _refuse_framed(credential: Any) -> None:
    """A passkey is asked for on our own page only, never from inside another site's."""
    said = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
    if said.get("crossOrigin") or "topOrigin" in said:
        raise NotAccepted("asked for inside another site's page")
