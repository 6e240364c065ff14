"""A phone as an earlier release left it meets the app and the server of today (R16)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, Route, expect

from tests.bars.figures import reached
from tests.fixtures import Release, releases
from tests.fixtures.serve import serving_from
from tests.journeys.browser import Faults, Phone
from tests.journeys.carer import READY, Carer
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
each_release = pytest.mark.parametrize("release", releases(), ids=repr)


@pytest.fixture
def server(release: Release, tmp_path: Path, static: Path) -> Iterator[Server]:
    """Today's server, on that release's database."""
    with serving_from(release, tmp_path / "data", static) as server:
        yield server


@pytest.fixture
def left(
    playwright: Playwright, server: Server, release: Release, tmp_path: Path, faults: Faults
) -> Iterator[Callable]:
    """Amina's phone as that release left it, nobody signed in."""
    phones: list[Phone] = []

    def phone(**how: object) -> Carer:
        phones.append(Phone(playwright, tmp_path / "phone", server.url, faults, **how).open())
        phones[0].page.goto("/demo")
        release.load(phones[0].page)
        return Carer(phones[0])

    yield phone
    phones[0].close()


@each_release
def test_what_an_earlier_release_kept_reaches_lantern(
    left: Callable[..., Carer], release: Release, server: Server
) -> None:
    """R16: today's app opens its vault; what waited goes, in order; drafts and what was refused are still there."""
    words = release.phone["words"]
    amina = left()
    amina.sign_in().unlock(release.phone["pin"])
    expect(amina.chip).to_have_text("1 waiting on this phone, 1 needs you", timeout=READY)
    records = Records(server)
    in_order = [saw for (saw,) in records.ask("select saw from recordings order by rowid")]
    assert in_order == [*words["received"], *words["waiting"]]
    what = f"of {len(in_order)} written with release {release.number}, lost by the update or put out of order"
    wrong = sum(got != want for got, want in zip(in_order, [*words["received"], *words["waiting"]], strict=True))
    assert reached("R16", what, wrong, most=0)

    for child, draft in words["drafts"].items():
        amina.today().write_about(child)
        expect(amina.happened).to_have_value(draft)
    amina.today()
    refused = amina.item(words["needs-you"][0])
    expect(refused).to_contain_text("Needs you")
    refused.get_by_role("button", name="Mend it").click()
    amina.sees_heading("Write about Jay's day")
    expect(amina.happened).to_have_value(words["needs-you"][0])
    amina.form.get_by_label("Who told me").fill("Mrs Ahmed")
    amina.save().sees_heading("Today").waits(0)
    assert words["needs-you"][0] in records.sentences()
    amina.lock()
    amina.unlock(release.phone["pin"]).sees_heading("Today").waits(0)


@each_release
def test_an_app_that_was_not_updated_yet_sends_to_lantern(
    left: Callable[..., Carer], release: Release, server: Server, faults: Faults
) -> None:
    """R16: a phone may run the script of an earlier release for months; its words are taken all the same."""
    faults.expect("Service Worker registration blocked")
    words = release.phone["words"]

    def its_own(route: Route) -> None:
        request, path = route.request, route.request.url.split("/", 3)[3].partition("?")[0]
        script = next((text for name, text in release.scripts.items() if path.endswith(f"dist/{name}")), None)
        if script:
            route.fulfill(body=script, content_type="text/javascript")
        elif request.is_navigation_request() and not path.startswith("demo"):
            route.fulfill(body=release.shell, content_type="text/html")
        else:
            route.fallback()

    amina = left(service_workers="block")
    amina.phone.context.route("**/*", its_own)
    amina.sign_in().unlock(release.phone["pin"])
    expect(amina.chip).to_have_text("1 waiting on this phone, 1 needs you", timeout=READY)
    amina.writes("One more, with the old app.").sees_heading("Today").waits(1)
    kept = [*words["received"], *words["waiting"], "One more, with the old app."]
    assert sorted(Records(server).sentences()) == sorted(kept)
    amina.write_about("Mia")
    expect(amina.happened).to_have_value(words["drafts"]["Mia"])
