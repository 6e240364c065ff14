"""Sign-ins, passkeys, phones, invitations, recovery codes. Only digests of secrets are stored."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..shell.db import OfAuthority, Opaque, UtcTime, db


class SignIn(Opaque, OfAuthority, db.Model):
    """One session. The cookie holds a secret of 256 bits, this row its digest (bars S9)."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_person", "person_id"),)

    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    phone_id: Mapped[str | None] = mapped_column(ForeignKey("phones.id"))
    how: Mapped[str] = mapped_column(String(16))
    """passkey, recovery, invitation or demo."""
    browser: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_because: Mapped[str | None] = mapped_column(String(24))


class Phone(OfAuthority, db.Model):
    """A vault on a phone or computer, known by the vault's own random id. Nothing here can open it."""

    __tablename__ = "phones"
    __table_args__ = (Index("ix_phones_person", "person_id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(8))
    """pin or passkey: what opens it."""
    label: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcTime)
    waiting: Mapped[int | None]
    """How many items the phone said were waiting when it was last heard of; None when it never said."""
    waiting_since: Mapped[datetime | None] = mapped_column(UtcTime)
    """When the oldest of them was written, as far as its clock can be put right; None when nothing waited."""
    cut_off_at: Mapped[datetime | None] = mapped_column(UtcTime)
    cut_off_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    told_to_wipe_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When it last asked for Lantern after it was cut off, under its own name, and was told to forget."""
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When it said itself that nothing is kept on it any more, by its person's wish or because it was cut off."""


class Passkey(Opaque, OfAuthority, db.Model):
    """A passkey's public half."""

    __tablename__ = "passkeys"
    __table_args__ = (Index("ix_passkeys_person", "person_id"),)

    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[str] = mapped_column(String(80), default="")
    backed_up: Mapped[bool] = mapped_column(default=False)
    label: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Challenge(Opaque, db.Model):
    """A passkey challenge: used once, within five minutes (bars S10)."""

    __tablename__ = "challenges"

    challenge: Mapped[bytes] = mapped_column(LargeBinary(64))
    purpose: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Invitation(Opaque, OfAuthority, db.Model):
    """A link that lets one person register their first passkey, once, for a while."""

    __tablename__ = "invitations"

    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    made_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class RecoveryCode(Opaque, OfAuthority, db.Model):
    """One of ten codes on paper, each good once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index("ix_recovery_codes_person", "person_id"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Recovery(Opaque, OfAuthority, db.Model):
    """Somebody with a recovery code asks to get back in. A second person decides (bars S10)."""

    __tablename__ = "recoveries"
    __table_args__ = (Index("ix_recoveries_person", "person_id"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    code_id: Mapped[str] = mapped_column(ForeignKey("recovery_codes.id"))
    browser: Mapped[str] = mapped_column(String(80), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[str | None] = mapped_column(String(12))
    """confirmed or refused."""
    invitation_id: Mapped[str | None] = mapped_column(ForeignKey("invitations.id"))
    """The link that the confirmer hands over. A passkey made with it ends the passkeys before it."""


class Attempt(db.Model):
    """A guess at getting in, counted by a digest of whom or where (bars S8)."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_bucket", "bucket", "at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    bucket: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcTime)
