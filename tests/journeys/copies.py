"""The worker of a phone, by Chromium's own levers: wake it as the network's return does, stop it, look at its store."""

from typing import Any

from playwright.sync_api import CDPSession, Page

# What lies on the phone for each item, without a key: how it stands, whether a copy and a receipt lie beside it.
LOOK = """async () => {
  const [{ name }] = (await indexedDB.databases()).filter(({ name }) => name.startsWith('vault-'));
  const asked = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const db = await asked(indexedDB.open(name));
  const found = await asked(db.transaction('outbox').objectStore('outbox').getAll());
  db.close();
  return found.map(({ id, state, copy, receipt }) => ({ id, state, copy, receipt }));
}"""


def on_the_phone(page: Page) -> list[dict[str, Any]]:
    """Every item in the outbox of this phone, as anybody can see it."""
    return page.evaluate(LOOK)


class Levers:
    """Held from a page of the phone; they outlive what that page shows."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.registration, self.origin = "", page.url.split("/", 3)
        self.running: set[str] = set()
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.on("ServiceWorker.workerRegistrationUpdated", self._heard)
        self.session.on("ServiceWorker.workerVersionUpdated", self._versions)
        self.session.send("ServiceWorker.enable")
        for _ in range(100):
            if self.registration:
                break
            page.wait_for_timeout(50)
        assert self.registration, "the phone has no worker"

    def _heard(self, told: dict[str, Any]) -> None:
        for one in told["registrations"]:
            self.registration = "" if one["isDeleted"] else one["registrationId"]

    def _versions(self, told: dict[str, Any]) -> None:
        for one in told["versions"]:
            change = self.running.add if one["runningStatus"] in ("running", "starting") else self.running.discard
            change(one["versionId"])

    def wake(self) -> None:
        """As the browser does when the network is back; a worker that was stopped is started."""
        how = {"origin": "/".join(self.origin[:3]), "registrationId": self.registration}
        self.session.send("ServiceWorker.dispatchSyncEvent", {**how, "tag": "drain", "lastChance": False})

    def stop(self) -> None:
        """As the system does when it wants the memory."""
        for version in list(self.running):
            self.session.send("ServiceWorker.stopWorker", {"versionId": version})
