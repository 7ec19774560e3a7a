"""Names that would be commands stay names in every file that leaves the program; none hides."""

import csv
import io
import re
from dataclasses import replace

import pytest

from pnn_studio.app.commands.exporting.export_order import make_files
from pnn_studio.domain.export_kinds import KINDS
from pnn_studio.domain.export_options import ExportOptions, FigureOptions
from pnn_studio.domain.export_order import ExportOrder
from tests.support.export_subjects import full_subject
from tests.support.schematic_files import _records, expressions

# shell, commands of ngspice and of its editors, markup, formulas, quotes, other directions
ATTACKS = (
    "`touch owned` $(touch owned); touch owned",
    "x\n.control\nshell touch owned\n.endc\n.end",
    '.include "/etc/passwd"\n.lib /etc/passwd',
    'a"} {exec touch owned} [exec touch owned] $env(HOME) \\',
    '")) (sheet (at 0 0)) (wire ("',
    "</title></text><script>alert(1)</script>]]>&xxe;--><!--",
    "=cmd|'/c calc'!A1",
    "safe\u202efdp.exe\u2066",
    "\x1b]0;owned\x07\x9b2J\r* a comment",
)
HIDING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f]")
# of the plots one stands for all: in the report are the others
TEXTS = [
    (kind.id, each.id)
    for kind in KINDS.values()
    for each in kind.formats
    if each.id not in ("pdf", "png")
    if (kind.id, each.id) not in (("front", "svg"), ("check", "svg"))
]


def subject_of(names):
    """Name inputs, classes, layers, data and their file after attacks."""
    found = full_subject(
        input_names=names[:4], class_names=names[4:7], given=(("1", names[7]), ("1.0", names[8]))
    )
    data = replace(found.design.data, source=f"{names[7]}.csv", label=names[1])
    return replace(found, design=replace(found.design, data=data))


PLAIN, HOSTILE = subject_of(tuple("abcdefghi")), subject_of(ATTACKS)


def texts_of(subject, kind, ending):
    options = ExportOptions(figure=FigureOptions(voltages=True))
    order = ExportOrder(kind, (ending,), options)
    files = make_files(subject, order, order.files[0], f"x.{ending}")
    return {name: content.decode() for name, content in files.items()}


def shape(tree):
    """Return what an s-expression is without its texts."""
    return [shape(each) if isinstance(each, list) else each.split(" ")[0] for each in tree[:1]] + [
        shape(each) for each in tree[1:] if isinstance(each, list)
    ]


def structure(name, text):
    """Return what a program takes from a file, without what people called things."""
    if name.endswith((".sch", ".sym")):
        return [(kind, len(fields)) for kind, fields in _records(text) if kind != "T"]
    if name.endswith(".kicad_sch"):
        (root,) = expressions(text)
        return [each for each in shape(root) if each[0] not in ("text", "title_block")]
    if name.endswith(".cir"):
        lines = [line.split()[0] for line in text.splitlines()[1:] if line.strip()]
        return [word for word in lines if not word.startswith("*")]
    if name.endswith((".svg", ".html")):
        return re.findall(r"<(?!use|g |/g|path|tr|/tr|td|/td)/?[a-z]+", text)
    if name.endswith(".csv"):
        return [len(row) for row in csv.reader(io.StringIO(text, newline=""))]
    return sorted(re.findall(r'^ "\w+"', text, re.MULTILINE))


@pytest.mark.parametrize(("kind", "ending"), TEXTS)
def test_no_name_is_a_command_and_none_hides(kind, ending):
    plain, hostile = (texts_of(each, kind, ending) for each in (PLAIN, HOSTILE))
    assert plain.keys() == hostile.keys()
    for name, text in hostile.items():
        # a cell in quotes may have lines
        found = HIDING.search(text.replace("\r", "") if name.endswith(".csv") else text)
        assert not found, ascii(found)
        assert structure(name, text) == structure(name, plain[name]), name
        if name.endswith(".csv"):
            cells = [each for row in csv.reader(io.StringIO(text, newline="")) for each in row]
            risky = [each for each in cells if each[:1] in "=@\t\r" and each]
            assert risky == []
