"""A phone's own passkeys, and the links with which people make them."""

import re

from playwright.sync_api import CDPSession, Page, expect

# As iPhones were before iOS 17.4: passkeys, but nothing that writes or reads them as JSON, nor joins signals.
OLDER = """() => {
  delete PublicKeyCredential.parseRequestOptionsFromJSON;
  delete PublicKeyCredential.parseCreationOptionsFromJSON;
  delete PublicKeyCredential.prototype.toJSON;
  delete AbortSignal.any;
}"""


class Authenticator:
    """Passkeys of the device, unlocked by a finger that is always there. They live as long as the page's browser."""

    def __init__(self, page: Page) -> None:
        page.add_init_script(f"({OLDER})()")
        self.wire: CDPSession = page.context.new_cdp_session(page)
        self.wire.send("WebAuthn.enable", {"enableUI": False})
        options = {
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True, "hasPrf": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        self.id = self.wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def forget(self) -> int:
        """Somebody tidies up the passkeys of their device; how many there were."""
        mine = {"authenticatorId": self.id}
        found = self.wire.send("WebAuthn.getCredentials", mine)["credentials"]
        self.wire.send("WebAuthn.clearCredentials", mine)
        return len(found)


def link_for(page: Page, full_name: str) -> str:
    """Ada makes a link and reads it out."""
    page.goto("/demo")
    page.get_by_role("button", name="Ada").click()
    page.goto("/admin/people/")
    page.get_by_role("link", name=full_name).click()
    page.get_by_role("button", name="Make a link").click()
    expect(page.locator("main")).to_contain_text("/join/")
    return re.search(r"http\S+/join/[\w-]+", page.locator("main").inner_text())[0]
