"""What the policy tests share: the shipped authorities, their texts, and moments in London."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from carerapp.policy import Authority, load_all
from carerapp.policy.load import AUTHORITIES

LONDON = ZoneInfo("Europe/London")
KEYS = ("south-gloucestershire", "placement-support")


@cache
def authorities() -> dict[str, Authority]:
    """Both shipped authorities."""
    return load_all()


@cache
def text_of(key: str) -> str:
    """The text of a shipped policy file."""
    return (AUTHORITIES / f"{key}.toml").read_text(encoding="utf-8")


def london(text: str) -> datetime:
    """A moment on a London clock, in UTC; `fold=1` is not needed anywhere here."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)
