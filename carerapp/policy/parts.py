"""The parts of a policy file that are rules: each says why it stands and where it comes from."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from . import model
from .calendars import WEEKDAYS, Calendar, bank_holidays
from .dates import DAY_PARTS
from .durations import Duration, due_at
from .read import REQUIREMENT, TAG, Table, keys_of

RULE = keys_of(model.Rule)
# An ordinary working Monday morning: on such a day a warning must not come after the end it warns of.
_PLAIN_START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


class RuleReader:
    """Reads rules whose sources must be sections of one document."""

    def __init__(self, document: model.Document) -> None:
        """Remember which policy text the rules come from."""
        self.document = document

    def why(self, table: Table) -> dict[str, Any]:
        """Read what every rule carries: the reason, the requirement IDs and the choice (X-11)."""
        sources = table.texts("source", empty=True) if table.has("source") else ()
        for source in sources:
            self._check_source(table, source)
        choice = table.text("choice", "")
        if not sources and not choice:
            raise table.error("", "needs a source, or a choice where the policy is silent")
        return {"why": table.text("why"), "source": sources, "choice": choice}

    def _check_source(self, table: Table, source: str) -> None:
        """Refuse what cannot be a requirement, or is none of this policy."""
        if not REQUIREMENT.fullmatch(source):
            raise table.error("source", f"{source!r} is not a requirement ID such as {self.document.prefix}-4.3-10")
        prefix, part, _ = source.split("-") if source.count("-") == 2 else ("X", "", "")
        if prefix == "X":
            return
        if prefix != self.document.prefix:
            raise table.error("source", f"{source!r} belongs to another policy than {self.document.prefix}")
        table.known("source", part, self.document.sections)

    def calendar(self, table: Table) -> tuple[Calendar, model.Rule]:
        """Read which days and hours are worked."""
        table.expect(RULE | {"zone", "weekend", "bank_holidays", "also_closed", "office_opens", "office_closes"})
        table.one_of("bank_holidays", {"england-and-wales"})
        days = bank_holidays()
        closed = {_day(table, text): "Office closed" for text in table.texts("also_closed", empty=True)}
        weekend = frozenset(WEEKDAYS.index(day) for day in table.codes("weekend", WEEKDAYS, empty=True))
        if len(weekend) == len(WEEKDAYS):
            raise table.error("weekend", "leaves no working day in the week, so no promise would ever end")
        calendar = Calendar(
            zone=table.one_of("zone", {"Europe/London"}),
            weekend=weekend,
            days_off=MappingProxyType({**closed, **days.days}),
            first_year=days.first_year,
            last_year=days.last_year,
            office_opens=table.clock_time("office_opens"),
            office_closes=table.clock_time("office_closes"),
        )
        if calendar.office_opens >= calendar.office_closes:
            raise table.error("office_closes", "comes before the office opens")
        return calendar, model.Rule(**self.why(table))

    def words(self, table: Table) -> tuple[Mapping[str, str], model.Rule]:
        """Read the authority's names for things."""
        table.expect(RULE | set(model.WORDS))
        return MappingProxyType({key: table.text(key) for key in model.WORDS}), model.Rule(**self.why(table))

    def kinder(self, table: Table) -> tuple[tuple[model.KinderWord, ...], model.Rule]:
        """Read the kinder words. No spelling may stand twice, or a hint would depend on luck."""
        table.expect(RULE | {"word"})
        words, spellings = [], set[str]()
        for row in table.tables("word"):
            row.expect(keys_of(model.KinderWord))
            word = row.text("word")
            forms = (word, *(row.texts("forms") if row.has("forms") else ()))
            for form in forms:
                if form.casefold() in spellings:
                    raise row.error("word", f"{form!r} stands here twice")
                spellings.add(form.casefold())
            words.append(model.KinderWord(word=word, forms=forms, say=row.text("say"), note=row.text("note")))
        return tuple(words), model.Rule(**self.why(table))

    def clocks(self, table: Table, calendar: Calendar) -> Mapping[str, model.ClockRule]:
        """Read every clock; one that is missing or unknown is refused."""
        names = {key: key.split(".") for key in model.CLOCKS}
        table.expect({room for room, _ in names.values()})
        for room in {room for room, _ in names.values()}:
            table.table(room).expect({name for where, name in names.values() if where == room})
        clocks = {key: self.clock(key, table.table(room).table(name)) for key, (room, name) in names.items()}
        for key, rule in clocks.items():
            _check_order(table.table(names[key][0]).table(names[key][1]), rule, calendar)
        return MappingProxyType(clocks)

    def clock(self, key: str, table: Table) -> model.ClockRule:
        """Read one clock."""
        table.expect(keys_of(model.ClockRule, without={"key"}))
        owner, chain = table.role("owner"), table.roles("chain")
        if chain[0] != owner:
            raise table.error("chain", f"should begin with the owner, {owner!r}")
        tags = table.texts("met_by")
        for tag in tags:
            if not TAG.fullmatch(tag):
                raise table.error("met_by", f"{tag!r} is not an event such as 'recording:read'")
        return model.ClockRule(
            key=key,
            due=table.duration("due"),
            warn=_warn(table),
            target=table.duration("target") if table.has("target") else None,
            not_before=table.duration("not_before") if table.has("not_before") else None,
            owner=owner,
            chain=chain,
            met_by=tags,
            **self.why(table),
        )

    def phone(self, table: Table) -> model.PhoneRules:
        """Read what a phone may hold."""
        table.expect(keys_of(model.PhoneRules))
        pin = table.codes("pin_may_hold", model.HOLDINGS)
        passkey = table.codes("passkey_may_hold", model.HOLDINGS)
        if not set(pin) <= set(passkey):
            raise table.error("pin_may_hold", "holds more than a phone with a passkey, which is the safer one")
        unsent = table.number("unsent_hours", 1, 168)
        silent = table.number("silent_hours", 1, 336)
        if silent < unsent:
            raise table.error("silent_hours", "is shorter than unsent_hours: the carer hears of it first")
        return model.PhoneRules(
            pin_may_hold=pin,
            passkey_may_hold=passkey,
            pin_recordings_days=table.number("pin_recordings_days", 0, 14),
            passkey_recordings_days=table.number("passkey_recordings_days", 0, 90),
            lease_days=table.number("lease_days", 1, 7),  # no copy outlives a week without contact (bars S3)
            draft_lock_minutes=table.number("draft_lock_minutes", 1, 5),  # five at most (bars S4)
            unsent_hours=unsent,
            silent_hours=silent,
            **self.why(table),
        )

    def recordings(self, table: Table) -> model.RecordingRules:
        """Read how often a carer writes and what stays theirs."""
        table.expect(keys_of(model.RecordingRules))
        return model.RecordingRules(
            every_days=table.number("every_days", 1, 31),
            expected_parts=table.codes("expected_parts", DAY_PARTS, empty=True),
            late_after_days=table.number("late_after_days", 0, 31),
            keep_after_move=table.flag("keep_after_move"),
            export_after_move=table.flag("export_after_move"),
            **self.why(table),
        )

    def triage(self, table: Table) -> model.TriageRules:
        """Read when something needs a look. A word can not be a reason: people read words."""
        table.expect(keys_of(model.TriageRules))
        if table.texts("word_triggers", empty=True):
            raise table.error("word_triggers", "must stay empty: no single word makes a recording urgent by itself")
        days = table.number("hard_nights_in_days", 1, 31)
        return model.TriageRules(
            hard_nights=table.number("hard_nights", 1, days),
            hard_nights_in_days=days,
            no_positives_days=table.number("no_positives_days", 1, 90),
            unread_after=table.duration("unread_after"),
            pass_on_by_default=table.flag("pass_on_by_default"),
            **self.why(table),
        )

    def meetings(self, table: Table) -> model.MeetingRules:
        """Read who asks for, chairs and attends the meeting that keeps a home together."""
        table.expect(keys_of(model.MeetingRules))
        return model.MeetingRules(
            who_may_request=table.roles("who_may_request"),
            who_may_flag=table.roles("who_may_flag"),
            request_through=table.role("request_through") if table.has("request_through") else "",
            arranged_by=table.role("arranged_by"),
            goes_ahead_by=table.roles("goes_ahead_by"),
            chair=table.roles("chair"),
            must_attend=table.roles("must_attend", groups=True),
            invited=table.roles("invited", groups=True),
            minutes_to=table.roles("minutes_to", groups=True),
            minutes_files=table.codes("minutes_files", {"child", "carer"}),
            child_part=table.one_of("child_part", model.CHILD_PARTS),
            family_views=table.one_of("family_views", model.FAMILY_VIEWS),
            ask_about_advocate=table.flag("ask_about_advocate"),
            written_to_child=table.flag("written_to_child"),
            convene=table.one_of("convene", model.CLOCKS),
            reading=items(table, "reading"),
            form=items(table, "form"),
            **self.why(table),
        )

    def endings(self, table: Table) -> model.EndingRules:
        """Read what follows an unplanned ending."""
        table.expect(keys_of(model.EndingRules))
        return model.EndingRules(
            reach=table.one_of("reach", model.ENDING_REACH),
            chair=table.roles("chair"),
            exemption_window=table.duration("exemption_window") if table.has("exemption_window") else None,
            exemption_by=table.roles("exemption_by", empty=True),
            minutes_to=table.roles("minutes_to", groups=True),
            reading=items(table, "reading"),
            **self.why(table),
        )


