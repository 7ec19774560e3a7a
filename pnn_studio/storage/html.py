"""Pages of HTML that need nothing but themselves: no script, no request, every text escaped."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from pnn_studio.storage.stamps import printable

_STYLE = """
:root { color: #1a1d21; background: #fff; font: 14px/1.45 "Noto Sans", "DejaVu Sans", sans-serif; }
body { max-width: 190mm; margin: 0 auto; padding: 24px 16px; }
h1 { font-size: 22px; margin: 0 0 4px; }
h2 { font-size: 16px; margin: 28px 0 8px; border-bottom: 1px solid #d9dce1; padding-bottom: 3px;
  break-after: avoid; }
p { margin: 6px 0; }
p.note { color: #555c66; }
table { border-collapse: collapse; margin: 8px 0; break-inside: avoid; }
table.long { break-inside: auto; }
th, td { text-align: left; vertical-align: top; padding: 3px 14px 3px 0;
  border-bottom: 1px solid #e9ebee; overflow-wrap: anywhere; }
thead th { color: #555c66; font-weight: 600; font-size: 12px; }
tbody th { font-weight: 400; color: #555c66; white-space: nowrap; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td:first-child { min-width: 4.5em; } /* a net is not cut in two */
td.source { color: #555c66; }
figure { margin: 10px 0; break-inside: avoid; }
figure svg { display: block; max-width: 100%; height: auto; max-height: 250mm; }
figcaption { color: #555c66; font-size: 12px; margin-top: 4px; }
pre { background: #f1f2f4; padding: 8px 10px; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 12px/1.5 "Noto Sans Mono", "DejaVu Sans Mono", monospace; }
@page { size: A4; margin: 14mm; }
@media print {
  :root { font-size: 10.5pt; }
  body { max-width: none; padding: 0; }
  tr { break-inside: avoid; }
}
"""
# what stands before the root of an SVG file, and what an HTML parser would not know
_OUTSIDE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata\b.*?</metadata>", re.DOTALL)
_ID = re.compile(r'(\bid="|href="#|url\(#)')
_ROOT = re.compile(r"<svg\b([^>]*)>")


def text(words: str) -> str:
    """Escape a text; what no document can hold is replaced."""
    return escape(printable(words))


def heading(words: str) -> str:
    """Write the heading of a section."""
    return f"<h2>{text(words)}</h2>"


def paragraph(words: str, *, note: bool = False) -> str:
    """Write a paragraph."""
    return f'<p class="note">{text(words)}</p>' if note else f"<p>{text(words)}</p>"


def code(words: str) -> str:
    """Write a command."""
    return f"<pre>{text(words)}</pre>"


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Write names and values as a table of two columns."""
    lines = "".join(
        f'<tr><th scope="row">{text(name)}</th><td>{text(value)}</td></tr>\n'
        for name, value in rows
    )
    return f"<table><tbody>\n{lines}</tbody></table>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Write a table; columns of `numbers` are aligned at the right."""
    names = "".join(f'<th scope="col">{text(each)}</th>' for each in head)
    lines = "".join(
        "<tr>"
        + "".join(
            f'<td class="number">{text(cell)}</td>' if at in numbers else f"<td>{text(cell)}</td>"
            for at, cell in enumerate(row)
        )
        + "</tr>\n"
        for row in rows
    )
    return f'<table class="long"><thead><tr>{names}</tr></thead>\n<tbody>\n{lines}</tbody></table>'


def figure(svg: str, caption: str, prefix: str) -> str:
    """Put an SVG document into the page.

    Parameters
    ----------
    svg : str
        The document, of this program.
    caption : str
        What it shows.
    prefix : str
        Goes before its ids, which must differ from those of other figures of the page.
    """
    inner = _OUTSIDE.sub("", svg).strip()
    inner = _ID.sub(rf"\g<1>{prefix}", inner)
    # a style sheet of a drawing would be one of the whole page
    inner = inner.replace("*{stroke-linejoin", f".{prefix}drawing *{{stroke-linejoin")
    inner = _ROOT.sub(
        rf'<svg\1 class="{prefix}drawing" role="img" aria-label="{text(caption)}">', inner, count=1
    )
    return f"<figure>\n{inner}\n<figcaption>{text(caption)}</figcaption>\n</figure>"


def page(title: str, meta: Iterable[tuple[str, str]], sections: Iterable[str]) -> str:
    """Write a whole page.

    Parameters
    ----------
    title : str
        Of the document.
    meta : iterable of (name, content)
        What a machine should find out about it.
    sections : iterable of str
        HTML that the functions of this module wrote.
    """
    entries = "".join(
        f'<meta name="{text(name)}" content="{text(content)}">\n' for name, content in meta
    )
    body = "\n".join(sections)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n{entries}<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )
