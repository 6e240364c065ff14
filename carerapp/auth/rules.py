"""Pure rules of sign-ins, invitations and codes (bars S8, S9, S10). Every figure here is one of those bars'."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ABSOLUTE = timedelta(days=30)
IDLE_STAFF = timedelta(minutes=30)
# A carer's phone has its own lock; the session behind it may be quiet for half a day.
IDLE_HOME = timedelta(hours=12)
HOME_ROLES = frozenset({"carer", "young_person"})

CHALLENGE_LASTS = timedelta(minutes=5)
FRESH_FOR = timedelta(minutes=5)
"""How long after showing a passkey somebody may change how they get in."""
INVITATION_LASTS = timedelta(hours=72)
OWN_LINK_LASTS = timedelta(minutes=15)
"""A link to one's own other phone is used at once, with both phones on the table."""
RECOVERY_LASTS = timedelta(hours=72)
NEWS_LASTS = timedelta(days=14)
"""How long somebody is told that a passkey was added to their account."""
TOLD_LASTS = timedelta(days=30)
"""How long a list shows a phone that was cut off after it was last told to wipe, or said that it has."""
CODES = 10


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many wrong tries within so long."""

    most: int
    within: timedelta


PER_ACCOUNT = Limit(10, timedelta(minutes=5))
PER_NETWORK = Limit(100, timedelta(hours=1))
# Asking for a challenge is not a guess, and a whole office signs in at nine: this only stops a flood of rows.
ASKING = Limit(600, timedelta(minutes=5))


def session_lapsed(role: str, created_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """Has this session been quiet for too long, or is it simply too old?"""
    idle = IDLE_HOME if role in HOME_ROLES else IDLE_STAFF
    return now - last_seen_at > idle or now - created_at > ABSOLUTE


def may_hand_in(role: str, created_at: datetime, last_seen_at: datetime, paused_at: datetime, now: datetime) -> bool:
    """May this session of somebody whose account is paused still hand in what waits on their phone? (S3, R14)

    Yes when the pause is all that is wrong with it: it was alive then, or was begun since by showing a passkey. It is
    not ended by quiet, for a phone can be without signal for days, but by age like every other.
    """
    return not session_lapsed(role, created_at, last_seen_at, paused_at) and now - created_at <= ABSOLUTE


def waiting_since(said: str, skew: int | None, now: datetime) -> datetime | None:
    """Since when the oldest words wait on a phone: what it says itself (ISO 8601), less the seconds that it is ahead.

    Never later than now. None when it can't be read (bars R8, R11).
    """
    try:
        moment = datetime.fromisoformat(said)
        return min(moment.astimezone(UTC) - timedelta(seconds=skew or 0), now) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def is_unheard_of(last_seen_at: datetime, waiting_since: datetime | None, now: datetime, after: timedelta) -> bool:
    """Was a phone not heard of for so long, or had words waited for so long already when it was? By our own clock."""
    waited = last_seen_at - waiting_since if waiting_since else timedelta(0)
    return now - last_seen_at >= after or waited >= after


def vault_for(role: str) -> str:
    """Does this person's phone hold a sealed vault? Carers and young people always, workers when they choose."""
    return "make" if role in HOME_ROLES else "offer"


def is_fresh(signed_in_at: datetime, now: datetime) -> bool:
    """Was a passkey shown just now? Showing it again begins a new sign-in, so its age tells (bars S9, S10)."""
    return now - signed_in_at <= FRESH_FOR


def try_again_at(tries: list[datetime], limit: Limit, now: datetime) -> datetime | None:
    """When the next try is welcome; None when it is welcome now."""
    recent = sorted(at for at in tries if now - at < limit.within)
    return recent[-limit.most] + limit.within if len(recent) >= limit.most else None


def network_of(address: str | None) -> str:
    """The network somebody comes from: a /24, or a /48 of IPv6, which is what one customer is commonly given."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def ends_what_was_before(made_by_id: str | None, person_id: str) -> bool:
    """Does a passkey made with this invitation end the passkeys before it?

    A link from somebody else is a beginning, or a beginning again after a loss: what was lost must stop working. A
    link that somebody made for their own other phone adds to what they have.
    """
    return made_by_id != person_id


def recovery_waits(asked_at: datetime, decided_at: datetime | None, now: datetime) -> bool:
    """Is somebody still waiting to be let back in? After three days they ask again."""
    return decided_at is None and now - asked_at <= RECOVERY_LASTS


LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O or U: what people misread on paper, or read as a word."""
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_RANDOM_LETTERS = 15


def recovery_code(random: bytes) -> str:
    """A code for paper, such as 7Q2M-..., from 15 random bytes: 75 bits, and a last letter that catches a slip."""
    letters = "".join(LETTERS[byte % 32] for byte in random[:_RANDOM_LETTERS])
    whole = letters + _check_letter(letters)
    return "-".join(whole[start : start + 4] for start in range(0, 16, 4))


def read_code(typed: str) -> str | None:
    """The code as it was printed, from how somebody typed it; None when it has a slip in it."""
    letters = "".join(c for c in typed.upper() if c.isalnum()).translate(_MISREAD)
    if len(letters) != _RANDOM_LETTERS + 1 or any(letter not in LETTERS for letter in letters):
        return None
    if _check_letter(letters[:-1]) != letters[-1]:
        return None
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def _check_letter(letters: str) -> str:
    """Weighted by place, modulo a prime, so that a wrong letter and two swapped letters are both noticed."""
    return LETTERS[sum(place * LETTERS.index(letter) for place, letter in enumerate(letters, 1)) % 31]
