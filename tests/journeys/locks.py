"""What a phone keeps, as anybody can see who holds it: how many key slots, and which databases."""

from typing import Any

from tests.journeys.carer import Carer


def kept(carer: Carer) -> dict[str, Any]:
    """What is on this phone: key slots, and databases of vaults."""
    look = """async () => ({
      slots: (await caches.has('keyslot')) ? (await (await caches.open('keyslot')).keys()).length : 0,
      databases: (await indexedDB.databases()).map((database) => database.name),
    })"""
    return carer.page.evaluate(look)
