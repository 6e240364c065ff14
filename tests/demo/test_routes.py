"""The demo's way in: everybody by authority, one button each, and nothing of it outside the demo."""

import pytest

from carerapp import create_app
from carerapp.demo.cast import CAST
from tests.conftest import ENV


def test_everybody_can_be_tried_out(client_of) -> None:
    page = client_of(None).get("/demo").get_data(as_text=True)
    for part in CAST:
        assert f'value="{part.slug}"' in page
        assert f">{part.name}</button>" in page
    assert "135790" in page
    assert page.index(">Amina</button>") < page.index(">Zed</button>")


@pytest.mark.parametrize("slug", ["amina", "sam", "kit", "quinn"])
def test_signing_in_leads_home(client_of, slug: str) -> None:
    client = client_of(None)
    answer = client.post("/demo/sign-in", data={"person": slug}, headers={"X-App": "1"})
    assert (answer.status_code, answer.location) == (303, "/")


def test_nobody_else_can_be_tried_out(client_of) -> None:
    answer = client_of(None).post("/demo/sign-in", data={"person": "stranger"}, headers={"X-App": "1"})
    assert answer.status_code == 404


def test_outside_the_demo_there_is_no_such_page(tmp_path) -> None:
    app = create_app(
        {name: text for name, text in ENV.items() if name != "DEMO"} | {"DATA": str(tmp_path)}, TESTING=True
    )
    assert {rule.rule for rule in app.url_map.iter_rules()}.isdisjoint({"/demo", "/demo/sign-in"})
