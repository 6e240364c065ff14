"""Pure rules of items and receipts. The phone's twin is static/js/offline/outbox.js."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeGuard
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from ..shell.ids import may_be_words

MAX_ITEMS = 500
MAX_BYTES = 2 * 1024 * 1024
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HASH = re.compile(r"[0-9a-f]{64}")
Fields = dict[str, list[str]]


class NotAnItem(ValueError):
    """What came is not an item; the message says why, in plain words."""


@dataclass(frozen=True, slots=True)
class Item:
    """An ordinary form post that had not been sent yet (design.md section 6)."""

    id: str
    path: str
    fields: Fields
    made_at: datetime
    zone: str
    claimed_hash: str | None = None
    salt: str = ""
    written_as: str = ""
    """The id that it was written under, where other words have that id now."""
    hash: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hash", content_hash(self.path, self.fields))


def content_hash(path: str, fields: Fields) -> str:
    """SHA-256 (hex) of the item's content: its path, and its fields sorted by name."""
    entries = [[name, list(values)] for name, values in sorted(fields.items())]
    text = json.dumps([path, entries], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(whole(text).encode()).hexdigest()


def batch_hash(hashes: Iterable[str]) -> str:
    """SHA-256 (hex) of a whole batch: of its items' hashes, in hex, joined in order with nothing between."""
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def hash_of(raw: Any) -> str:
    """The hash of what came as an item, readable or not; "" for what has no content that could be hashed."""
    path, fields = (raw.get("path"), raw.get("fields")) if isinstance(raw, dict) else (None, None)
    return content_hash(path, mended(fields)) if isinstance(path, str) and _are_fields(fields) else ""


def mended(fields: Fields) -> Fields:
    """The same fields in whole characters, as the phone hashed them."""
    return {whole(name): [whole(value) for value in values] for name, values in fields.items()}


def whole(text: str) -> str:
    """The text with U+FFFD for each torn half of a character, as the phone's `toWellFormed` does it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def words_of(item: Item) -> list[str]:
    """What somebody may have written in an item: for its author to read when it can't be taken."""
    return [value for values in item.fields.values() for value in values if may_be_words(value)]


def valid_id(value: Any) -> bool:
    """A UUID as the phone makes it. It is kept as it was sent, so that the receipt names it to the letter."""
    if not isinstance(value, str) or _ID.fullmatch(value) is None:
        return False
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def read_item(raw: Any) -> Item:
    """An item from a batch. Raises NotAnItem with the reason."""
    if not isinstance(raw, dict):
        raise NotAnItem("This item is not in a form that Lantern can read.")
    if not valid_id(raw.get("id")):
        raise NotAnItem("This item has no proper id.")
    path, fields = raw.get("path"), raw.get("fields")
    if not isinstance(path, str) or not path.startswith("/") or len(path) > 200 or "?" in path:
        raise NotAnItem("This item does not say where it belongs.")
    if not _are_fields(fields):
        raise NotAnItem("The answers in this item can't be read.")
    claimed = raw.get("hash")
    if claimed is not None and not (isinstance(claimed, str) and _HASH.fullmatch(claimed)):
        raise NotAnItem("This item did not arrive whole.")
    made_at, zone = read_time(raw.get("made_at"), raw.get("zone"))
    return Item(raw["id"], path, mended(fields), made_at, zone, claimed)


def _are_fields(fields: Any) -> TypeGuard[Fields]:
    return isinstance(fields, dict) and all(
        isinstance(name, str) and isinstance(values, list) and all(isinstance(v, str) for v in values)
        for name, values in fields.items()
    )


def read_time(made_at: Any, zone: Any) -> tuple[datetime, str]:
    """When and where the phone says it was written. Raises NotAnItem when that can't be read.

    A zone the server does not know is kept as UTC: the words matter more than the name of the zone.
    """
    try:
        moment = datetime.fromisoformat(made_at)
    except (TypeError, ValueError):
        raise NotAnItem("This item does not say when it was written.") from None
    if moment.tzinfo is None:
        raise NotAnItem("This item's time has no time zone.")
    known = isinstance(zone, str) and zone in _ZONES
    return moment, zone if known else "UTC"


_ZONES = available_timezones()
LONDON = ZoneInfo("Europe/London")


def as_json(receipt: Any, salt: str = "") -> dict[str, Any]:
    """A receipt as the phone reads it; the same bytes each time it is asked for.

    A locked phone can't seal what it hears. What it keeps names the content by a hash with the salt that was in the
    sealed copy: a plain hash of a few words beside them on the disk would soon be guessed (bars S4).
    """
    kept = {"kept": True, "with": receipt.kept_with} if receipt.kept_with else {}
    return kept | {
        "id": receipt.item_id,
        "hash": hashlib.sha256((salt + receipt.hash).encode()).hexdigest() if salt else receipt.hash,
        "status": receipt.status,
        "outcome": receipt.outcome,
        "at": receipt.at.isoformat(),
        "errors": receipt.errors,
        "location": receipt.location,
    }
