"""The demo's words: varied, kind, the same for the same seed, and nothing twice where somebody would notice."""

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from carerapp.demo import plan, story
from carerapp.demo.cast import BY_SLUG, CHILDREN, HOUSEHOLDS
from carerapp.demo.script import script_of, workers
from carerapp.policy import load_all
from carerapp.policy.dates import LONDON
from carerapp.recordings import today_held

# One for each day of the week, and some near bank holidays and the clock changes.
TODAYS = [date(2026, 6, 1) + timedelta(days=n) for n in range(7)] + [date(2026, 12, 30), date(2027, 4, 2)]
CHILD_AND_DAY = [(child, today) for child in CHILDREN for today in TODAYS]
NEVER = re.compile(
    r"\b(placements?|respite|contact(s|ed|ing)?|lac|clients?|service users?|manipulat\w+|non-?compliant"
    r"|adhd|autis\w+|asd|ocd|ptsd|attachment|trauma\w*|disorders?|diagnos\w+|syndrome|https?|www)\b",
    re.IGNORECASE,
)
"""Words of ours that nobody writes here: those that hurt, labels instead of a child, and addresses."""
PHONE = re.compile(r"\b(0\d{3,4}[ -]?\d{3}[ -]?\d{3,4}|\+44)\b")


def sentences(text: str) -> list[str]:
    """The sentences of a text, without the quotation marks around them; two words or more."""
    found = (part.strip(" “”()") for part in re.split(r"(?<=[.!?])[”)]*\s+|\n+", text))
    return [part for part in found if " " in part]


def all_texts() -> list[str]:
    """Everything that is written anywhere in the demo."""
    written = []
    for child in CHILDREN:
        script = script_of(child, story.home_of(child)[1])
        for day in [*script.before, *script.after, *(d for c in script.chapters for d in (*c.beats, *c.fillers))]:
            written += [*day.texts, *day.orders.values(), day.what.told_by]
    for moods in workers().values():
        written += [line for lines in moods.values() for line in lines]
    return written


@pytest.mark.parametrize(("child", "today"), CHILD_AND_DAY)
def test_no_sentence_comes_back_within_a_month(child: str, today: date) -> None:
    seen: dict[str, date] = {}
    for entry in story.days(child, today):
        for sentence in {s for text in entry.texts for s in sentences(text) if not text.startswith("Dad, by phone")}:
            before = seen.get(sentence)
            assert before is None or (entry.about_on - before).days > 30, f"{sentence!r} on {before}"
            seen[sentence] = entry.about_on


@pytest.mark.parametrize(("child", "today"), CHILD_AND_DAY)
def test_most_days_have_an_entry_and_no_gap_is_long(child: str, today: date) -> None:
    about = sorted({entry.about_on for entry in story.days(child, today)})
    assert 0.74 <= len(about) / 90 <= 0.92
    assert max((b - a).days for a, b in pairwise(about)) <= plan.WIDEST + 3
    assert about[-1] == today - timedelta(days=1)


@pytest.mark.parametrize(("child", "today"), CHILD_AND_DAY)
def test_times_are_possible(child: str, today: date) -> None:
    for entry in story.days(child, today):
        assert entry.about_on <= entry.written_at.date()
        assert entry.written_at <= entry.sent_at
        assert entry.sent_at.astimezone(LONDON).date() < today
        assert entry.author in {c for _, _, carers, *_ in HOUSEHOLDS.values() for c in carers}
        assert BY_SLUG[entry.author].role == "carer"


def test_same_seed_same_story_other_seed_another() -> None:
    today = TODAYS[2]
    assert story.everything(today) == story.everything(today)
    assert story.everything(today) != story.everything(today, seed=story.SEED + 1)


def test_more_or_fewer_days() -> None:
    assert {entry.child for entry in story.everything(TODAYS[0], 14)} == set(CHILDREN)
    assert len(story.days("leo", TODAYS[0], 300)) > 150
    for entry in story.days("kit", TODAYS[0], 300):  # no longer than he has lived there
        assert entry.about_on > TODAYS[0] - timedelta(days=story.home_of("kit")[2])


def test_words_are_kind() -> None:
    hurting = {
        form.lower() for policy in load_all().values() for word in policy.kinder for form in (word.word, *word.forms)
    }
    unkind = re.compile(rf"\b({'|'.join(sorted(map(re.escape, hurting), key=len, reverse=True))})\b", re.IGNORECASE)
    for text in all_texts():
        assert not unkind.search(text), f"{unkind.search(text)} in {text!r}"
        assert not NEVER.search(text), f"{NEVER.search(text)} in {text!r}"
        assert not PHONE.search(text), text


def test_ticks_are_on_the_list_and_the_childs_words_are_marked() -> None:
    known = {item.code for item in today_held.load().offered()}
    for entry in story.everything(TODAYS[0]):
        assert set(entry.what.today_held) <= known
        assert "“" not in entry.what.child_said  # the page marks it as theirs, with quotation marks of its own
        assert bool(entry.what.told) == bool(entry.what.told_by)


def test_days_are_varied() -> None:
    for child in CHILDREN:
        told = story.days(child, TODAYS[0])
        hows = Counter(entry.what.how for entry in told)
        assert hows["good"] + hows["great"] > hows["hard"] + hows["very_hard"] > 0
        assert len({entry.written_at.strftime("%H:%M") for entry in told}) > len(told) / 2
        assert {"school", "health", "family_time", "incident", "visits"} <= {s for e in told for s in e.what.sections}
        lengths = sorted(sum(map(len, entry.texts)) for entry in told)
        assert lengths[0] < 150 and lengths[-1] > 500


def test_home_goes_gently_wrong_with_good_moments_still_there() -> None:
    """Jay's last three weeks (the demo's story): harder than before, help asked for twice, and not only hard."""
    today = TODAYS[3]
    told = story.days("jay", today)
    lately = [entry for entry in told if (today - entry.about_on).days <= 24]
    before = [entry for entry in told if (today - entry.about_on).days > 32]
    hard = {"hard", "very_hard"}

    def share(entries: list[story.Entry]) -> float:
        return sum(entry.what.how in hard for entry in entries) / len(entries)

    assert share(lately) > 0.4 > 0.2 > share(before)
    assert sum(entry.what.wants_help for entry in lately) == 2
    assert sum(entry.what.how == "good" for entry in lately) >= 3
    assert sum("missing" in entry.what.sections for entry in lately) == 1
    assert not any("meeting" in entry.orders for entry in told)


def test_one_asked_for_a_meeting_in_kits_hard_fortnight() -> None:
    asked = [entry for entry in story.everything(TODAYS[0]) if "meeting" in entry.orders]
    assert [entry.child for entry in asked] == ["kit"]
    assert 42 < (TODAYS[0] - asked[0].about_on).days < 63
