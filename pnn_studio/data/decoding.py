"""Text out of the bytes of a file: which encoding it is in."""

import codecs
import io
import re
from pathlib import Path

from charset_normalizer import CharsetMatch, from_bytes

from pnn_studio.domain.dataset import SHIPPED_DATASETS
from pnn_studio.domain.importing import ENCODINGS
from pnn_studio.domain.reading import read_regular
from pnn_studio.errors import DatasetError

MAX_BYTES = 256 << 20
_SAMPLE = 1 << 16
_LEAST_BYTES = 96
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = "cp1252"  # the most frequent one by far, and a superset of Latin-1
_PAIRS = ("cp932", "gb18030", "big5", "cp949")
_NO_TEXT = {
    b"\xd0\xcf\x11\xe0": "is a spreadsheet of an old Excel, or one with a password",
    b"\x1f\x8b": "is compressed",
    b"%PDF": "is a PDF file",
    b"SQLite format 3": "is a database",
}
_LONE_BYTES = re.compile(rb"[\x80-\xff]")
_ODD = re.compile(r"[^\x00-\x7f\w]|[²³¹ªº]|(?<=[a-zà-ÿ])[A-ZÀ-ÞŠŽŸ]")
_BETWEEN_WORDS = re.compile(rb'[,;|\t"\r\n0-9]+')


def read_bytes(path: Path) -> bytes:
    """Read a file of at most `MAX_BYTES`.

    Raises
    ------
    DatasetError
        Where it cannot be read, is too large, or is known to be no text.
    """
    try:
        if path.exists() and not path.is_file():
            raise DatasetError(f"{path} is not a file; give a table: CSV, TSV, ARFF, XLSX or ODS.")
        if path.stat().st_size > MAX_BYTES:
            raise DatasetError(f"{path} is larger than {MAX_BYTES >> 20} MiB; thin it out first.")
        content = read_regular(path, MAX_BYTES, DatasetError, "the data")
    except OSError as error:
        raise DatasetError(
            f"{path}: the data cannot be read, {error.strerror}. Data sets that ship: "
            f"{', '.join(SHIPPED_DATASETS)}."
        ) from error
    except ValueError as error:  # a null character in its name
        raise DatasetError(f"{path}: the data cannot be read, {error}.") from error
    for beginning, what in _NO_TEXT.items():
        if content.startswith(beginning):
            raise DatasetError(f"{path.name} {what}; save it as CSV text in UTF-8.")
    return content


def text_of(content: bytes, encoding: str, title: str) -> tuple[io.TextIOWrapper, io.BytesIO, str]:
    r"""Open bytes as text, its line ends as they are.

    Parameters
    ----------
    content : bytes
        The file.
    encoding : str
        One of `ENCODINGS`; empty to detect it.
    title : str
        Name of the file, for messages.

    Returns
    -------
    stream : TextIOWrapper
        The text without a byte order mark.
    source : BytesIO
        What it reads from; its position says how far the reading is.
    encoding : str
        As given or detected.

    Raises
    ------
    DatasetError
        Where the bytes are no text in that encoding.
    """
    marked = next(((bom, name) for bom, name in _BOMS if content.startswith(bom)), None)
    chosen = encoding or (marked[1] if marked else detect(content))
    if not marked and chosen in ("utf-16", "utf-32"):
        chosen = _ordered(content, chosen, title)
    if chosen == "utf-8":
        codec = "utf-8-sig"  # drops the mark where there is one
    else:
        codec = chosen
    try:
        content.decode(codec)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DatasetError(
            f"{title}, line {line}: byte {error.start} is not {chosen} text; choose the encoding "
            "that it was saved in (--encoding), or save it as UTF-8."
        ) from error
    source = io.BytesIO(content)
    return io.TextIOWrapper(source, encoding=codec, newline=""), source, chosen


def _ordered(content: bytes, chosen: str, title: str) -> str:
    """Find the order of bytes where no mark tells it."""
    found = detect(content)
    if chosen == "utf-16" and found.startswith("utf-16"):
        return found
    raise DatasetError(
        f"{title} is not {chosen} text: it does not begin with a byte order mark. Choose another "
        "encoding (--encoding), or none to have it detected."
    )


def detect(content: bytes) -> str:
    """Detect the encoding of text without a byte order mark."""
    if content and content.count(0, 0, _SAMPLE) > len(content[:_SAMPLE]) // 4:
        even = content[:_SAMPLE:2].count(0)
        return "utf-16-be" if even * 2 > content.count(0, 0, _SAMPLE) else "utf-16-le"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        # from the line of the first byte that is no UTF-8 on
        start = content.rfind(b"\n", 0, error.start) + 1
        return _detect_8_bit(content[start : start + _SAMPLE])
    return "utf-8"


def _detect_8_bit(sample: bytes) -> str:
    """Ask charset-normalizer about the words alone: digits and delimiters dilute its statistics."""
    words = [each for each in _BETWEEN_WORDS.split(sample) if _LONE_BYTES.search(each)]
    candidates = [each for each in ENCODINGS if not each.startswith("utf")]
    # it knows no language by less than some dozens of letters; words of labels come again anyway
    words *= max(_LEAST_BYTES // max(sum(map(len, words)), 1), 1)
    ranked = sorted(from_bytes(b"\n".join(words), cp_isolation=candidates), key=_rank)
    # a language is recognised by its letters, or one of East Asia by its pairs of bytes
    if not ranked or (not ranked[0].coherence and ranked[0].encoding not in _PAIRS):
        return _WESTERN
    readings = ranked[0].could_be_from_charset
    return _WESTERN if _WESTERN in readings else ranked[0].encoding.replace("_", "-")


def _rank(match: CharsetMatch) -> tuple[float, int, float, bool]:
    # in the wrong one, letters become symbols (d¹b for dąb) or capitals inside of words
    odd = len(_ODD.findall(str(match)))
    return (match.chaos, odd, -match.coherence, _WESTERN not in match.could_be_from_charset)
