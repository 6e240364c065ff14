"""The two shipped policies say what their texts say, and own up to what they do not."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carerapp.policy.model import CLOCKS, WORDS, ClockRule, Rule
from carerapp.policy.roles import GROUPS, ROLES
from tests.policy.world import KEYS, authorities, london, text_of

ONE, TWO = KEYS
KNOWN = set(Path(__file__).with_name("requirements.txt").read_text(encoding="utf-8").split())


def rules(key: str) -> dict[str, Rule]:
    """Every rule of an authority by its place in the file."""
    authority = authorities()[key]
    named = ("words_rule", "kinder_rule", "calendar_rule", "phone", "recordings", "triage", "meetings", "endings")
    return {name: getattr(authority, name) for name in named} | dict(authority.clocks)


def clock(key: str, name: str) -> ClockRule:
    return authorities()[key].clocks[name]


@pytest.mark.parametrize("key", KEYS)
def test_every_requirement_named_anywhere_in_a_file_exists(key: str) -> None:
    named = set(re.findall(r'"((?:S\d-[A-Z0-9.]+|X)-\d+)"', text_of(key)))
    assert len(KNOWN) == 344
    assert named
    assert named <= KNOWN


@pytest.mark.parametrize("key", KEYS)
def test_every_rule_says_why_in_one_sentence_and_where_it_comes_from(key: str) -> None:
    for name, rule in rules(key).items():
        assert rule.why.endswith("."), name
        assert rule.why.count(". ") == 0, name
        assert rule.source or rule.choice, name
        assert authorities()[key].sections(rule) or not [part for part in rule.source if part[0] == "S"], name


@pytest.mark.parametrize("key", KEYS)
def test_a_rule_about_an_open_point_says_what_was_chosen(key: str) -> None:
    """X-01 to X-11: a choice is never dressed up as the policy's own word."""
    for name, rule in rules(key).items():
        if any(source.startswith("X-") for source in rule.source):
            assert rule.choice, name


# The timers in one view (domain.md A.3) as S1 has them, each with the requirement it must cite.
TIMERS = [
    ("support.reply", "24 hours", "S1-A3.5-08"),
    ("support.reply_serious", "end of same day", "S1-A3.5-09"),
    ("meetings.convene", "48 hours", "S1-5-02"),
    ("meetings.minutes", "3 working days", "S1-A1-16"),
    ("actions.recheck", "5 working days", "S1-A1-24"),
    ("actions.supervision_check", "1 month", "S1-A1-22"),
    ("meetings.iro_check", "6 weeks", "S1-A1-21"),
    ("meetings.review", "3 months", "S1-A1-42"),
    ("endings.meeting", "6 weeks", "S1-6-04"),
    ("recordings.review", "3 months", "S1-A3.5-11"),
    ("supervision.first_month", "1 week", "S1-A3.5-01"),
    ("supervision.second_month", "2 weeks", "S1-A3.5-02"),
    ("supervision.first_year", "4 weeks", "S1-A3.5-03"),
    ("supervision.long_term", "8 weeks", "S1-A3.5-04"),
    ("supervision.settled", "8 weeks", "S1-A3.5-05"),
    ("supervision.experienced", "4 weeks", "X-07"),
    ("risk.assessment", "end of same day", "S1-4.6-06"),
    ("risk.action_plan", "at once", "S1-A3.3-27"),
    ("reports.breakdowns", "1 month", "S1-6-10"),
]


@pytest.mark.parametrize(("name", "due", "source"), TIMERS)
def test_timer_of_south_gloucestershire_is_the_policys(name: str, due: str, source: str) -> None:
    assert str(clock(ONE, name).due) == due
    assert source in clock(ONE, name).source


