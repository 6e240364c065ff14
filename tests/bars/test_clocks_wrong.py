"""A clock that is wrong by a day or by years, that jumps among the saves, or a night on which clocks change (R11)."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from tests.bars.figures import figure, reached
from tests.journeys.browser import Faults, Phone
from tests.journeys.carer import PIN, Carer
from tests.journeys.outbox import open_box, put
from tests.journeys.records import Records
from tests.serving import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
SAVES = figure("CLOCK_SAVES", 4, 25)  # at each setting of the clock
DAY, YEAR = 86_400, 365 * 86_400
SETTINGS = {
    "right": 0,
    "a day ahead": DAY,
    "a day behind": -DAY,
    "five years ahead": 5 * YEAR,
    "five years behind": -5 * YEAR,
}
# The same hour twice, half an hour past one, in British Summer Time and after it; and the hour that is left out.
NIGHTS = {
    "the first 1.30 of 25 October 2026": "2026-10-25T00:30:00Z",
    "the second 1.30 of 25 October 2026": "2026-10-25T01:30:00Z",
    "before 28 March 2027 loses an hour": "2027-03-28T00:45:00Z",
    "after 28 March 2027 lost an hour": "2027-03-28T01:15:00Z",
}

# The page's clock is ahead by so many seconds; it can be set while the page lives, and outlives it.
CLOCK = """() => {
  const True = Date;
  const ahead = () => Number(localStorage.getItem('ahead') || 0) * 1000;
  globalThis.Date = class extends True {
    constructor(...args) { args.length ? super(...args) : super(True.now() + ahead()); }
    static now() { return True.now() + ahead(); }
  };
  globalThis.setClock = (seconds) => {
    localStorage.setItem('ahead', seconds);
    dispatchEvent(new Event('pointerdown')); // a clock put forward locks a phone that nobody touches
  };
}"""


def played(tmp_path: Path, story: Callable[[Carer, Server], Any]) -> Any:
    """A story on a phone of its own, in a thread of its own: a driver for the journeys may be open in this one."""

    def play() -> Any:
        faults = Faults()
        with serving(tmp_path / "data", workers=1) as server, sync_playwright() as driver:
            phone = Phone(driver, tmp_path / "profile", server.url, faults).open()
            assert phone.context
            phone.context.add_init_script(f"({CLOCK})()")
            try:
                return story(Carer(phone).get_ready(), server)
            finally:
                phone.close()
                assert not faults.heard, "\n".join(faults.heard)

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(play).result()


def save(amina: Carer, words: str) -> None:
    """With no signal, by the outbox itself: a clock put forward by years ends what a phone may show, forms as well."""
    put(amina.page, amina.child, [words])  # type: ignore[attr-defined]


def with_no_signal(amina: Carer, server: Server) -> None:
    """The outbox at hand, and nobody who answers."""
    amina.child = Records(server).child("Jay")  # type: ignore[attr-defined]
    open_box(amina.page)
    server.kill()


def rows(server: Server) -> list[tuple[Any, ...]]:
    """What came, in the order in which it came."""
    return Records(server).ask(
        "select saw, made_at, made_zone, sent_at, skew, made_offset, about_on from recordings order by rowid"
    )


def set_clock(amina: Carer, seconds: float) -> None:
    amina.page.evaluate("(seconds) => setClock(seconds)", seconds)


def test_a_clock_that_is_wrong_and_jumps_among_the_saves(tmp_path: Path) -> None:
    """R11: 0 refused, 0 lost, in the order of writing; the phone's time and ours both stand there."""
    seen = played(tmp_path, jumping)
    print(seen)
    assert reached("R11", "saves under clocks wrong by up to five years", seen["saved"], least=SAVES * 5)
    assert reached("R11", "lost or doubled", seen["lost"], most=0)
    assert reached("R11", "refused", seen["refused"], most=0)
    assert reached("R11", "out of the order of writing", seen["disorder"], most=0)
    assert reached("R11", "without both times", seen["timeless"], most=0)


def jumping(amina: Carer, server: Server) -> dict[str, int]:
    """Every setting of the clock, in an order that goes back and forth, all within one queue."""
    chance, written = random.Random(11), []
    with_no_signal(amina, server)
    order = [name for name in SETTINGS for _ in range(SAVES)]
    chance.shuffle(order)
    for number, name in enumerate(order):
        set_clock(amina, SETTINGS[name])
        written.append(f"{number}: the clock is {name}")
        save(amina, written[-1])
    set_clock(amina, SETTINGS["five years behind"])
    amina.page.reload()
    amina.unlock(PIN)
    amina.waits(len(written))
    set_clock(amina, 0)
    server.start()
    amina.sign_in().unlock().waits(0)
    found = rows(server)
    came = [row[0] for row in found]
    (refused,) = Records(server).ask("select count(*) from receipts where outcome <> 'received'")[0]
    return {
        "saved": len(written),
        "lost": len(set(written) ^ set(came)) + len(came) - len(set(came)),
        "refused": refused,
        "disorder": sum(one != other for one, other in zip(came, written, strict=False)),
        "timeless": sum(not (row[1] and row[2] and row[3]) for row in found),
    }


def test_what_is_sent_under_a_wrong_clock_is_put_right(tmp_path: Path) -> None:
    """R11: each setting, saved and sent under it: what counts is our time, and nothing is called late that was not."""
    late = played(tmp_path, sent_wrong)
    assert reached("R11", "settings under which words were dated wrongly", len(late), most=0), late


def sent_wrong(amina: Carer, server: Server) -> list[str]:
    """Online all the while; pages, pack and lock work on."""
    wrong = []
    for name, seconds in SETTINGS.items():
        set_clock(amina, seconds)
        amina.page.reload()
        amina.unlock().waits(0)
        amina.writes(f"sent when it was {name}").sees_heading("Today").waits(0)
        saw, made, _zone, sent, skew, _offset, about = rows(server)[-1]
        real = moment(made) - timedelta(seconds=skew)
        if saw != f"sent when it was {name}" or abs((moment(sent) - real).total_seconds()) > 120:
            wrong.append(f"{name}: made {made}, sent {sent}, ahead {skew}")
        if about != rows(server)[0][6]:
            wrong.append(f"{name}: about {about}")
        if abs(skew - seconds) > 60:
            wrong.append(f"{name}: ahead {skew}")
    amina.page.get_by_role("navigation", name="Main").get_by_role("link", name="Recordings").click()
    amina.sees_heading("Recordings")
    return wrong


def moment(text: str) -> datetime:
    """As SQLite keeps it."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def test_both_nights_on_which_clocks_change(tmp_path: Path) -> None:
    """R11: the hour that comes twice and the hour that is left out: the order stays, and each moment is told apart."""
    found = played(tmp_path, nights)
    assert reached("R11", "saves on nights when clocks change", len(found), least=len(NIGHTS))
    for name, (saw, made, zone, offset) in zip(NIGHTS, found, strict=True):
        assert (saw, zone) == (name, "Europe/London")
        assert abs(moment(made) - moment(NIGHTS[name])) < timedelta(minutes=5), name
        assert offset == (60 if "first" in name or "after" in name else 0), name


def nights(amina: Carer, server: Server) -> list[tuple[Any, ...]]:
    """With no signal, one queue over both nights."""
    with_no_signal(amina, server)
    for name, when in NIGHTS.items():
        set_clock(amina, (moment(when) - datetime.now(UTC)).total_seconds())
        save(amina, name)
    set_clock(amina, 0)
    server.start()
    amina.page.reload()
    amina.unlock().waits(0)
    return [(row[0], row[1], row[2], row[5]) for row in rows(server)]
