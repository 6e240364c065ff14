"""The scanner finds what it is told to find, however a browser may have put it. Else S4 would mean nothing."""

import base64
import gzip
import sqlite3
import struct
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import brotli
import pytest
from backports import zstd

from tests.journeys.scan import FIREFOX_LZ4, LOG_BLOCK, SIMPLE_CACHE, TABLE_MAGIC, Scanner, unsnappy

SECRET = "wqzvkt-the-heron-at-the-pond"
PROSE = b"We walked to the pond after school and he told me about the day. " * 60
TEXT = PROSE + SECRET.encode() + PROSE


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def snappy(data: bytes) -> bytes:
    """A small snappy packer: copies what stood 64 bytes or fewer before, and writes the rest out."""
    out, at = bytearray(varint(len(data))), 0
    while at < len(data):
        earlier = data[:at].rfind(data[at : at + 6], max(0, at - 2000))
        if earlier >= 0 and at + 6 <= len(data):
            out += bytes([(6 - 1) << 2 | 2]) + struct.pack("<H", at - earlier)
            at += 6
        else:
            out += bytes([0]) + data[at : at + 1]
            at += 1
    return bytes(out)


def raw_deflate(data: bytes) -> bytes:
    pack = zlib.compressobj(wbits=-15)
    return pack.compress(data) + pack.flush()


def a_log(record: bytes) -> bytes:
    """LevelDB's log holding one record, cut where the blocks end."""
    out, first = bytearray(), True
    while record or first:
        room = LOG_BLOCK - len(out) % LOG_BLOCK - 7
        part, record = record[:room], record[room:]
        kind = (1 if not record else 2) if first else (4 if not record else 3)
        out += struct.pack("<IHB", 0, len(part), kind) + part
        first = False
    return bytes(out)


def a_block(pairs: list[tuple[bytes, bytes]]) -> bytes:
    out, last = bytearray(), b""
    for key, value in pairs:
        shared = next((i for i, (a, b) in enumerate(zip(key, last, strict=False)) if a != b), min(len(key), len(last)))
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    return bytes(out) + struct.pack("<II", 0, 1)


def a_table(pairs: list[tuple[bytes, bytes]], packing: int) -> bytes:
    plain = a_block(pairs)
    block = {0: lambda b: b, 1: snappy, 2: zstd.compress}[packing](plain) + bytes([packing]) + b"\0\0\0\0"
    index = a_block([(b"z", varint(0) + varint(len(block) - 5))])
    handles = varint(0) + varint(0) + varint(len(block)) + varint(len(index))
    return block + index + bytes([0]) + b"\0\0\0\0" + handles.ljust(40, b"\0") + TABLE_MAGIC


def a_database(path: Path, cell: bytes | str) -> None:
    with closing(sqlite3.connect(path)) as rows:
        rows.execute("create table t (id integer primary key, cell)")
        rows.execute("insert into t (cell) values (?)", [cell])
        rows.commit()


def a_cell_over_pages(path: Path) -> None:
    for before in range(8000, 9000, 7):
        path.unlink(missing_ok=True)
        a_database(path, "y" * before + SECRET + "z" * 8000)
        if SECRET.encode() not in path.read_bytes():
            return
    raise AssertionError("no cell fell over the edge of a page")


def a_cache_entry(body: bytes) -> bytes:
    key = b"1/0/_dk_http://localhost http://localhost/page"
    return SIMPLE_CACHE + struct.pack("<IIII", 5, len(key), 0, 0) + key + body