def items(table: Table, key: str) -> tuple[model.Item, ...]:
    """Read a list of titled things, no two with the same key."""
    found: dict[str, model.Item] = {}
    for row in table.tables(key):
        row.expect(keys_of(model.Item))
        item = model.Item(row.text("key"), row.text("title"), row.text("asks", ""))
        if item.key in found:
            raise row.error("key", f"{item.key!r} stands here twice")
        found[item.key] = item
    return tuple(found.values())


def _warn(table: Table) -> Duration | float:
    """Read when a clock warns: a duration, or the part of the time gone by, between 0 and 1."""
    value = table.take("warn")
    if isinstance(value, float):
        if not 0 < value < 1:
            raise table.error("warn", "should be a part between 0 and 1, or a duration")
        return value
    return table.duration("warn")


def _check_order(table: Table, rule: model.ClockRule, calendar: Calendar) -> None:
    """Refuse a warning, aim or earliest day that comes after the end itself."""
    due = due_at(_PLAIN_START, rule.due, calendar)
    for key, duration in (("warn", rule.warn), ("target", rule.target), ("not_before", rule.not_before)):
        if isinstance(duration, Duration) and due_at(_PLAIN_START, duration, calendar) > due:
            raise table.error(key, f"{duration} comes after {rule.due}, when the promise is already missed")


def _day(table: Table, text: str) -> date:
    """Read one extra day off."""
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise table.error("also_closed", str(wrong)) from wrong
