"""Paper: any text can be laid out, none of it can become code, and the same data is the same bytes."""

import io
import json
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from carerapp.shell import paper

AT = datetime(2026, 5, 3, 18, 42, tzinfo=UTC)
HOSTILE = [
    '#panic("x") #read("/etc/passwd") #import "@preview/x:1.0.0"',
    "*bold* _em_ $x^2$ `code` @ref <label> = Heading // gone /* gone */",
    '"},{"a":"\\',
    "a\x00b\x01c\ue000\ufffe\ud800",
    "z" + "\u0301" * 200,
    "\u202edesrever\u202c \u200d\u200f",
    "".join(map(chr, range(0x1F600, 0x1F650))),
    "中文 ትግርኛ தமிழ் বাংলা ไทย 日本語 한국어",
    "é\u093e\u0301\u20e3☀️",
    "",
]


def data(text: str) -> dict:
    day = {"title": text, "how": text, "notes": text, "parts": [{"title": text, "text": text}], "held": [text],
           "steps": [{"what": text, "words": text}]}  # fmt: skip
    return {"person": text, "made": text, "authority": text, "children": [{"name": text, "days": [day]}]}


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_laid_out_and_none_of_it_is_code(text: str) -> None:
    """S5, S6: no markup, no file, no fetch; a letter that can't be drawn never costs the whole paper."""
    assert paper.make("recordings", data(text), AT).startswith(b"%PDF-")


def test_markup_in_words_is_only_words() -> None:
    assert '#panic("x") #read("/etc/passwd")' in text_of(paper.make("recordings", data(HOSTILE[0]), AT))


def test_it_is_a_tagged_document_that_says_its_language_and_title() -> None:
    """PDF/UA-1, which the compiler enforces: a screen reader can read it to somebody."""
    pdf = PdfReader(io.BytesIO(paper.make("recordings", data("Amina"), AT)))
    assert pdf.root_object["/MarkInfo"]["/Marked"] and pdf.root_object["/Lang"] == "en-GB"
    assert pdf.metadata.title == "What Amina wrote"
    assert b"pdfuaid" in pdf.root_object["/Metadata"].get_object().get_data()


def test_the_same_data_at_the_same_moment_is_the_same_bytes() -> None:
    """The checksum of an export pack must hold."""
    made = paper.make("recordings", data("Amina"), AT)
    assert made == paper.make("recordings", data("Amina"), AT)
    assert PdfReader(io.BytesIO(made)).metadata.creation_date == AT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain é ü ß ñ € – ’ …", "plain é ü ß ñ € – ’ …"),
        ("мама · μαμά · אמא · ماما", "мама · μαμά · אמא · ماما"),
        ("😀👍🏽!", "[grinning face][thumbs up sign]!"),
        ("☀️", "☀"),
        ("ትግርኛ and 中文", "[letters in ethiopic] and [letters in cjk]"),
        ("a\r\nb\tc\x07", "a\nb    c"),
    ],
)
def test_what_can_not_be_drawn_is_said_in_words(text: str, said: str) -> None:
    assert paper.in_words(text) == said


def test_every_letter_that_is_listed_can_be_drawn() -> None:
    """The list belongs to the pinned typst: a new one that draws fewer letters is noticed here."""
    first, last = paper._letters()
    letters = "".join(chr(code) for a, b in zip(first, last, strict=True) for code in range(a, b + 1))
    assert len(letters) > 7000
    source = b'#set document(title: "All")\n#for one in json(bytes(sys.inputs.data)) [#par(one)]'
    asked = {"data": json.dumps(list(letters))}
    paper.typst.compile(source, format="pdf", font_paths=paper._fonts(), sys_inputs=asked, pdf_standards="ua-1")


def test_a_wrong_template_says_so_without_the_data() -> None:
    """S16: an error holds no words of anybody."""
    with pytest.raises(paper.CanNotPrint) as wrong:
        paper.make("recordings", {"person": "SECRET"}, AT)
    assert "SECRET" not in str(wrong.value)
