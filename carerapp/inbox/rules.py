"""Pure rules of the inbox: how far a handover is, what may be done next, and the pack for the case system."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

PASSED_ON, READ, FILED, DONE = "passed on", "read", "filed", "done"
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""For reference numbers: nothing that is mistaken for something else when read aloud or copied by hand."""
RANDOM_LETTERS = 8
"""Eight of them are 10^12: with 130,000 a year in one authority, two alike are not to be expected in a lifetime."""


@dataclass(frozen=True, slots=True)
class Facts:
    """When each step of a handover was taken; None when it was not."""

    read_at: datetime | None
    filed_at: datetime | None
    followed_up_at: datetime | None


def state(facts: Facts) -> str:
    """Say how far it is (S1-4.3-11 to -14). Filing and following up may come in either order."""
    if facts.filed_at and facts.followed_up_at:
        return DONE
    if facts.filed_at:
        return FILED
    return READ if facts.read_at else PASSED_ON


def is_done(filed_at: datetime | None, followed_up_at: datetime | None) -> bool:
    """It leaves the inbox when it is both on the case system and followed up."""
    return filed_at is not None and followed_up_at is not None


def reference(authority_key: str, year: int, letters: str) -> str:
    """A number of its own for the pack: the authority's initials, the year, and letters nobody can guess."""
    initials = "".join(word[0] for word in authority_key.split("-")).upper()
    return f"{initials[:4]}-{year}-{letters[:4]}-{letters[4:]}"


def canonical(pack: dict[str, Any]) -> str:
    """The pack as text, the same for the same content: sorted keys, no spare spaces, every character as it is."""
    return json.dumps(pack, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def checksum(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in hex: whoever holds the file can check that it is the one that was made."""
    return hashlib.sha256(text.encode()).hexdigest()


def merged_note(before: str, after: str) -> str:
    """What was said with an alert, and with one that came later: nothing that somebody said is overwritten."""
    return "\n\n".join(part for part in (before, after) if part)