def test_stability_meeting_aims_at_24_hours_and_is_missed_at_48() -> None:
    """S1-5-02, S1-A1-04, S1-A3.5-21; X-01: both are shown."""
    authority = authorities()[ONE]
    rule = authority.clocks["meetings.convene"]
    times = rule.times(london("2026-03-28T18:00"), authority.calendar)
    assert times.target_at == times.warn_at == london("2026-03-29T19:00")
    assert times.due_at == london("2026-03-30T19:00")
    assert {"S1-5-02", "S1-A3.5-21", "X-01"} <= set(rule.source)
    assert "24" in rule.choice
    assert "48" in rule.choice
    assert "Section 5, stability meetings" in authority.sections(rule)


def test_ending_meeting_is_held_between_one_month_and_six_weeks() -> None:
    """S1-6-04, S1-A2-03"""
    authority = authorities()[ONE]
    times = authority.clocks["endings.meeting"].times(london("2026-01-31T12:00"), authority.calendar)
    assert times.not_before == london("2026-03-01T00:00")
    assert times.due_at == london("2026-03-15T00:00")
    assert str(authority.endings.exemption_window) == "12 weeks"
    assert authority.endings.reach == "any_unplanned"


def test_second_policy_gives_no_time_so_every_clock_of_its_own_says_it_was_chosen() -> None:
    """X-11"""
    for name, rule in authorities()[TWO].clocks.items():
        assert rule.choice, name


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", CLOCKS)
@given(start=st.integers(0, 10 * 365 * 24 * 60))
def test_no_clock_warns_after_it_is_missed(key: str, name: str, start: int) -> None:
    authority = authorities()[key]
    began = london("2024-01-01T00:00") + timedelta(minutes=start)
    times = authority.clocks[name].times(began, authority.calendar)
    assert times.start <= times.warn_at <= times.due_at
    assert times.target_at is None or times.start <= times.target_at <= times.due_at
    assert times.not_before is None or times.not_before < times.due_at


@pytest.mark.parametrize("key", KEYS)
def test_every_missed_clock_has_somebody_to_go_to(key: str) -> None:
    """design.md section 4: owner, duty, team manager, service manager; no owner is impossible."""
    for name, rule in authorities()[key].clocks.items():
        assert rule.chain[0] == rule.owner, name
        assert rule.chain[-1] == "service_manager", name
        walked, role = [rule.owner], rule.after(rule.owner)
        while role:
            walked.append(role)
            role = rule.after(role)
        assert tuple(walked) == rule.chain
        assert rule.after("carer") is None


@pytest.mark.parametrize("key", KEYS)
def test_automatic_message_never_meets_a_reply_clock(key: str) -> None:
    """S1-A3.5-08; design.md section 4"""
    for name in ("support.reply", "support.reply_serious"):
        assert set(clock(key, name).met_by) == {"support:replied", "support:called", "support:visited"}


def test_each_authority_speaks_its_own_words() -> None:
    """S1-4.3-04, S1-5-01, X-05; S2-1-02, S2-4-02, S2-5-01"""
    one, two = authorities()[ONE], authorities()[TWO]
    assert (one.words["meeting"], one.words["case_system"]) == ("Stability meeting", "Mosaic")
    assert (two.words["meeting"], two.words["case_system"]) == ("Placement support meeting", "Eclipse")
    assert one.words["ask_for_meeting"] == "Ask for a stability meeting"
    assert two.words["ask_for_meeting"] == "Ask for a placement support meeting"
    assert one.role("childcare_manager") == "child care team manager"
    assert two.role("childcare_manager") == "pod manager (social work)"
    assert two.role("carer") == "foster carer"
    assert two.role("chair") == "whoever chairs the meeting"
    for authority in (one, two):
        assert set(authority.words) == set(WORDS)
        assert set(authority.roles) == set(ROLES) | set(GROUPS)
        assert (authority.words["home"], authority.words["family_time"]) == ("home", "family time")


def test_who_may_ask_for_a_meeting() -> None:
    """S1-5-03, X-06; S2-4-01"""
    one, two = authorities()[ONE].meetings, authorities()[TWO].meetings
    assert set(one.who_may_request) == {"csw", "ssw", "iro", "carer"}
    assert one.request_through == ""
    assert {"partner", "psychologist", "carer"} < set(two.who_may_request)
    assert two.request_through == "csw"
    for meetings in (one, two):
        assert "young_person" in meetings.who_may_flag
        assert set(meetings.who_may_request) <= set(meetings.who_may_flag)


