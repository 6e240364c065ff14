"""How moments and days look on screen: "Tuesday 3 May, 6:42pm"."""

from flask import Flask

from ..policy.dates import say_day, say_when
from . import clock


def init_app(app: Flask) -> None:
    app.add_template_filter(lambda moment: say_when(moment, clock.now()), "when")
    app.add_template_filter(lambda day: say_day(day, clock.today()), "day")
