"""Invented evenings of about 1 KB each, the same ones in every run."""

import random
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from carerapp.shell import clock

COUNT = 365
# Words of any text, words of every day, and rarer ones. Mixed as here, they pack as prose does (about three to one).
COMMON, CARE, RARE = (line.split() for line in Path(__file__).with_name("words.txt").read_text().splitlines())


def words(seed: int, length: int) -> str:
    """About `length` characters of something like prose."""
    choose = random.Random(seed)
    text = ""
    while len(text) < length:
        sentence = [choose.choice(_kind(choose.random())) for _ in range(choose.randint(6, 16))]
        text += " ".join(sentence).capitalize() + ". "
    return text[:length].rsplit(" ", 1)[0] + "."


def _kind(chance: float) -> list[str]:
    return COMMON if chance < 0.5 else CARE if chance < 0.75 else RARE


def fields(child: str, seed: int) -> dict[str, list[str]]:
    """What a recording's form sends."""
    said = {
        "child": child,
        "how": random.Random(seed).choice(("great", "good", "good", "ok", "hard")),
        "saw": words(seed * 3, 470),
        "went_well": words(seed * 3 + 1, 130),
        "think": words(seed * 3 + 2, 90),
    }
    return {name: [value] for name, value in said.items()}


def items(children: list[str], seed: int, number: int = COUNT) -> list[dict[str, Any]]:
    """Items as a phone queues them: each evening about each child, half a year of them for two, up to yesterday."""
    made = random.Random(seed)
    return [
        {
            "id": str(uuid.UUID(int=made.getrandbits(128), version=4)),
            "path": "/recordings/",
            "fields": fields(children[at % len(children)], seed * 1_000_003 + at),
            "made_at": _evening(1 + (number - 1 - at) // len(children), made.randint(0, 90)),
            "zone": "Europe/London",
        }
        for at in range(number)
    ]


def _evening(days_ago: int, minutes: int) -> str:
    day = clock.today() - timedelta(days=days_ago)
    return datetime(day.year, day.month, day.day, 19, tzinfo=clock.LONDON).replace(minute=minutes % 60).isoformat()
