"""What browsers are sent: known bytes, known licences, nothing of the crown, few of them, and legible."""

import hashlib
import json
import re
from pathlib import Path

import brotli
import pytest

from carerapp.pwa.routes import kept_by_phones
from carerapp.shell.html import static_files
from tests.house.contrast import colours, contrast

STATIC = Path(__file__).parents[2] / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = STATIC.parent / "templates"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())
TOOLS = {"manifest.json", "refresh.mjs", "govuk.scss"}  # they make the rest, and no page asks for them
LICENCE = "LICENSE.txt"

# govuk-frontend's code is MIT; these belong to the crown and may not be used outside GOV.UK.
# (The licence texts themselves are left out: they have to say whose copyright it is.)
OF_THE_CROWN = [b"gds transport", b"govuk-crest", b"crown copyright", b"govuk-logo", b"tudorcrown", b"m33.1,9.8c.2-.1"]

CSS_BUDGET = 14 * 1024
TAKEN_BUDGET = 22 * 1024  # htmx, and argon2 for phones that unlock with a PIN


def test_every_vendored_file_is_the_one_in_the_manifest() -> None:
    there = {p.relative_to(VENDOR).as_posix() for p in VENDOR.rglob("*") if p.is_file()}
    kept = {name for name in there if name not in TOOLS and not name.endswith((LICENCE, ".br", ".gz"))}
    assert kept == {entry["file"] for entry in MANIFEST}
    for entry in MANIFEST:
        found = hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest()
        assert found == entry["sha256"], f"{entry['file']} was changed by hand: change refresh.mjs, `npm run assets`"


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_every_vendored_file_names_version_source_and_licence(entry: dict[str, str]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])
    assert entry["source"] and entry["how"]
    words = (VENDOR / entry["licence_text"]).read_text()
    told = {"MIT": "free of charge", "0BSD": "Zero-Clause BSD", "OFL-1.1": "SIL Open Font License"}
    assert told[entry["licence"]].lower() in words.lower()


def test_nothing_of_the_crown_is_served() -> None:
    files = [p for folder in (STATIC, TEMPLATES) for p in folder.rglob("*") if p.is_file() and p.name != LICENCE]
    guilty = [(p.name, mark) for p in files for mark in OF_THE_CROWN if mark in p.read_bytes().lower()]
    assert not guilty
    titles = [t for p in TEMPLATES.rglob("*.html") for t in re.findall(r"<title>(.*?)</title>", p.read_text())]
    assert set(titles) == {"Lantern"}, "titles land in the browser's history: they say one thing always"


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_stylesheets_can_be_read_by_browsers(path: Path) -> None:
    """A byte-order mark in front of :root silently kills every custom property in it."""
    text = path.read_bytes().decode("utf-8")
    assert "\ufeff" not in text and "\ufffd" not in text and "@charset" not in text
    assert text.count("{") == text.count("}")
    assert not re.search(r"url\(\s*[\"']?(?:https?:|//|data:)", text), "style-src and img-src allow our own files only"
    for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", text):
        assert (path.parent / address).resolve().is_file(), address


def test_every_colour_that_is_used_is_named() -> None:
    sheets = "".join(p.read_text() for p in STATIC.rglob("*.css"))
    named = set(re.findall(r"(--[a-z-]+)\s*:", sheets))
    used = set(re.findall(r"var\((--[a-z-]+)", sheets))
    assert used <= named, used - named
    root = (STATIC / "css/base.css").read_text()
    assert root.index(":root {") < root.index("@media"), "the colours come first"


DARK = "@media screen and (prefers-color-scheme: dark) {"
GROUNDS = {
    "light": (":root {",),
    "dark": (":root {", f"{DARK} >> :root {{"),
    "young": (":root {", ".theme-yp, :root:has(.theme-yp) {"),
    "young, dark": (":root {", f"{DARK} >> :root {{", f"{DARK} >> {DARK} >> .theme-yp, :root:has(.theme-yp) {{"),
}
PAIRS = [  # words, their ground, the least contrast
    *(("ink", ground, 7.0) for ground in ("ground", "card", "sunk", "quiet", "quiet-hover")),
    *(("ink", f"{tone}-ground", 7.0) for tone in ("good", "wait", "warn", "bad", "calm")),
    *((word, ground, 7.0) for word in ("link", "soft") for ground in ("ground", "card")),
    *((tone, ground, 4.5) for tone in ("good", "wait", "warn", "bad", "calm") for ground in (f"{tone}-ground", "card")),
    *((word, "sunk", 4.5) for word in ("soft", "link", "good", "wait")),
    ("visited", "ground", 4.5), ("visited", "card", 4.5), ("soft", "quiet", 4.5),
    ("top-ink", "top", 7.0), ("lamp", "top", 3.0), ("on-main", "main", 7.0), ("on-main", "main-hover", 7.0),
    ("edge", "card", 3.0), ("edge", "ground", 3.0), ("focus-ink", "focus", 7.0), ("main", "ground", 3.0),
]  # fmt: skip


@pytest.mark.parametrize("theme", GROUNDS)
def test_words_are_legible_on_their_ground(theme: str) -> None:
    named = colours((STATIC / "css/base.css").read_text(), *GROUNDS[theme])
    poor = {
        (a, b): round(contrast(named[a], named[b]), 2) for a, b, least in PAIRS if contrast(named[a], named[b]) < least
    }
    assert not poor


def test_what_we_took_from_others_and_how_it_looks_is_small(capsys: pytest.CaptureFixture[str]) -> None:
    """Brotli of what phones fetch. What a first visit costs on the wire is for `make bench` to say."""
    files = [STATIC / path for path in static_files() if kept_by_phones(path) and path.endswith((".css", ".js"))]
    sizes = {p.relative_to(STATIC).as_posix(): len(brotli.compress(p.read_bytes(), quality=11)) for p in sorted(files)}
    css = sum(size for name, size in sizes.items() if name.endswith(".css"))
    taken = sum(size for name, size in sizes.items() if name.startswith("vendor/") and name.endswith(".js"))
    ours = sum(sizes.values()) - css - taken
    with capsys.disabled():
        print(f"\n{css:,} bytes of CSS, {taken:,} of other people's JavaScript, {ours:,} of ours")
    assert css <= CSS_BUDGET
    assert taken <= TAKEN_BUDGET
