"""What a carer takes away: everything they ever wrote, for a computer or on paper (carers' own protection and memory).

JSON holds every character as it was typed. Paper can't draw every script and picture; it says in words what it can't.
"""

import json
from datetime import datetime
from itertools import groupby
from typing import Any

from ..access.actor import Actor
from ..policy.dates import say_when
from ..policy.registry import policy_of
from ..shell import paper
from . import present, queries
from .queries import Shown
from .rules import Did


def as_json(actor: Actor, now: datetime) -> bytes:
    """Everything this person wrote, with what came of it. Raises Denied."""
    shown, steps = _all_of(actor)
    data = {
        "what": "Everything you wrote in Lantern",
        "person": actor.name,
        "made_at": now.isoformat(),
        "recordings": [present.as_data(one, steps.get(one.recording.id, [])) for one in shown],
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def as_pdf(actor: Actor, now: datetime) -> bytes:
    """The same on paper, a part for each child. Raises Denied."""
    shown, steps = _all_of(actor)
    policy = policy_of(actor.authority_id)
    children = [
        {"name": child, "days": [_on_paper(one, steps.get(one.recording.id, []), policy) for one in ones]}
        for (_, child), ones in groupby(shown, key=lambda one: (one.recording.child_id, one.child))
    ]
    data = {"person": actor.name, "made": say_when(now), "authority": policy.name, "children": children}
    return paper.make("recordings", data, now)


def _all_of(actor: Actor) -> tuple[list[Shown], dict[str, list[Did]]]:
    shown = list(queries.everything_by(actor))
    return shown, queries.steps_of(one.recording.id for one in shown)


def _on_paper(one: Shown, steps: list[Did], policy: Any) -> dict[str, Any]:
    entry = present.entry(one)
    notes = [f"Written {entry.written}.", f"Sent {entry.sent}.", *(["This came late."] if entry.late else [])]
    return {
        "title": f"Added to {entry.when}" if entry.amends_id else entry.when,
        "how": entry.how_word,
        "notes": " ".join(notes),
        "parts": [part for part in _parts(entry) if part["text"]],
        "held": entry.held,
        "steps": [{"what": f"{step.what}, {step.at}", "words": step.words}
                  for step in present.came_of_it(steps, policy)],
    }  # fmt: skip


def _parts(entry: present.Entry) -> list[dict[str, str]]:
    names = {"saw": "What I saw", "think": "What I think", "told": "What someone told me"}
    told = [(f"{names[mark]} ({who})" if who else names[mark], text) for mark, text, who in entry.marks]
    groups = [(f"{part.title}: {label}", text) for part in entry.parts for label, text in part.answers]
    wish = [("I would like help with this", entry.help_with or "Yes")] if entry.wants_help else []
    said = [(f"In {entry.child}'s own words", entry.child_said), ("What went well", entry.went_well)]
    everything = [*said, *told, *groups, ("How I am", entry.how_i_am), *wish]
    return [{"title": title, "text": text} for title, text in everything]
