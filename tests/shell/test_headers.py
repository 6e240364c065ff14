"""Every answer is locked down, and no page about people may be kept by a browser (offline.md section 8)."""

import pytest

PATHS = ["/", "/demo", "/sign-in", "/no-such-page", "/sync/pack", "/pwa/who", "/shell", "/sw.js"]


@pytest.mark.parametrize("path", PATHS)
def test_headers(client_of, path: str) -> None:
    headers = client_of("amina").get(path).headers
    csp = headers["Content-Security-Policy"]
    assert csp.startswith("default-src 'none'") and "unsafe-inline" not in csp and "'unsafe-eval'" not in csp
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    same_for_all = path in ("/shell", "/sw.js")
    assert headers["Cache-Control"] == ("no-cache" if same_for_all else "no-store")
