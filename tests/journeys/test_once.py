"""Everything arrives once, and nothing is let go for an answer that is not Lantern's receipt (R20)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Request, Route, expect

from tests.journeys.carer import Carer
from tests.journeys.network import MARK, body_of, nudge, on_the_way, true_receipts
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
JSON = {"Content-Type": "application/json"}
Answer = Callable[[Request], dict[str, Any]]


def html(status: int = 200, **headers: str) -> Answer:
    page = "<!doctype html><title>Wi-Fi</title><form>Accept our terms</form>"
    return lambda request: {"status": status, "content_type": "text/html", "headers": headers, "body": page}


def changed(**change: Any) -> Answer:
    """The right receipt but for one thing."""

    def answer(request: Request) -> dict[str, Any]:
        receipts = [receipt | change for receipt in true_receipts(request)]
        return {"status": 200, "headers": MARK | JSON, "body": body_of(request, receipts)}

    return answer


def torn(request: Request) -> dict[str, Any]:
    """The right answer, with its end missing."""
    return {"status": 200, "headers": MARK | JSON, "body": body_of(request, true_receipts(request))[:-7]}


def unmarked(request: Request) -> dict[str, Any]:
    """The right answer, said by somebody else."""
    return {"status": 200, "headers": JSON, "body": body_of(request, true_receipts(request))}


NOT_A_RECEIPT: dict[str, Answer] = {
    "a sign-in page with 200": html(),
    "a redirect to a sign-in page": html(302, Location="/sign-in"),
    "network authentication required": html(511),
    "nothing, with 204": lambda request: {"status": 204},
    "nothing, with 200": lambda request: {"status": 200, "headers": JSON, "body": ""},
    "nothing, from Lantern": lambda request: {"status": 200, "headers": MARK | JSON, "body": ""},
    "null": lambda request: {"status": 200, "headers": MARK | JSON, "body": "null"},
    "half a JSON": torn,
    "receipts that are not Lantern's": unmarked,
    "receipts for others": changed(id="00000000-0000-4000-8000-000000000000"),
    "receipts for other words": changed(hash="0" * 64),
    "receipts with no name of the words": changed(hash=None),
    "not decided yet": changed(outcome="later"),
    "an outcome nobody knows": changed(outcome="ok"),
    "a refusal of the address": html(404),
}


@pytest.mark.parametrize("count", [1, 2], ids=["alone", "together"])
def test_nothing_is_let_go_for_what_is_no_receipt(amina: Carer, server: Server, count: int, faults: Any) -> None:
    """R20: pages of a café, half answers, receipts that name something else."""
    faults.expect("status of 404|status of 511")
    met: list[str] = []
    answering: list[Answer] = [html()]

    def meet(route: Route) -> None:
        met.append(route.request.url)
        route.fulfill(**answering[0](route.request))

    sentences = [f"the words that must not go, {number}" for number in range(count)]
    with on_the_way(amina, meet):
        for sentence in sentences:
            amina.writes(sentence).sees_heading("Today")
        for name, answer in NOT_A_RECEIPT.items():
            answering[0], before = answer, len(met)
            nudge(amina)
            amina.comes_to(lambda before=before: len(met) > before, "it did not happen")
            amina.page.wait_for_timeout(150)
            amina.waits(count)
            expect(amina.chip, name).not_to_contain_text("needs you")
    nudge(amina)
    amina.waits(0)
    assert sorted(Records(server).sentences()) == sentences
    assert {"/sync/items" in url for url in met} == ({False} if count == 1 else {False, True})


def test_pressing_twice_saves_once(amina: Carer, server: Server) -> None:
    """A double tap, and another one, make one entry."""
    amina.write_about("Jay").mood("Good").says("pressed twice")
    amina.form.get_by_role("button", name="Save", exact=True).dblclick(delay=10)
    amina.sees_heading("Today").waits(0)
    amina.write_about("Mia").mood("Good").says("pressed very often")
    amina.form.get_by_role("button", name="Save", exact=True).evaluate(
        "(button) => { for (let n = 0; n < 9; n++) button.click(); }"
    )
    amina.sees_heading("Today").waits(0)
    assert Records(server).sentences() == ["pressed twice", "pressed very often"]


@pytest.mark.parametrize("count", [1, 3], ids=["alone", "together"])
def test_a_lost_reply_makes_no_second_entry(amina: Carer, server: Server, count: int) -> None:
    """Lantern has stored it, the phone never hears of it, and asks again under the same number."""
    replies: list[int] = []

    def lose_the_reply(route: Route) -> None:
        if len(replies) < count + 2:
            replies.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    with on_the_way(amina, lambda route: route.abort()):
        for number in range(count):
            amina.writes(f"said once, {number}").sees_heading("Today")
    with on_the_way(amina, lose_the_reply):
        while len(replies) < count + 2:
            nudge(amina)
            amina.page.wait_for_timeout(300)
        nudge(amina)
        amina.waits(0)
    assert Records(server).sentences() == [f"said once, {number}" for number in range(count)]
    assert Records(server).ask("select count(*) from receipts") == [(count,)]


def test_a_reply_that_comes_late_changes_nothing(amina: Carer, server: Server) -> None:
    """The answer takes longer than anybody waits: the screen goes on, the words arrive, and arrive once."""
    held: list[Route] = []
    with on_the_way(amina, held.append):
        amina.write_about("Jay").says("slow line").save().sees_heading("Today")
        expect(amina.item("slow line")).to_contain_text(re.compile("Sending|Saved on this phone"))
        held[0].continue_()
        amina.waits(0)
    assert Records(server).sentences() == ["slow line"]
