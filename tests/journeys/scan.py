"""Look for words in every file of a folder, however they were put there: what a finder of a copied phone would do.

Looks at the raw bytes, and at what the bytes unpack to: LevelDB logs put together again, LevelDB tables with their
blocks unpacked, SQLite cells, bodies in the browser's caches, and whatever is packed as gzip, zlib, deflate, brotli,
zstd or snappy. tests/journeys/test_scan.py plants each of these and finds it.
"""

import base64
import hashlib
import re
import shutil
import sqlite3
import struct
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import brotli
from backports import zstd

MOST = 64 * 1024 * 1024  # bytes that one packed thing may unpack to
DEPTH = 3  # things packed in things packed in things
SHORTEST = 6  # characters of base64 or bytes of hex below which chance would find everything

GZIP, ZLIB, ZSTD = (
    re.compile(rb"\x1f\x8b\x08"),
    re.compile(rb"\x78[\x01\x5e\x9c\xda]"),
    re.compile(rb"\x28\xb5\x2f\xfd"),
)
INDEXED_DB_SNAPPY = re.compile(rb"\xff\x11\x02")  # how Chromium marks a value that it packed
TABLE_MAGIC = struct.pack("<Q", 0xDB4775248B80FB57)
FIREFOX_LZ4 = b"mozLz40\0"  # what Firefox had open, for when it starts again
SIMPLE_CACHE = struct.pack("<Q", 0xFCFB6D1BA7725C30)
SQLITE = b"SQLite format 3\x00"
LOG_BLOCK = 32 * 1024


CLEAN: dict[bytes, Counter[str]] = {}
"""What held none of the secrets that were looked for, by the digest of both; and how much of it had to be unpacked."""


@dataclass(frozen=True)
class Found:
    """A secret, where it lay, in which form, and what stood around it."""

    secret: str
    path: str
    form: str
    around: bytes

    def __str__(self) -> str:
        return f"{self.path} [{self.form}] {self.secret!r}: …{self.around!r}…"


@dataclass
class Scan:
    """What was found, and how much was looked at: a scan that looked at nothing proves nothing."""

    found: list[Found] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    unpacked: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        lines = "\n".join(str(found) for found in self.found[:40])
        return f"{len(self.found)} found in {self.files} files, {self.bytes} bytes, {dict(self.unpacked)}\n{lines}"


def forms_of(secret: str | bytes) -> dict[bytes, str]:
    """Every way in which a word, or a key, may lie on a disk, without being packed."""
    if isinstance(secret, bytes):
        hexes = {secret.hex().encode(): "hex of bytes", secret.hex().upper().encode(): "hex of bytes"}
        return {secret: "bytes"} | hexes | _base64_forms(secret, "base64 of bytes")
    forms: dict[bytes, str] = {}
    plain = {"utf-8": "utf-8", "utf-16-le": "utf-16 little", "utf-16-be": "utf-16 big"}
    for text in {secret, secret.lower(), secret.upper()}:
        for codec, name in plain.items():
            raw = text.encode(codec)
            forms[raw] = name
            if codec != "utf-16-be" and len(raw) >= SHORTEST:
                forms[raw.hex().encode()] = forms[raw.hex().upper().encode()] = f"hex of {name}"
                forms |= _base64_forms(raw, f"base64 of {name}")
    return forms


