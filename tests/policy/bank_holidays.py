"""Makes the checked-in table of bank holidays: `python -m tests.policy.bank_holidays` writes it anew.

Run it after raising the version of the `holidays` package, or to add years. The test beside it compares.
"""

import json

import holidays

from carerapp.policy.calendars import BANK_HOLIDAYS

FIRST, LAST = 2012, 2040


def table() -> dict[str, object]:
    """Give the bank holidays of England and Wales as the file holds them."""
    days = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST, LAST + 1), language="en_GB")
    return {
        "what": "Bank holidays of England and Wales, with the days given in lieu of those that fall on a weekend",
        "from": f"Python package holidays {holidays.__version__} (MIT), made by tests/policy/bank_holidays.py",
        "years": [FIRST, LAST],
        "days": {day.isoformat(): days[day] for day in sorted(days)},
    }


if __name__ == "__main__":
    BANK_HOLIDAYS.write_text(json.dumps(table(), indent=1) + "\n", encoding="utf-8")
