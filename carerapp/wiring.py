"""Which verbs answer which event, in order. The only such list; events are how rooms speak upwards."""

from .clocks import service as clocks
from .clocks import watcher
from .events import tags
from .events.log import on
from .inbox import service as inbox
from .quarantine import service as quarantine
from .sync import service as sync
from .triage import service as triage

KEEP_PROMISES = (
    tags.RECORDING_READ,
    tags.RECORDING_DECIDED,
    tags.RECORDING_PASSED_ON,
    tags.RECORDING_FILED,
    tags.RECORDING_FOLLOWED_UP,
    tags.HANDOVER_READ,
    tags.ALERT_ACKNOWLEDGED,
    tags.QUARANTINE_DECIDED,
)
"""Events that some policy names as keeping a promise."""


def connect() -> None:
    """Put every answer in place. Doing it twice changes nothing."""
    on(tags.RECORDING_SUBMITTED, triage.open_for)
    on(tags.RECORDING_AMENDED, triage.open_for)
    on(tags.RECORDING_SUBMITTED, quarantine.note_recording)
    on(tags.RECORDING_AMENDED, quarantine.note_recording)
    on(tags.RECORDING_PASSED_ON, inbox.open_for)
    on(tags.ALLOCATION_CHANGED, triage.follow_allocation)
    on(tags.ALLOCATION_CHANGED, quarantine.follow_allocation)
    on(tags.ALLOCATION_CHANGED, inbox.follow_allocation)
    quarantine.let_in_through(sync.run_as_author)
    for tag in KEEP_PROMISES:
        on(tag, clocks.keep)
    # An allocation may end on a day that was named long before: then no event says so, and the watcher looks.
    watcher.also(triage.anything_stranded, triage.fetch_stranded)
    watcher.also(inbox.anything_stranded, inbox.fetch_stranded)