def _base64_forms(raw: bytes, name: str) -> dict[bytes, str]:
    """The three ways in which bytes fall into base64, without the edges that their neighbours decide."""
    forms = {}
    for before in range(3):
        text = base64.b64encode(b"\0" * before + raw)
        core = text[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
        if len(core) >= SHORTEST:
            forms[core] = forms[core.replace(b"+", b"-").replace(b"/", b"_")] = f"{name}, {before} before"
    return forms


class Scanner:
    """Looks for secrets in bytes and folders."""

    def __init__(self, secrets: Iterable[str | bytes]) -> None:
        self.forms = {form: (str(secret), name) for secret in secrets for form, name in forms_of(secret).items()}
        self.of_these = hashlib.sha256(repr(sorted(self.forms)).encode()).digest()

    def folder(self, folder: Path) -> Scan:
        """Every file below a folder; names of files as well."""
        scan = Scan()
        for path in sorted(folder.rglob("*")):
            where = str(path.relative_to(folder))
            scan.found += self.raw(where.encode(), where + " (its name)")
            if path.is_symlink() or not path.is_file():
                continue
            data = path.read_bytes()
            scan.files += 1
            scan.bytes += len(data)
            self._look_once(scan, where, data)
            for name, inner in opened(path, data):
                scan.unpacked[name] += 1
                self._look_once(scan, f"{where} > {name}", inner)
        return scan

    def _look_once(self, scan: Scan, where: str, data: bytes) -> None:
        """Most of what a browser keeps is the same the next time somebody looks."""
        digest = hashlib.sha256(self.of_these + data).digest()
        if digest not in CLEAN:
            inside = Scan()
            self._look(inside, where, data)
            scan.found += inside.found
            scan.unpacked += inside.unpacked
            if not inside.found:
                CLEAN[digest] = inside.unpacked
            return
        scan.unpacked += CLEAN[digest]

    def _look(self, scan: Scan, where: str, data: bytes, depth: int = 0) -> None:
        scan.found += self.raw(data, where)
        if depth >= DEPTH:
            return
        for name, inner in unpacked(data):
            scan.unpacked[name] += 1
            self._look(scan, f"{where} > {name}", inner, depth + 1)

    def raw(self, data: bytes, where: str) -> list[Found]:
        """The secrets that lie in these very bytes, the first of each form."""
        found = []
        for form, (secret, name) in self.forms.items():
            at = data.find(form)
            if at >= 0:
                found.append(Found(secret, where, name, data[max(0, at - 40) : at + len(form) + 40]))
        return found


# --- things packed inside bytes -----------------------------------------------------------------------------------


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What unpacks, wherever its mark stands; and from the start, what has no mark."""
    view = memoryview(data)
    for mark, name, bits in ((GZIP, "gzip", 31), (ZLIB, "zlib", 15)):
        for match in mark.finditer(data):
            yield from _some(name, inflate(view[match.start() :], bits))
    for match in ZSTD.finditer(data):
        yield from _some("zstd", unzstd(view[match.start() :]))
    for match in INDEXED_DB_SNAPPY.finditer(data):
        yield from _some("snappy", unsnappy(data[match.end() : match.end() + MOST]))
    yield from _some("deflate", inflate(view, -15))
    yield from _some("brotli", unbrotli(data))
    yield from _some("snappy", unsnappy(data))


def _some(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if len(data) >= SHORTEST:
        yield name, data


def inflate(data: bytes | memoryview, bits: int) -> bytes:
    """As much as unpacks."""
    return _as_much_as_unpacks(lambda: zlib.decompressobj(bits), data)


def unzstd(data: bytes | memoryview) -> bytes:
    """As much as unpacks."""
    return _as_much_as_unpacks(zstd.ZstdDecompressor, data)


class _Brotli:
    """Brotli's unpacker in the shape of the others."""

    def __init__(self) -> None:
        self.own = brotli.Decompressor()
        self.decompress = self.own.process

    @property
    def eof(self) -> bool:
        return self.own.is_finished()


def unbrotli(data: bytes | memoryview) -> bytes:
    """As much as unpacks. Brotli has no mark: any bytes may begin one, and most stop being one at once."""
    return _as_much_as_unpacks(_Brotli, data)


def _as_much_as_unpacks(start: Callable[[], Any], data: bytes | memoryview) -> bytes:
    """A torn or foreign end takes nothing from what came before it: the part that fails is fed again byte by byte."""
    unpack, out, at = start(), bytearray(), 0
    try:
        for at in range(0, len(data), 4096):
            out += unpack.decompress(data[at : at + 4096])
            if unpack.eof or len(out) > MOST:
                break
    except (zlib.error, zstd.ZstdError, brotli.error):
        unpack = start()
        out = bytearray(unpack.decompress(data[:at]) if at else b"")
        with suppress(zlib.error, zstd.ZstdError, brotli.error):
            for one in range(at, min(at + 4096, len(data))):
                out += unpack.decompress(data[one : one + 1])
                if unpack.eof:
                    break
    return bytes(out)


def unsnappy(data: bytes) -> bytes:
    """As much as unpacks of a raw snappy block."""
    length, at = varint(data, 0)
    if not 0 < length <= MOST:
        return b""
    out = bytearray()
    while at < len(data) and len(out) < length:
        tag = data[at]
        at += 1
        if tag & 3 == 0:
            size = tag >> 2
            if size >= 60:
                wide = size - 59
                size = int.from_bytes(data[at : at + wide], "little")
                at += wide
            out += data[at : at + size + 1]
            at += size + 1
            continue
        size, back, at = _copy(data, tag, at)
        if not 0 < back <= len(out):
            break
        for _ in range(size):
            out.append(out[-back])
    return bytes(out)


def _copy(data: bytes, tag: int, at: int) -> tuple[int, int, int]:
    """Of a copy in snappy: how many bytes, from how far back, and where the next tag stands."""
    if tag & 3 == 1:
        return (tag >> 2 & 7) + 4, (tag >> 5) << 8 | int.from_bytes(data[at : at + 1], "little"), at + 1
    wide = 2 if tag & 3 == 2 else 4
    return (tag >> 2) + 1, int.from_bytes(data[at : at + wide], "little"), at + wide


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends. -1 when it does not end."""
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    return -1, at


def unlz4(data: bytes) -> bytes:
    """As much as unpacks of a raw LZ4 block."""
    out, at = bytearray(), 0
    while at < len(data) and len(out) < MOST:
        tag = data[at]
        size, at = _lz4_size(tag >> 4, data, at + 1)
        out += data[at : at + size]
        at += size
        back = int.from_bytes(data[at : at + 2], "little")
        if at + 2 > len(data) or not 0 < back <= len(out):
            break
        size, at = _lz4_size(tag & 15, data, at + 2)
        for _ in range(size + 4):
            out.append(out[-back])
    return bytes(out)


def _lz4_size(size: int, data: bytes, at: int) -> tuple[int, int]:
    more = 255 if size == 15 else 0
    while more == 255 and at < len(data):
        more = data[at]
        size, at = size + more, at + 1
    return size, at


# --- kinds of files -----------------------------------------------------------------------------------------------


def opened(path: Path, data: bytes) -> Iterator[tuple[str, bytes]]:
    """What a file of a known kind holds, put together again."""
    if data.startswith(SQLITE):
        yield from sqlite_cells(path)
    elif data.startswith(FIREFOX_LZ4):
        yield "lz4", unlz4(data[len(FIREFOX_LZ4) + 4 :])
    elif data.startswith(SIMPLE_CACHE):
        key_length = int.from_bytes(data[12:16], "little")
        yield "cache body", data[24 + key_length :]
    elif data.endswith(TABLE_MAGIC):
        yield from table_records(data)
    elif path.suffix == ".log" or path.name.startswith("MANIFEST-"):
        yield from log_records(data)
    elif re.fullmatch(r"data_[0-3]", path.name):
        for at in range(0, len(data), 256):
            yield from _some("block", unbrotli(data[at : at + 65536]))


def log_records(data: bytes) -> Iterator[tuple[str, bytes]]:
    """LevelDB's log: records are cut at every 32 KiB."""
    record = bytearray()
    for block in range(0, len(data), LOG_BLOCK):
        at, end = block, min(block + LOG_BLOCK, len(data))
        while at + 7 <= end:
            _sum, length, kind = struct.unpack_from("<IHB", data, at)
            if not 1 <= kind <= 4:
                break
            record += data[at + 7 : at + 7 + length]
            at += 7 + length
            if kind in (1, 4):
                yield "log record", bytes(record)
                record.clear()
    if record:
        yield "torn log record", bytes(record)


def table_records(data: bytes) -> Iterator[tuple[str, bytes]]:
    """LevelDB's tables: keys that share their beginnings are written out, packed blocks are unpacked."""
    footer = data[-48:]
    _offset, at = varint(footer, 0)
    _size, at = varint(footer, at)
    offset, at = varint(footer, at)
    size, at = varint(footer, at)
    for _key, handle in _block(data, offset, size):
        block_at, after = varint(handle, 0)
        block_size, _ = varint(handle, after)
        records = list(_block(data, block_at, block_size))
        yield "table block", b"\n".join(key + b"\n" + value for key, value in records)
        for _key, value in records:
            yield "table value", value


def _block(data: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    block = data[offset : offset + size]
    packing = data[offset + size] if offset + size < len(data) else 0
    block = unsnappy(block) if packing == 1 else unzstd(block) if packing == 2 else block
    if len(block) < 4:
        return
    end, at, key = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little"), 0, b""
    while 0 <= at < end:
        shared, at = varint(block, at)
        own, at = varint(block, at)
        length, at = varint(block, at)
        if min(shared, own, length) < 0:
            return
        key = key[:shared] + block[at : at + own]
        at += own
        yield key, block[at : at + length]
        at += length


def sqlite_cells(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every cell of a database, with what still stands in its write-ahead log. Looks at a copy."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        for ending in ("", "-wal", "-journal"):
            source = path.with_name(path.name + ending)
            if source.exists():
                shutil.copy(source, f"{copy}{ending}")
        with suppress(sqlite3.Error), closing(sqlite3.connect(copy)) as rows:
            rows.text_factory = bytes
            for (table,) in rows.execute("select name from sqlite_master where type = 'table'").fetchall():
                yield from _cells(rows, table.decode())


def _cells(rows: sqlite3.Connection, table: str) -> Iterator[tuple[str, bytes]]:
    with suppress(sqlite3.Error):
        for row in rows.execute(f'select * from "{table}"'):
            for cell in row:
                if isinstance(cell, bytes) and len(cell) >= SHORTEST:
                    yield "sqlite cell", cell