def test_who_chairs_comes_and_receives_the_minutes() -> None:
    """S1-A1-05, S1-A1-08, S1-A1-17 to -19; S2-4-02, S2-4-03, S2-3.6-02"""
    one, two = authorities()[ONE].meetings, authorities()[TWO].meetings
    assert set(one.chair) == set(two.chair) == {"childcare_manager", "fostering_manager"}
    assert set(one.must_attend) == {"carer", "ssw", "csw"}
    assert set(two.must_attend) == {"carer", "ssw", "csw", "chair"}
    assert set(one.minutes_to) == {"participants", "fostering_manager", "panel_admin"}
    assert set(two.minutes_to) == {"participants", "invited"}


def test_meeting_forms_and_reading_lists_are_whole() -> None:
    """S1-A1-31, S1-A1-45, S1-A2-06; S2-5-03 to S2-5-11"""
    one, two = authorities()[ONE], authorities()[TWO]
    assert len(one.meetings.reading) == 6
    assert len(one.meetings.form) == 8
    assert len(two.meetings.form) == 9
    assert [item.key for item in one.endings.reading[:6]] == [item.key for item in one.meetings.reading]
    assert len(one.endings.reading) == 7


def test_child_is_always_part_of_it() -> None:
    """S1-A1-09, S1-A1-11; S2-3.3-02, S2-3.3-10, S2-5-02"""
    one, two = authorities()[ONE].meetings, authorities()[TWO].meetings
    assert (one.child_part, two.child_part) == ("considered", "always_invited")
    assert "young_person" in one.invited
    assert "young_person" in two.invited
    assert two.ask_about_advocate
    assert two.written_to_child


@pytest.mark.parametrize("key", KEYS)
def test_numbers_to_ring_are_nobodys(key: str) -> None:
    """Ofcom keeps 01632 960000 to 960999 for drama; a demo must never ring at somebody's home."""
    for help in authorities()[key].directory:
        assert help.number == "999" or re.fullmatch(r"01632 960\d{3}", help.number)
        assert help.hours
        assert help.use.endswith(".")


@pytest.mark.parametrize("key", KEYS)
def test_pin_phone_holds_little(key: str) -> None:
    """design.md section 7: writing, the own last 3 days, plan measures and who to ring."""
    phone = authorities()[key].phone
    assert set(phone.pin_may_hold) == {"writing", "own_recordings", "plan_measures", "who_to_ring"}
    assert phone.pin_recordings_days == 3
    assert phone.pin_recordings_days <= phone.passkey_recordings_days
    assert (phone.lease_days, phone.draft_lock_minutes) == (7, 5)
    assert (phone.unsent_hours, phone.silent_hours) == (24, 72)


@pytest.mark.parametrize("key", KEYS)
def test_what_a_carer_wrote_stays_theirs_and_no_word_is_a_reason(key: str) -> None:
    authority = authorities()[key]
    assert authority.recordings.keep_after_move
    assert authority.recordings.export_after_move
    assert authority.triage.word_triggers == ()
    assert authority.triage.pass_on_by_default  # S1-4.3-11


def test_policy_knows_that_its_review_date_has_passed() -> None:
    """S1-0-01"""
    one, two = authorities()[ONE].document, authorities()[TWO].document
    assert not one.review_passed(date(2022, 9, 30))
    assert one.review_passed(date(2022, 10, 1))
    assert not two.review_passed(date(2099, 1, 1))


@pytest.mark.parametrize("key", KEYS)
def test_words_on_screen_avoid_the_words_that_hurt(key: str) -> None:
    """S2-3.8-02. Names of services and meetings are the authority's and stay as they are."""
    authority = authorities()[key]
    said = [help.use for help in authority.directory] + [rule.why for rule in rules(key).values()]
    for text in said:
        if "placement and respite" not in text:
            assert not re.search(r"\b(placements?|respite|contact)\b", text), text
