"""What Lantern can't take stays on the phone: readable with its reasons, to be mended, copied, or given up."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import Faults
from tests.journeys.carer import Carer
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = "Mrs Ahmed, his teacher " * 15


def write_too_much(amina: Carer) -> None:
    """With no signal, who told it is far longer than Lantern takes: the phone can't know that."""
    amina.write_about("Jay").mood("OK").says("A long day with many names.")
    amina.form.locator("summary").filter(has_text="What I think").click()
    amina.form.get_by_label("Who told me").evaluate("(field) => field.removeAttribute('maxlength')")
    amina.form.get_by_label("Who told me").fill(LONG)
    amina.save().sees_heading("Today")


def test_refused_readable_mended_received(amina: Carer, server: Server, tmp_path: Path) -> None:
    """The whole way of a refused item."""
    records = Records(server)
    server.kill()
    write_too_much(amina)
    amina.writes("the one behind it", child="Mia").sees_heading("Today")
    server.start()
    item = amina.item("A long day")
    expect(item).to_contain_text("Needs you", timeout=10_000)
    expect(item).to_contain_text("Lantern could not take this. Your words are safe here:")
    expect(item.get_by_role("listitem").first).to_contain_text(re.compile("long|short|200", re.IGNORECASE))
    expect(amina.chip).to_have_text("1 waiting on this phone, 1 needs you")
    assert records.sentences() == ["the one behind it"], "it stopped the one behind it"

    with amina.page.expect_download() as copy:
        item.get_by_role("button", name="Save a copy").click()
    text = Path(copy.value.path()).read_text()
    assert "A long day with many names." in text and LONG.strip() in text
    assert json.loads(text.rpartition("---\n")[2])["fields"]["saw"] == ["A long day with many names."]

    item.get_by_role("button", name="Mend it").click()
    amina.sees_heading("Write about Jay's day")
    expect(amina.happened).to_have_value("A long day with many names.")
    expect(amina.form).to_contain_text("Lantern could not take this yet")
    amina.form.get_by_label("Who told me").fill("Mrs Ahmed")
    amina.save().sees_heading("Today").waits(0)
    assert records.sentences() == ["the one behind it", "A long day with many names."]
    assert records.ask("select told_by from recordings where saw like 'A long day%'") == [("Mrs Ahmed",)]
    amina.page.reload()
    amina.unlock().waits(0)


def test_refused_while_looking_on(amina: Carer, server: Server) -> None:
    """With signal the refusal comes at once: the form again, with every word and the reason."""
    write = amina.write_about("Jay").mood("OK").says("Everything is still here.")
    write.form.locator("summary").filter(has_text="What I think").click()
    write.form.get_by_label("Who told me").evaluate("(field) => field.removeAttribute('maxlength')")
    write.form.get_by_label("Who told me").fill(LONG)
    amina.save()
    expect(amina.form).to_contain_text("Lantern could not take this yet")
    expect(amina.happened).to_have_value("Everything is still here.")
    expect(amina.form.get_by_label("Who told me")).to_have_value(LONG)
    expect(amina.chip).to_contain_text("1 needs you")
    assert Records(server).sentences() == []


def test_the_child_moved_away_meanwhile(amina: Carer, server: Server, faults: Faults) -> None:
    """An ended placement refuses the words with a reason; a manager has them, and their author can read them here."""
    faults.expect("404 .* at .*/recordings/$")
    records = Records(server)
    server.kill()
    amina.writes("the last evening with us").sees_heading("Today")
    records.moves_away("Jay")
    server.start()
    item = amina.item("the last evening")
    expect(item).to_contain_text("With Della to decide", timeout=10_000)
    expect(item).to_contain_text("does not live with you now")
    # At this contact it drops what it may no longer hold, and fetches anew what it may.
    with amina.page.expect_response(f"**/recordings/new?child={records.child('Mia')}"):
        amina.page.reload()
        amina.unlock().sees_heading("Today")
    expect(amina.main).not_to_contain_text("Write about Jay's day")
    expect(amina.item("the last evening")).to_contain_text("With Della to decide")
    assert records.sentences() == []
    assert records.ask("select count(*) from audit where kind = 'refused'") != [(0,)]
    server.kill()
    amina.page.goto(f"/recordings/new?child={records.child('Jay')}")
    amina.unlock().sees_heading("This page is not on this phone")
    amina.today()
    expect(amina.item("the last evening")).to_contain_text("With Della to decide")


def test_given_up_only_when_asked_twice(amina: Carer, server: Server) -> None:
    """Deleting unsent words is the person's own decision, and final."""
    server.kill()
    write_too_much(amina)
    server.start()
    expect(amina.item()).to_contain_text("Needs you", timeout=10_000)
    amina.page.on("dialog", lambda dialog: dialog.accept())
    amina.item().get_by_role("button", name="Delete it").click()
    amina.waits(0)
    expect(amina.item()).to_have_count(0)
