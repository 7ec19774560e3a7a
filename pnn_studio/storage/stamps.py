"""Writing provenance into files that are made already, in the place that each format has for it."""

import json
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from xml.sax.saxutils import escape

from pnn_studio.domain.provenance import Provenance
from pnn_studio.errors import ProjectFileError, visible

# what keeps its provenance in a file beside it: the format has no place for it
BESIDE = frozenset({".csv"})
SIDECAR = ".provenance.json"
_NAMESPACE = "urn:pnn-studio:provenance"
_SVG = re.compile(r"<svg\b[^>]*>\s*(?:<title\b[^>]*>.*?</title>)?", re.DOTALL)
_PNG = b"\x89PNG\r\n\x1a\n"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def stamped(ending: str, content: bytes, provenance: Provenance) -> bytes:
    """Return a file with its provenance in it.

    Parameters
    ----------
    ending : str
        Of the file, with its dot. One that has no place for it comes back as it is.
    content : bytes
        The file.
    provenance : Provenance
        What to write.

    Raises
    ------
    ProjectFileError
        Where the content is not of that format.
    """
    stamp = _STAMPS.get(ending)
    return content if stamp is None else stamp(content, provenance)


def sidecar_json(provenance: Provenance) -> bytes:
    """Return the file that lies beside one without a place for its provenance."""
    text = json.dumps({"title": provenance.title, **dict(provenance.entries)}, indent=1)
    return f"{text}\n".encode()


def printable(text: str) -> str:
    r"""Write a text on one line, in what every text format can hold.

    Examples
    --------
    >>> printable("a\n.control")
    'a .control'
    """
    return visible(_ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split())))


def _svg(content: bytes, provenance: Provenance) -> bytes:
    text = content.decode()
    found = _SVG.search(text)
    if found is None:
        raise ProjectFileError("What was drawn is no SVG document.")
    entries = "".join(
        f'\n  <pnn:entry name="{name}">{escape(printable(value))}</pnn:entry>'
        for name, value in provenance.entries
    )
    title = (
        "" if "<title" in found[0] else f"\n <title>{escape(printable(provenance.title))}</title>"
    )
    element = f'\n <metadata xmlns:pnn="{_NAMESPACE}">{entries}\n </metadata>'
    at = found.end()
    return f"{text[:at]}{title}{element}{text[at:]}".encode()


def _png(content: bytes, provenance: Provenance) -> bytes:
    """Put international text chunks behind the header, which is always 33 bytes long."""
    if not content.startswith(_PNG):
        raise ProjectFileError("What was drawn is no PNG picture.")
    head = len(_PNG) + 25
    chunks = b"".join(
        _chunk(name.encode("latin-1") + b"\0\0\0\0\0" + printable(value).encode())
        for name, value in (("Title", provenance.title), *provenance.entries)
    )
    return content[:head] + chunks + content[head:]


def _chunk(data: bytes) -> bytes:
    body = b"iTXt" + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def _pdf(content: bytes, provenance: Provenance) -> bytes:
    """Append an update with another information dictionary (ISO 32000-1, 7.5.6 and 14.3.3)."""
    trailers = re.findall(rb"trailer\s*<<(.*?)>>\s*startxref\s+(\d+)", content, re.DOTALL)
    if not content.startswith(b"%PDF-") or not trailers:
        raise ProjectFileError("What was drawn is no PDF document with a plain list of objects.")
    entries, before = trailers[-1]
    size, root = re.search(rb"/Size\s+(\d+)", entries), re.search(rb"/Root\s+(\d+ \d+ R)", entries)
    if size is None or root is None:
        raise ProjectFileError("What was drawn is a PDF document without a root.")
    number = int(size[1])
    named = (
        ("Title", provenance.title),
        ("Creator", dict(provenance.entries).get("program", "")),
        ("Subject", provenance.sentence),
        *((f"pnn-{name}", value) for name, value in provenance.entries),
    )
    info = b"".join(b"\n/%s %s" % (name.encode(), _pdf_text(value)) for name, value in named)
    body = content if content.endswith(b"\n") else content + b"\n"
    place = len(body)
    body += b"%d 0 obj\n<<%s\n>>\nendobj\n" % (number, info)
    table = len(body)
    body += b"xref\n%d 1\n%010d 00000 n \n" % (number, place)
    trailer = b"/Size %d /Root %s /Info %d 0 R /Prev %s" % (number + 1, root[1], number, before)
    return body + b"trailer\n<< %s >>\nstartxref\n%d\n%%%%EOF\n" % (trailer, table)


def _pdf_text(text: str) -> bytes:
    return b"<FEFF%s>" % printable(text).encode("utf-16-be").hex().upper().encode()


def commented(netlist: str, lines: Iterable[str]) -> str:
    """Write lines as comments behind the first line of a netlist, which is its title."""
    title, _, rest = netlist.partition("\n")
    return "\n".join([title, *(f"* {printable(line)}" for line in lines), rest])


_STAMPS: Mapping[str, Callable[[bytes, Provenance], bytes]] = {
    ".svg": _svg,
    ".png": _png,
    ".pdf": _pdf,
}
