"""A policy file that would mislead is refused at start, with the file, the key, the line and the reason."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carerapp.policy import Authority, PolicyError, load, load_all, parse_authority
from carerapp.policy.lines import line_numbers, line_of
from tests.policy.world import KEYS, authorities, text_of

KEY = "south-gloucestershire"
CONVENE = 'why = "A stability meeting takes place within 48 hours of being asked for; the aim is 24."\n'


def refused(text: str) -> PolicyError:
    """The error a text is refused with."""
    with pytest.raises(PolicyError) as caught:
        parse_authority(text, "broken.toml")
    return caught.value


# What is taken out, what is put in its place, the text that stands on the line named, the key, and the reason.
BROKEN = [
    ('due = "48 hours"\n', "", "[clocks.meetings.convene]", "clocks.meetings.convene.due", "is missing"),
    ('due = "48 hours"', 'dew = "48 hours"', "dew =", "clocks.meetings.convene.dew", "is 'due' meant?"),
    ('due = "48 hours"', 'due = "48 hrs"', 'due = "48 hrs"', "clocks.meetings.convene.due", "is not a duration"),
    ('due = "48 hours"', "due = 48", "due = 48", "clocks.meetings.convene.due", "should be a text"),
    ('target = "24 hours"', 'target = "3 weeks"', "target =", "clocks.meetings.convene.target", "already missed"),
    ('warn = "5 weeks"', 'warn = "7 weeks"', 'warn = "7 weeks"', "clocks.meetings.iro_check.warn", "already missed"),
    ("warn = 0.75", "warn = 1.5", "warn = 1.5", "clocks.recordings.pass_on.warn", "between 0 and 1"),
    ("warn = 0.75", "warn = true", "warn = true", "clocks.recordings.pass_on.warn", "should be a text"),
    ('owner = "iro"', 'owner = "iroo"', 'owner = "iroo"', "clocks.meetings.iro_check.owner", "is 'iro' meant?"),
    ('owner = "iro"', 'owner = "csw"', 'chain = ["iro"', "clocks.meetings.iro_check.chain", "begin with the owner"),
    ('chain = ["iro", "service_manager"]', 'chain = ["iro", "pod_manager"]', '"pod_manager"',
     "clocks.meetings.iro_check.chain", "'pod_manager' does not exist"),
    ('chain = ["iro", "service_manager"]', 'chain = ["iro", "iro"]', '["iro", "iro"]',
     "clocks.meetings.iro_check.chain", "twice"),
    ('source = ["S1-A1-21"]', 'source = ["S1-A1.21"]', '"S1-A1.21"', "clocks.meetings.iro_check.source",
     "is not a requirement ID"),
    ('source = ["S1-A1-21"]', 'source = ["S2-4-06"]', '"S2-4-06"', "clocks.meetings.iro_check.source",
     "belongs to another policy"),
    ('source = ["S1-A1-21"]', 'source = ["S1-7-01"]', '"S1-7-01"', "clocks.meetings.iro_check.source",
     "'7' does not exist"),
    ('source = ["S1-A1-21"]\n', "", "[clocks.meetings.iro_check]", "clocks.meetings.iro_check", "needs a source"),
    ('met_by = ["meeting:checked"]', 'met_by = ["checked"]', '["checked"]', "clocks.meetings.iro_check.met_by",
     "is not an event"),
    ('met_by = ["meeting:checked"]', "met_by = []", "met_by = []", "clocks.meetings.iro_check.met_by", "not be empty"),
    (CONVENE, "", "[clocks.meetings.convene]", "clocks.meetings.convene.why", "is missing"),
    ("[clocks.meetings.convene]", "[clocks.meetings.convened]", "[clocks.meetings.convened]",
     "clocks.meetings.convened", "is 'convene' meant?"),
    ("[clocks.recordings.read]", "[clocks.tea.read]", "[clocks.tea.read]", "clocks.tea", "unknown key"),
    ("[triage]", "[triaje]", "[triaje]", "triaje", "is 'triage' meant?"),
    ("word_triggers = []", 'word_triggers = ["knife"]', '["knife"]', "triage.word_triggers", "must stay empty"),
    ("hard_nights = 3", "hard_nights = 6", "hard_nights = 6", "triage.hard_nights", "from 1 to 5"),
    ("pass_on_by_default = true", 'pass_on_by_default = "yes"', '"yes"', "triage.pass_on_by_default", "true or false"),
    ("lease_days = 7", "lease_days = 400", "lease_days = 400", "phone.lease_days", "from 1 to 7"),
    ('pin_may_hold = ["writing"', 'pin_may_hold = ["everything"', '["everything"', "phone.pin_may_hold",
     "'everything' does not exist"),
    ("draft_lock_minutes = 5", "draft_lock_minutes = 6", "draft_lock_minutes = 6", "phone.draft_lock_minutes",
     "from 1 to 5"),
    ('passkey_may_hold = ["writing", ', "passkey_may_hold = [", 'pin_may_hold = ["writing"', "phone.pin_may_hold",
     "the safer one"),
    ('number = "999"', 'number = "112"', '[[directory]]', "directory.0", "999 is missing"),
    ('open = ["always"]', 'open = ["round the clock"]', '"round the clock"', "directory.0.open", "not an opening time"),
    ('weekend = ["saturday", "sunday"]',
     'weekend = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]',
     'weekend = ["monday"', "calendar.weekend", "no working day"),
    ('zone = "Europe/London"', 'zone = "Europe/Paris"', '"Europe/Paris"', "calendar.zone", "does not exist"),
    ('office_opens = "08:45"', 'office_opens = "18:45"', "office_closes =", "calendar.office_closes", "before"),
    ('office_opens = "08:45"', 'office_opens = "08:45+02:00"', "office_opens =", "calendar.office_opens",
     "not a time of day"),
    ("also_closed = []", 'also_closed = ["2026-02-30"]', "also_closed =", "calendar.also_closed", "out of range"),
    ("dated = 2020-09-01", 'dated = "September"', "dated =", "document.dated", "should be a date"),
    ('case_system = "Mosaic"', 'case_system = " "', "case_system =", "words.case_system", "says something"),
    ('case_system = "Mosaic"\n', "", "[words]", "words.case_system", "is missing"),
    ('fostering_manager = "fostering', 'pod_manager = "fostering', "pod_manager =", "roles.pod_manager", "unknown key"),
    ('child_part = "considered"', 'child_part = "perhaps"', "child_part =", "meetings.child_part", "does not exist"),
    ('convene = "meetings.convene"', 'convene = "meetings.soon"', "convene =", "meetings.convene", "does not exist"),
    ('must_attend = ["carer"', 'must_attend = ["neighbour"', "must_attend =", "meetings.must_attend", "does not exist"),
    ('key = "assessments"', 'key = "chronology"', "", "meetings.reading.1.key", "twice"),
    ('word = "peers"', 'word = "Placement"', 'word = "Placement"', "kinder.word.9.word", "twice"),
    ("[phone]", "[phone", "[phone", "", "is not TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "on_line", "key", "reason"), BROKEN)
def test_file_that_would_mislead_is_refused_with_its_line(
    old: str, new: str, on_line: str, key: str, reason: str
) -> None:
    """design.md section 3: an unknown key, a missing duration or a role that does not exist."""
    assert old in text_of(KEY)
    text = text_of(KEY).replace(old, new, 1)
    error = refused(text)
    assert (error.file, error.key) == ("broken.toml", key)
    assert reason in error.reason
    assert on_line in text.splitlines()[error.line - 1]
    assert str(error).startswith(f"broken.toml, line {error.line}, ")


def test_both_shipped_policies_stand() -> None:
    assert set(load_all()) == set(KEYS)


def test_file_must_be_named_for_its_authority(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.toml").write_text(text_of(KEY), encoding="utf-8")
    with pytest.raises(PolicyError, match="is named 'elsewhere'") as caught:
        load_all(tmp_path)
    assert text_of(KEY).splitlines()[caught.value.line - 1].startswith("key =")


def test_empty_folder_missing_file_and_strange_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="holds no policy file"):
        load_all(tmp_path)
    with pytest.raises(PolicyError, match="cannot be read"):
        load(tmp_path / "nowhere.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyError, match="cannot be read"):
        load(tmp_path / "bytes.toml")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_whatever_happens_to_a_line_the_answer_is_an_authority_or_a_policy_error(data: st.DataObject) -> None:
    lines = text_of(data.draw(st.sampled_from(KEYS))).splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    name = lines[at].split("=")[0].strip()
    spoilt = data.draw(
        st.sampled_from(["", lines[at] * 2, "[[]]", f"{name} = 7", f"{name} = []", f"{name} = {{}}", f"{name} = [1]",
                         f"{name} = '\\u0000'", f"[{name}]", f"[[{name}]]", f"{name} = [{{ a = 1 }}]", "x = 1"])
    )  # fmt: skip
    lines[at] = spoilt
    try:
        assert isinstance(parse_authority("\n".join(lines), "spoilt.toml"), Authority)
    except PolicyError as error:
        assert 1 <= error.line <= len(lines) + 1
        assert error.reason


def test_lines_of_nested_keys_lists_and_strings_are_found() -> None:
    lines = line_numbers(
        'a = 1\n[b]\nc = [\n  "d = 2",\n  "]",\n]\n[b.e]\nf = 1 # [\n[[g]]\n[[g]]\nh.i = "="\n"j k" = 1\n'
    )
    assert lines[("a",)] == 1
    assert lines[("b", "c")] == 3
    assert lines[("b", "e", "f")] == 8
    assert lines[("g", 1, "h", "i")] == 11
    assert lines[("g", 1, "j k")] == 12
    assert ("d",) not in lines
    assert line_of(("b", "e", "missing"), lines) == 7
    assert line_of(("nowhere",), lines) == 1


def test_an_authority_may_close_on_days_of_its_own() -> None:
    text = text_of(KEY).replace("also_closed = []", 'also_closed = ["2026-12-29"]')
    calendar = parse_authority(text, "own.toml").calendar
    ours = authorities()[KEY].calendar
    assert {day.isoformat() for day in set(calendar.days_off) - set(ours.days_off)} == {"2026-12-29"}