# "-the-" stands in the secret twice; the second is a copy of the first.
A_SESSION = FIREFOX_LZ4 + struct.pack("<I", 28) + b"\xf1\x04wqzvkt-the-heron-at\x0d\x00\x40pond"
SPLIT = b"x" * (LOG_BLOCK - 7 - len("value") - 8)  # puts the end of a block into the middle of the secret
PLANTED: dict[str, Callable[[Path], object]] = {
    "utf-8": lambda p: p.write_bytes(TEXT),
    "utf-16 little": lambda p: p.write_bytes(b"\1" + SECRET.encode("utf-16-le")),
    "utf-16 big": lambda p: p.write_bytes(b"\1" + SECRET.encode("utf-16-be")),
    "hex": lambda p: p.write_text(TEXT.hex()),
    "HEX": lambda p: p.write_text(TEXT.hex().upper()),
    "base64 0": lambda p: p.write_bytes(base64.b64encode(SECRET.encode() + b"??")),
    "base64 1": lambda p: p.write_bytes(base64.b64encode(b">" + SECRET.encode())),
    "base64 2": lambda p: p.write_bytes(base64.b64encode(b">>" + SECRET.encode())),
    "base64 of utf-16": lambda p: p.write_bytes(base64.b64encode(b"?" + SECRET.encode("utf-16-le"))),
    "gzip": lambda p: p.write_bytes(b"head" + gzip.compress(TEXT) + b"tail"),
    "gzip, torn": lambda p: p.write_bytes(gzip.compress(SECRET.encode() + bytes(range(256)) * 9)[:-40]),
    "zlib": lambda p: p.write_bytes(b"head" + zlib.compress(TEXT)),
    "deflate": lambda p: p.write_bytes(raw_deflate(TEXT)),
    "brotli": lambda p: p.write_bytes(brotli.compress(TEXT)),
    "zstd": lambda p: p.write_bytes(b"head" + zstd.compress(TEXT)),
    "snappy": lambda p: p.write_bytes(snappy(TEXT)),
    "snappy in an IndexedDB value": lambda p: p.write_bytes(b"\xff\x11\x02" + snappy(TEXT)),
    "what Firefox had open": lambda p: p.write_bytes(A_SESSION),
    "gzip of base64": lambda p: p.write_bytes(gzip.compress(base64.b64encode(TEXT))),
    "packed three times": lambda p: p.write_bytes(brotli.compress(gzip.compress(zstd.compress(TEXT)))),
    "000003.log": lambda p: p.write_bytes(a_log(b"value" + SPLIT + TEXT[len(PROSE) :])),
    "000005.ldb": lambda p: p.write_bytes(a_table([(b"k", TEXT)], 1)),
    "000006.ldb": lambda p: p.write_bytes(a_table([(b"k", TEXT)], 2)),
    "000007.ldb": lambda p: p.write_bytes(a_table([(b"wqzvkt-the", b"1"), (SECRET.encode(), b"2")], 0)),
    "000008.ldb": lambda p: p.write_bytes(a_table([(b"a", brotli.compress(TEXT)), (b"b", b"2")], 1)),
    "sqlite, over pages": a_cell_over_pages,
    "sqlite, packed": lambda p: a_database(p, brotli.compress(TEXT)),
    "cache_0": lambda p: p.write_bytes(a_cache_entry(brotli.compress(TEXT) + b"end of file")),
    "data_2": lambda p: p.write_bytes(b"\0" * 1024 + brotli.compress(TEXT)),
}


@pytest.mark.parametrize("name", PLANTED)
def test_finds_what_was_planted(tmp_path: Path, name: str) -> None:
    PLANTED[name](tmp_path / name)
    (tmp_path / "other").write_bytes(PROSE)
    scan = Scanner([SECRET, "never-written-down"]).folder(tmp_path)
    assert {found.secret for found in scan.found} == {SECRET}, scan
    assert all(found.path.startswith(name) for found in scan.found)


def test_most_of_them_are_not_found_by_looking_at_the_bytes_alone(tmp_path: Path) -> None:
    """Otherwise the unpacking would be tested by nothing."""
    plain = 0
    for number, plant in enumerate(PLANTED.values()):
        plant(path := tmp_path / str(number))
        plain += SECRET.encode() in path.read_bytes()
    assert plain == 1


@pytest.mark.parametrize("as_it_lies", [bytes, bytes.hex, base64.b64encode, base64.urlsafe_b64encode])
def test_finds_the_bytes_of_a_key(tmp_path: Path, as_it_lies: Callable[[bytes], bytes | str]) -> None:
    """Raw, or as a careless page writes them down; beside other bytes, and packed."""
    key = bytes(range(7, 250, 8))
    lies = as_it_lies(key)
    text = lies.encode() if isinstance(lies, str) else lies
    (tmp_path / "plain").write_bytes(b"??" + text + b"??")
    (tmp_path / "packed").write_bytes(gzip.compress(b"key=" + text))
    assert {found.path.split(" ")[0] for found in Scanner([key]).folder(tmp_path).found} == {"plain", "packed"}
    assert not Scanner([key[::-1]]).folder(tmp_path).found


def test_finds_a_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / f"{SECRET}.txt").touch()
    assert Scanner([SECRET]).folder(tmp_path).found


def test_finds_nothing_where_nothing_is(tmp_path: Path) -> None:
    for name in ("a.log", "b.ldb", "data_1", "c"):
        (tmp_path / name).write_bytes(PROSE + bytes(range(256)) * 300 + (TABLE_MAGIC if name == "b.ldb" else b""))
    scan = Scanner([SECRET]).folder(tmp_path)
    assert scan.files == 4 and not scan.found


def test_snappy_is_read_as_it_is_written() -> None:
    assert unsnappy(snappy(TEXT)) == TEXT
    assert unsnappy(varint(70) + bytes([61 << 2]) + struct.pack("<H", 69) + b"q" * 70) == b"q" * 70
    assert unsnappy(varint(12) + bytes([3 << 2]) + b"abcd" + bytes([4 << 2 | 1 | 0 << 5, 4])) == b"abcdabcdabcd"
    assert unsnappy(varint(8) + bytes([3 << 2]) + b"abcd" + bytes([3 << 2 | 3]) + struct.pack("<I", 4)) == b"abcdabcd"
