"""What happens to words between the phone and Lantern: a reply that is lost, a café that answers in Lantern's place."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Request, Route

from carerapp.sync.rules import content_hash
from tests.journeys.carer import Carer

MARK = {"X-Lantern": "1"}
"""What answers of Lantern's own carry. A test that plays Lantern must say so, too."""
SENDING = re.compile(r"/(recordings/|sync/items)$")


@contextmanager
def on_the_way(carer: Carer, meets: Callable[[Route], Any]) -> Iterator[None]:
    """Whatever this phone sends meets this, for a while. Looking at pages goes through."""

    def meet(route: Route) -> None:
        if route.request.method == "POST":
            meets(route)
        else:
            route.fallback()

    context = carer.phone.context
    assert context
    context.route(SENDING, meet)
    yield
    context.unroute(SENDING, meet)


CAFE = "<!doctype html><title>Free Wi-Fi</title><main id=main><h1>Welcome to Free Wi-Fi</h1><form>Accept</form></main>"


@contextmanager
def in_a_cafe(carer: Carer, asked: str = "**/*", **answer: Any) -> Iterator[None]:
    """The page of a Wi-Fi answers whatever this phone asks (at these addresses), and says that all is well."""
    context = carer.phone.context
    assert context
    says = {"status": 200, "content_type": "text/html", "body": CAFE} | answer
    context.route(asked, lambda route: route.fulfill(**says))
    yield
    context.unroute(asked)


def nudge(carer: Carer) -> None:
    """A hint that sending may be worth a try, such as browsers give."""
    carer.page.evaluate("() => dispatchEvent(new Event('online'))")


def true_receipts(request: Request) -> list[dict[str, Any]]:
    """What Lantern itself would say to this request, if it took everything."""
    if request.url.endswith("/sync/items"):
        body = request.post_data_buffer or b""
        packed = request.headers.get("content-encoding") == "gzip"
        items = json.loads(gzip.decompress(body) if packed else body)["items"]
        names = [(item["id"], content_hash(item["path"], item["fields"])) for item in items]
    else:
        names = [(request.headers["idempotency-key"], request.headers["x-content-hash"])]
    rest = {"status": 303, "outcome": "received", "at": "2026-05-03T18:42:00+00:00", "errors": {}, "location": None}
    return [{"id": name, "hash": content, **rest} for name, content in names]


def body_of(request: Request, receipts: list[dict[str, Any]]) -> str:
    """Receipts as the address that was asked gives them."""
    return json.dumps({"receipts": receipts} if request.url.endswith("/sync/items") else receipts[0])
