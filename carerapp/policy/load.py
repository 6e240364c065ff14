"""Reading the policy files, and refusing at start what could mislead later.

`load_all` is called once when the product starts; whoever calls it keeps the answer.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from . import model
from .lines import line_numbers
from .opening import Opening, parse_opening
from .parts import RuleReader
from .read import PolicyError, Table, keys_of
from .roles import GROUPS, ROLES

AUTHORITIES = Path(__file__).with_name("authorities")


def load_all(folder: Path = AUTHORITIES) -> dict[str, model.Authority]:
    """Read every authority in a folder, by key. Raises PolicyError for the first file that must not be used."""
    authorities = {authority.key: authority for authority in map(load, sorted(folder.glob("*.toml")))}
    if not authorities:
        raise PolicyError(str(folder), "", 1, "holds no policy file")
    return authorities


def load(path: Path) -> model.Authority:
    """Read one policy file. Raises PolicyError with file, key, line and reason."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise PolicyError(path.name, "", 1, f"cannot be read: {wrong}") from wrong
    authority = parse_authority(text, path.name)
    if authority.key != path.stem:
        line = line_numbers(text).get(("key",), 1)
        raise PolicyError(path.name, "key", line, f"is {authority.key!r}, but the file is named {path.stem!r}")
    return authority


def parse_authority(text: str, file: str) -> model.Authority:
    """Read a policy from its text; `file` is only for naming it in a PolicyError."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        at = re.search(r"line (\d+)", str(wrong))
        raise PolicyError(file, "", int(at[1]) if at else 1, f"is not TOML: {wrong}") from wrong
    top = Table(values, file, line_numbers(text))
    top.expect(keys_of(model.Authority, without={"words_rule", "kinder_rule", "calendar_rule"}))
    document = _document(top.table("document"))
    reader = RuleReader(document)
    calendar, calendar_rule = reader.calendar(top.table("calendar"))
    words, words_rule = reader.words(top.table("words"))
    kinder, kinder_rule = reader.kinder(top.table("kinder"))
    return model.Authority(
        key=top.text("key"),
        name=top.text("name"),
        document=document,
        words=words,
        words_rule=words_rule,
        roles=_roles(top.table("roles")),
        clocks=reader.clocks(top.table("clocks"), calendar),
        directory=_directory(top.tables("directory")),
        phone=reader.phone(top.table("phone")),
        recordings=reader.recordings(top.table("recordings")),
        triage=reader.triage(top.table("triage")),
        meetings=reader.meetings(top.table("meetings")),
        endings=reader.endings(top.table("endings")),
        kinder=kinder,
        kinder_rule=kinder_rule,
        calendar=calendar,
        calendar_rule=calendar_rule,
    )


def _document(table: Table) -> model.Document:
    """Read what the policy text is (S1-0-01)."""
    table.expect(keys_of(model.Document))
    sections = table.table("sections")
    return model.Document(
        title=table.text("title"),
        prefix=table.text("prefix"),
        version=table.text("version"),
        dated=table.day("dated"),
        review=table.day("review") if table.has("review") else None,
        author=table.text("author", ""),
        sections=MappingProxyType({key: sections.text(key) for key in sections.values}),
        read_with=table.texts("read_with", empty=True),
    )


def _roles(table: Table) -> Mapping[str, str]:
    """Read an authority's own words for roles, over the plain ones."""
    table.expect(ROLES)
    return MappingProxyType({**ROLES, **GROUPS, **{role: table.text(role) for role in table.values}})


def _directory(tables: list[Table]) -> tuple[model.Help, ...]:
    """Read whom to ring, in order (S1-A3.5-22, S1-A3.5-23). Without 999 the list is refused."""
    people = tuple(_help(table, rank) for rank, table in enumerate(tables))
    if "999" not in {help.number for help in people}:
        raise tables[0].error("", "999 is missing, and belongs in every list of whom to ring")
    return people


def _help(table: Table, rank: int) -> model.Help:
    """Read one entry of the directory."""
    table.expect(keys_of(model.Help, without={"rank"}))
    return model.Help(
        key=table.text("key"),
        name=table.text("name"),
        number=table.text("number"),
        open=tuple(_opening(table, text) for text in table.texts("open")),
        use=table.text("use"),
        rank=rank,
    )


def _opening(table: Table, text: str) -> Opening:
    """Read one stretch of opening hours."""
    try:
        return parse_opening(text)
    except ValueError as wrong:
        raise table.error("open", str(wrong)) from wrong
