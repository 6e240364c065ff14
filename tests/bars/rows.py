"""The rows of the table that `make bars` makes: what is done to a phone, what is promised, and which tests try it."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One bar. `tests` are what pytest takes; `scripts` are JavaScript tests; `command` is for what is neither."""

    id: str
    fault: str
    promise: str
    tests: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    minutes: int = 1  # about, for the full figure on two cores
    short: str = ""  # what the row does not show


def in_browser(name: str) -> tuple[str, ...]:
    """The tests of the other browsers, in one of them."""
    told = (
        "a_day_without_signal",
        "killed_while_typing",
        "killed_while_saving",
        "nothing_can_be_read_on_its_disk",
        "what_it_lacks",
    )
    return tuple(f"tests/browsers/test_other_browsers.py::test_{test}[{name}]" for test in told)


ROWS = (
    Row(
        "R1",
        "The whole browser is killed (-9) while it saves, again and again.",
        "Whatever the screen called saved is there, whole; every write is flushed to the disk.",
        tests=("tests/bars/test_browser_killed.py", "tests/bars/test_key_slot.py", "tests/journeys/test_torn.py"),
        minutes=6,
        short="A process is killed, not the power: a virtual machine cannot show what a disk loses then.",
    ),
    Row(
        "R2",
        "Somebody is cut short while typing: killed (-9), closed, loaded again, crashed, sent elsewhere, locked.",
        "The words are back in the right child, form and field, with the caret; on the disk they cannot be read.",
        tests=("tests/journeys/test_typing_cut_short.py",),
        minutes=6,
    ),
    Row(
        "R3",
        "The line is cut at any byte, up or down, before or after the server has stored what came.",
        "Nothing lost, nothing doubled, little sent again, and nobody has to do anything.",
        tests=("tests/bars/test_line_cut.py", "tests/shell/test_posted.py"),
        minutes=4,
    ),
    Row(
        "R4",
        "Items come twice, late, out of order, in two lanes at once, or with other words under an old number.",
        "The end is as if each had come once; the same item always gets the same receipt.",
        tests=("tests/sync/test_delivery.py", "tests/sync/test_together.py"),
        minutes=12,
    ),
    Row(
        "R5",
        "The server is killed (-9) under load, in the middle of transactions.",
        "Nothing acknowledged is lost or doubled, and it answers again by itself.",
        tests=(
            "tests/bars/test_server_killed.py",
            "tests/journeys/test_sending.py::test_a_hundred_and_the_server_killed_among_them",
        ),
        command=(sys.executable, "-m", "tests.bars.flushes"),
        minutes=6,
    ),
    Row(
        "R6",
        "The worker is stopped at any moment of a save and of a drain, or there is none.",
        "The queue is complete and goes; with no page open the worker sends it by sealed copies.",
        tests=("tests/journeys/test_worker_stopped.py", "tests/journeys/test_copies.py"),
        minutes=5,
        short="Background Sync exists in Chromium only; elsewhere words go when a page is open, locked or not.",
    ),
    Row(
        "R7",
        "The phone is full at the moment of saving.",
        "It never says saved; the words stay on the screen with other ways for them; nothing older is touched.",
        tests=("tests/bars/test_storage_full.py",),
        minutes=4,
    ),
    Row(
        "R8",
        "The browser clears what it holds, or a phone stays silent.",
        "It is asked not to; 24 hours unsent are shown, after 72 the worker is told; a sealed copy takes two taps.",
        tests=(
            "tests/journeys/test_waited_long.py",
            "tests/journeys/test_this_phone.py",
            "tests/sync/test_copies.py",
            "tests/auth/test_unheard.py",
            "tests/pwa/test_install.py",
        ),
        minutes=5,
        short="That clearing can be prevented: it cannot. An iPhone's clearing after a week unused.",
    ),
    Row(
        "R9",
        "The sign-in ends, again and again, while a hundred items wait or are on their way.",
        "All are kept; they go with no tap once their author is back, and the words of an open form are there.",
        tests=("tests/journeys/test_held.py",),
        minutes=5,
    ),
    Row(
        "R10",
        "Words wait for 30 days; a page without script is sent after hours or weeks, its sign-in ended or made anew.",
        "What waited goes by itself; a stale page is taken, or gives every character back.",
        tests=(
            "tests/bars/test_stale_posts.py",
            "tests/journeys/test_held.py::test_words_that_waited_for_thirty_days",
        ),
        minutes=2,
    ),
    Row(
        "R11",
        "The phone's clock is wrong, jumps backwards, or it is one of the nights on which clocks change.",
        "Nothing is refused or lost, the order stays, both times are kept, and lateness is shown.",
        tests=(
            "tests/bars/test_clocks_wrong.py",
            "tests/sync/test_hostile.py",
            "tests/recordings/test_rules.py",
            "tests/auth/test_unheard.py",
        ),
        scripts=("tests/js/time.test.js",),
        minutes=3,
        short="A clock put forward past what a phone may show hides its copies, forms as well, until there is signal.",
    ),
    Row(
        "R12",
        "One person's two phones finish the same draft, or add to the same recording, both with no signal.",
        "No word is lost; both versions are kept, the author sees it and settles it in two taps at most.",
        tests=("tests/journeys/test_two_phones.py",),
        minutes=1,
    ),
    Row(
        "R13",
        "Two to five windows of one phone, and its worker, all want to send at the same moment.",
        "Each thing goes once, by one of them at a time.",
        tests=("tests/journeys/test_windows.py", "tests/journeys/test_one_storage.py"),
        minutes=3,
    ),
    Row(
        "R14",
        "One item of a hundred is bad: refused, forbidden, too large, put off, the cause of an error, in any place.",
        "The other 99 go in the same drain; the bad one stays with its reason, or a manager has it.",
        tests=("tests/bars/test_poison.py", "tests/sync/test_hostile.py", "tests/quarantine"),
        minutes=4,
    ),
    Row(
        "R15",
        "Two people share a phone: one signs in while 50 of the other's days are unsent; with and without signal.",
        "Each opens their own only, nothing of one is readable to the other, and words go under their writer's name.",
        tests=(
            "tests/bars/test_shared_phone.py",
            "tests/journeys/test_together.py",
            "tests/journeys/test_ways_in.py",
            "tests/journeys/test_guessing.py",
        ),
        minutes=6,
        short="Who copies the disk before guessing a PIN and puts it back gets their tries back.",
    ),
    Row(
        "R16",
        "The app is updated while words of an earlier release wait.",
        "They all arrive; an app that was not updated yet is understood.",
        tests=("tests/journeys/test_releases.py", "tests/sync/test_releases.py", "tests/journeys/test_one_storage.py"),
        minutes=4,
        short="Two releases have been made so far: what each later one leaves is kept beside them, the last three.",
    ),
    Row(
        "R17",
        "Another writer holds the database for half a minute, while phones send and people read.",
        "Phones are told within 6 seconds to come again, nothing is lost, and pages do not wait for the writer.",
        tests=("tests/bars/test_database_locked.py",),
        minutes=2,
        short="A page whose look leaves a trace (a recording, a child) is shown only once the trace can be written.",
    ),
    Row(
        "R20",
        "Something answers in Lantern's place, or half of its answer comes: a café's page, an empty 200.",
        "Nothing is let go of for an answer that is not the receipt of these very words.",
        tests=("tests/journeys/test_once.py", "tests/journeys/test_in_a_cafe.py", "tests/shell/test_mark.py"),
        scripts=("tests/js/false_ok.test.js", "tests/js/connection.test.js", "tests/js/strategies.test.js"),
        minutes=3,
    ),
    Row(
        "R21",
        "Files are cut at any tenth, and taken by many at once.",
        "A file is whole and one's own, or plainly none.",
        tests=("tests/bars/test_files_whole.py",),
        minutes=2,
        short="No photo or signature goes up in this release, so no word waits for one.",
    ),
    Row(
        "R22",
        "The server is put back to an earlier day under a running phone.",
        "What the phone had receipts for is offered again by itself: nothing lost, nothing doubled.",
        tests=(
            "tests/journeys/test_copies.py::test_a_restored_server_is_given_again_what_it_forgot",
            "tests/journeys/test_copies.py::test_what_a_restored_server_lost_is_shown_and_saved_until_it_has_it",
            "tests/sync/test_sealed.py",
        ),
        scripts=("tests/js/copies.test.js", "tests/js/copies_restored.test.js", "tests/js/box.test.js"),
        short="A week back at most: for so long a phone keeps copies. The keys must not be put back with the database.",
    ),
    Row(
        "R24",
        "What waited is sent: 365 and 5,000, beside a floor and PouchDB, over slow 4G, after a minute without link.",
        "Nobody waits for Lantern, with all rights, audit, receipts and encryption on.",
        tests=("tests/journeys/test_link_back.py",),
        command=(sys.executable, "-m", "tests.bars.speed"),
        minutes=24,
        short="A page out of sight tries every half minute, and its browser may make that a minute. A mid-range phone "
        "is 3 to 6 times slower than this machine's processor.",
    ),
    Row(
        "R25",
        "All at once: cuts, doubles, kills of either side, full disks, wrong clocks, lost access, old backups.",
        "Nothing acknowledged is lost, doubled or shown to strangers; each row has its trace; each conflict is seen.",
        tests=("tests/simulator/test_simulator.py",),
        minutes=20,
        short="Drafts, forms, the gate and the screens of a phone: only journeys in a browser play those. A real disk "
        "and a real browser: they are in R1, R3 and R5. Here the rows lie in memory.",
    ),
    Row(
        "S3",
        "Somebody's access ends: a child moves, a role changes, an account is paused.",
        "The next request is denied; read copies go at the next contact; what was written before is kept, not shown.",
        tests=("tests/quarantine", "tests/journeys/test_access_ended.py", "tests/journeys/test_cut_off.py"),
        scripts=("tests/js/time.test.js",),
        minutes=5,
        short="A phone whose clock is put back each time while Lantern is closed counts those hours as none.",
    ),
    Row(
        "S4",
        "The phone is lost or seized, and every file of its browser is read.",
        "None of 100 sentences is found, in any encoding: while open, locked, closed, killed, restored or wiped.",
        tests=(
            "tests/bars/test_disk_clean.py",
            "tests/bars/test_disk_wiped.py",
            "tests/bars/test_disk_careless.py",
            "tests/journeys/test_scan.py",
            "tests/journeys/test_cut_off.py",
            "tests/journeys/test_locks.py",
        ),
        minutes=6,
        short="Memory, swap, the keyboard's own learning and pictures that the phone takes of apps are out of reach.",
    ),
    Row(
        "B1",
        "Firefox ESR: a day without signal, closed and opened again, killed while typing and while saving.",
        "The same promises as in Chromium.",
        tests=in_browser("firefox"),
        minutes=8,
        short="Passkeys there: the tests unlock by PIN.",
    ),
    Row(
        "B2",
        "WebKitGTK, the nearest to an iPhone's browser that runs here: the same.",
        "The same promises as in Chromium.",
        tests=in_browser("webkit"),
        minutes=8,
        short="A real iPhone: its home screen, its storage after a week unused, its passkeys.",
    ),
)
