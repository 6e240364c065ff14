"""R4: items delivered twice, late, out of order, alone or together, and by two lanes: the end is the same."""

import json
from urllib.parse import urlencode

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from carerapp import create_app
from carerapp.audit.models import AuditRow
from carerapp.demo import cast as demo_cast
from carerapp.recordings.models import Recording
from carerapp.shell import clock
from carerapp.shell.db import db, every_authority
from carerapp.sync.rules import content_hash
from tests.bars.figures import figure, reached
from tests.conftest import ENV
from tests.serving import recording_item

RUNS = figure("R4_RUNS", quick=10, full=1000)


class Delivery(RuleBasedStateMachine):
    """A network that repeats, delays, reorders and splits what phones send, and phones that now and then cheat."""

    items: Bundle = Bundle("items")
    app: Flask
    ids: dict[str, str]
    played = {"histories": 0, "deliveries": 0, "conflicts": 0}

    def __init__(self) -> None:
        super().__init__()
        self.first: dict[str, bytes] = {}
        self.good: set[str] = set()
        self.delivered: set[str] = set()

    @initialize(folder=st.just(None))
    def open_a_server(self, folder: None) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.app = create_app(ENV | {"DATA": self.folder.name}, TESTING=True)
        with self.app.app_context():
            db.create_all()
            self.ids = demo_cast.load(clock.today())
            db.session.commit()
        self.lanes = [self.app.test_client(), self.app.test_client()]
        for lane in self.lanes:
            lane.post("/demo/sign-in", data={"person": "amina"}, headers={"X-App": "1"})

    def teardown(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        self.folder.cleanup()
        self.played["histories"] += 1

    @rule(target=items, count=st.integers(1, 4), text=st.text(min_size=1, max_size=40).filter(str.strip))
    def write(self, count: int, text: str):  # type: ignore[no-untyped-def]
        """A carer writes; what is good will be taken, and nothing else."""
        text = text.encode("utf-8", "replace").decode().replace("\x00", "?")
        made = [recording_item(self.ids["child:jay"], f"{text} {len(self.good) + n}") for n in range(count)]
        self.good |= {item["id"] for item in made}
        return multiple(*made)

    @rule(target=items, who=st.sampled_from(["child:leo", "child:kit", "home:rahman", "nobody"]))
    def write_about_somebody_elses_child(self, who: str):  # type: ignore[no-untyped-def]
        """Next door's child, another authority's, no child at all."""
        return recording_item(self.ids.get(who, "no-such-child"), "words")

    @rule(batch=st.lists(items, min_size=1, max_size=6), lane=st.integers(0, 1))
    def deliver_together(self, batch: list[dict], lane: int) -> None:
        """In any order, with doubles within one batch."""
        answer = self.lanes[lane].post("/sync/items", json={"items": batch})
        assert answer.status_code == 200
        receipts = answer.json["receipts"]
        assert [receipt["id"] for receipt in receipts] == [item["id"] for item in batch]
        for receipt in receipts:
            self._same_as_ever(receipt)

    @rule(item=items, lane=st.integers(0, 1))
    def deliver_alone(self, item: dict, lane: int) -> None:
        """To its own address, as the form's own post."""
        answer = self.lanes[lane].post(
            item["path"],
            data=urlencode([(name, value) for name, values in item["fields"].items() for value in values]),
            content_type="application/x-www-form-urlencoded",
            headers={
                "X-App": "1",
                "Idempotency-Key": item["id"],
                "X-Queued-At": item["made_at"],
                "X-TZ": item["zone"],
                "X-Content-Hash": content_hash(item["path"], item["fields"]),
            },
        )
        assert answer.status_code == answer.json["status"]
        self._same_as_ever(answer.json)

    @rule(item=items)
    def deliver_other_words_under_the_same_id(self, item: dict) -> None:
        """ODK's rule: the same id with other content is a conflict, and changes nothing."""
        if item["id"] not in self.delivered:
            return
        changed = item | {"fields": item["fields"] | {"saw": ["other words"]}}
        receipt = self.lanes[0].post("/sync/items", json={"items": [changed]}).json["receipts"][0]
        assert (receipt["status"], receipt["outcome"]) == (409, "conflict")
        self.played["conflicts"] += 1

    @rule(item=consumes(items))
    def the_phone_forgets(self, item: dict) -> None:
        """Nothing more comes of an item: what it left behind stays."""

    def _same_as_ever(self, receipt: dict) -> None:
        self.delivered.add(receipt["id"])
        self.played["deliveries"] += 1
        expected = "received" if receipt["id"] in self.good else "refused"
        assert receipt["outcome"] == expected, receipt
        as_bytes = json.dumps(receipt, sort_keys=True).encode()
        assert self.first.setdefault(receipt["id"], as_bytes) == as_bytes

    @invariant()
    def every_good_item_is_there_once_with_its_trace(self) -> None:
        """The state is what one delivery of each would have made."""
        if not hasattr(self, "lanes"):
            return
        with self.app.app_context(), every_authority():
            stored = db.session.query(Recording).count()
            traced = db.session.query(AuditRow).filter_by(kind="wrote", what="recording:submitted").count()
        assert stored == traced == len(self.good & self.delivered)


class TestDelivery(Delivery.TestCase):
    """As many histories as this run is to have."""

    settings = settings(
        max_examples=RUNS, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
    )

    @classmethod
    def tearDownClass(cls) -> None:
        """Whatever is counted here ended as one delivery of each would have ended; else the test has failed."""
        reached(
            "R4", "histories that ended as one delivery of each would have", Delivery.played["histories"], least=1000
        )
        reached("R4", "deliveries, each answered with the first receipt", Delivery.played["deliveries"])
        reached("R4", "other words under a known number, told apart as 409", Delivery.played["conflicts"])
