"""Changes to files such as strangers, disks and editors make: bytes, numbers, members, depth."""

import io
import random
import re
import zipfile

_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)
_EXTREME = (
    *(b"0", b"-0.0", b"-1", b"5e-324", b"1e-310", b"1e308", b"-1e308", b"1e999", b"nan", b"inf"),
    *(b"NaN", b"null", b"true", b'""', b"[]", b"{}", b"9" * 30, b"9" * 5000, b"0x" + b"F" * 4000),
    *(b"2147483648", b"9223372036854775808", b"1_1", b"0.5", b"1e16", b"-2147483649"),
)
_PIECES = (
    *(b"\0", b"\n", b"\r", b"\x1b[2J", b'"', b"'", b",", b";", b"=", b"\\", b"%", b"#", b".", b":"),
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xb0\x80", b"\xe2\x80\xae", b"{", b"[", b"}", b"]", b"("),
)
_REPEATED = (b"[", b"{", b".a", b"a.", b"[],", b"{},", b"(", b'"', b"0,", b"\n", b"a", b"\t", b"%{")


def mutated(content: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Change a file in one to four ways."""
    if content[:4] == b"PK\x03\x04" and chance.random() < 0.7:
        content = _members_changed(content, others, chance)
    else:
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            content = chance.choice(_WAYS)(content, others, chance)
    return content[: 8 << 20]


def _place(content: bytes, chance: random.Random) -> int:
    # beginnings decide how the rest is read
    most = len(content) if chance.random() < 0.6 else min(len(content), 200)
    return chance.randrange(most + 1)


def _bit(content: bytes, _others: list[bytes], chance: random.Random) -> bytes:
    if not content:
        return b"\0"
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at = min(_place(content, chance), len(content) - 1)
        changed[at] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _number(content: bytes, _others: list[bytes], chance: random.Random) -> bytes:
    found = list(_NUMBER.finditer(content))
    if not found:
        return _piece(content, _others, chance)
    match = chance.choice(found)
    return content[: match.start()] + chance.choice(_EXTREME) + content[match.end() :]


def _piece(content: bytes, _others: list[bytes], chance: random.Random) -> bytes:
    at = _place(content, chance)
    return content[:at] + chance.choice(_PIECES + _EXTREME) + content[at:]


def _cut(content: bytes, _others: list[bytes], chance: random.Random) -> bytes:
    start = _place(content, chance)
    if chance.random() < 0.3:
        return content[:start]
    return content[:start] + content[start + chance.choice((1, 4, 100, 5000)) :]


def _double(content: bytes, _others: list[bytes], chance: random.Random) -> bytes:
    start = _place(content, chance)
    piece = content[start : start + chance.choice((1, 8, 200, 20000))]
    return content[:start] + piece * chance.choice((2, 2, 50)) + content[start:]


def _many(content: bytes, _others: list[bytes], chance: random.Random) -> bytes:
    at = _place(content, chance)
    piece = chance.choice(_REPEATED) * chance.choice((10, 300, 5000, 60_000))
    return content[:at] + piece + content[at:]


def _splice(content: bytes, others: list[bytes], chance: random.Random) -> bytes:
    other = chance.choice(others)
    return content[: _place(content, chance)] + other[_place(other, chance) :]


def _lines(content: bytes, _others: list[bytes], chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if len(lines) < 2:
        return _cut(content, _others, chance)
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"".join(lines)


def _field(content: bytes, _others: list[bytes], chance: random.Random) -> bytes:
    """Write an extreme length where a format may have one."""
    at, size = _place(content, chance), chance.choice((2, 4, 8))
    value = chance.choice((0, 1, 0x7F, 0xFFFF, 1 << 31, (1 << 32) - 1, 1 << 40, (1 << 63) - 1))
    piece = (value % (1 << 8 * size)).to_bytes(size, chance.choice(("little", "big")))
    return content[:at] + piece + content[at + size :]


_WAYS = (_bit, _number, _piece, _cut, _double, _many, _splice, _lines, _field)


def _members_changed(content: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Change what lies in an archive, and pack it again so that its sums fit."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # noqa: BLE001 - it was changed before
        return _bit(content, others, chance)
    name = chance.choice([*members])
    how = chance.randrange(6)
    if how == 0:
        del members[name]
    elif how == 1:
        members[name] = chance.choice([*members.values()])
    elif how == 2:
        members[name] += b"\0" * (
            1 if chance.random() < 0.98 else 150 << 20
        )  # a bomb takes a second
    else:
        members[name] = chance.choice(_WAYS)(members[name], [*members.values()], chance)
    stream = io.BytesIO()
    packing = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    if any(len(each) > 100 << 20 for each in members.values()):
        packing = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for each, value in members.items():
            archive.writestr(each, value)
    return stream.getvalue()
