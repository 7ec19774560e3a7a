"""Exports of every kind: what is in the files, where they come from, and all of them or none."""

import csv
import errno
import io
import itertools
import json
import os
import re
import zlib
from dataclasses import replace
from xml.etree import ElementTree as ET

import html5lib
import numpy as np
import pytest
from matplotlib.text import Text

from pnn_studio.app.analysis import plot_values
from pnn_studio.app.commands.exporting.export_order import all_orders, make_files, write_orders
from pnn_studio.app.commands.exporting.export_preview import preview_of
from pnn_studio.domain.export_kinds import KINDS
from pnn_studio.domain.export_options import ExportOptions, FigureOptions
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.provenance import program_version, provenance_of
from pnn_studio.errors import Cancelled, ProjectFileError, UsageError
from pnn_studio.storage import plots
from pnn_studio.storage.plot_style import paper_style
from tests.support.export_subjects import full_subject
from tests.support.projects import NASTY
from tests.support.write_protected import write_protected

SVG = "{http://www.w3.org/2000/svg}"
FAST = ExportOptions(figure=FigureOptions(dpi=100))


@pytest.fixture(scope="module")
def subject():
    return full_subject()


@pytest.fixture(scope="module")
def written(subject, tmp_path_factory):
    """Write what there is once, of drawings those that take long in one format alone."""
    folder = tmp_path_factory.mktemp("all")
    slow = {"front": ("svg", "csv"), "check": ("svg", "csv", "json"), "schematic": ("svg",)}
    slow["yield"] = slow["check"]
    orders = [
        (replace(order, formats=slow.get(order.kind, order.formats)), path)
        for order, path in all_orders(subject, folder, FAST)
    ]
    files = write_orders(subject, orders)
    return {each.name.removeprefix(subject.stem): each.read_bytes() for each in files}


def made(subject, kind, ending, options=FAST):
    order = ExportOrder(kind, (ending,), options)
    return next(iter(make_files(subject, order, order.files[0], f"x.{ending}").values()))


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def text_chunks(png):
    """Read the texts of a PNG; each chunk must have its checksum."""
    at, found = 8, {}
    while at < len(png):
        size = int.from_bytes(png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert zlib.crc32(kind + data) == int.from_bytes(png[at + 8 + size : at + 12 + size])
        if kind == b"iTXt":
            name, _, rest = data.partition(b"\0")
            found[name.decode()] = rest[4:].decode()
        at += 12 + size
    return found


def pdf_info(pdf):
    """Follow the last table of a PDF to its information dictionary, as a reader does."""
    start = int(re.findall(rb"startxref\s+(\d+)\s+%%EOF", pdf)[-1])
    table = re.match(rb"xref\n(\d+) 1\n(\d{10}) 00000 n", pdf[start:])
    info = int(re.search(rb"/Info (\d+) 0 R", pdf[start:])[1])
    assert info == int(table[1])
    body = pdf[int(table[2]) :]
    assert body.startswith(b"%d 0 obj" % info)
    entries = re.findall(rb"/(\S+) <FEFF([0-9A-F]*)>", body)
    return {name.decode(): bytes.fromhex(value.decode()).decode("utf-16-be")
            for name, value in entries}  # fmt: skip


def test_everything_there_is_of_a_design_is_ordered_in_every_format(subject, tmp_path, written):
    orders = {order.kind: (order, path) for order, path in all_orders(subject, tmp_path, FAST)}
    assert set(orders) == set(KINDS)
    for kind in KINDS.values():
        order, path = orders[kind.id]
        assert order.files == kind.formats
        assert path.name == f"{subject.stem}{kind.suffix}"
        assert written[f"{kind.suffix}{kind.formats[0].ending}"]


def test_every_file_says_where_it_comes_from(subject, written):
    whole = provenance_of("x", subject.design, subject.verification)
    for name, value in whole.entries:
        for drawn in ("-curves.svg", "-schematic.svg"):
            entries = ET.fromstring(written[drawn]).iter("{urn:pnn-studio:provenance}entry")
            assert [each.text for each in entries if each.get("name") == name] == [value]
        assert text_chunks(written["-curves.png"])[name] == value
        assert pdf_info(written["-curves.pdf"])[f"pnn-{name}"] == value
        assert json.loads(written["-curves.csv.provenance.json"])[name] == value
        assert f'<meta name="pnn-{name}" content="{value}">' in written["-report.html"].decode()
        assert json.loads(written["-check.json"])["provenance"][name] == value
    said = dict(whole.entries)
    assert said["program"] == f"pnn_studio {program_version()}"
    assert said["trained"] == "2026-11-27 with pnn_studio 0.1.0"
    # in its row of the title block, too
    assert 'aria-label="2026-11-27, pnn_studio 0.1.0"' in written["-schematic.svg"].decode()
    assert said["data-sha256"] == subject.design.data.fingerprint
    assert said["checked"].startswith("ngspice 39: ")
    assert (said["alpha"], said["seed"]) == ("0.5", "0")
    for name in (".cir", ".sch", ".kicad_sch"):
        text = written[name].decode()
        for line in whole.lines:
            assert line in text, name
    unchecked = replace(subject, verification=None)
    assert b"not checked in ngspice" in made(unchecked, "netlist", "cir")


def test_plots_are_the_same_bytes_each_time_and_vectors_as_wide_as_a_column(subject, written):
    for kind in ("front", "curves", "check", "yield"):
        assert_is_vectors(written[f"-{kind}.svg"], 513.07)
    narrow = ExportOptions(figure=FigureOptions(width_mm=88.0, colour=False))
    assert_is_vectors(made(subject, "curves", "svg", narrow), 249.45)
    for ending in ("svg", "pdf"):
        assert made(subject, "curves", ending) == written[f"-curves.{ending}"]


def assert_is_vectors(svg, points):
    root = ET.fromstring(svg)
    assert float(root.get("width").removesuffix("pt")) == pytest.approx(points, abs=0.1)
    assert not root.findall(f".//{SVG}image"), "pixels in a drawing"
    assert not root.findall(f".//{SVG}text"), "text is outlines, whatever fonts there are"


@pytest.mark.parametrize("width", [88.0, 181.0])
def test_no_text_of_a_plot_is_under_7_pt_and_no_name_outside_of_the_figure(subject, width):
    look = plots.PlotLook(width, False, 100)
    for draw, values in (
        (plots._front, plot_values.front_plot(subject)),
        (plots._curves, plot_values.curves_plot(subject)),
        (plots._check, plot_values.check_plot(subject)),
    ):
        with paper_style():
            figure = draw(values, look)
            figure.draw_without_rendering()
            for text in figure.findobj(Text):
                assert text.get_fontsize() >= 7.0
            names = [each for legend in figure.legends for each in legend.get_texts()]
            for axes in figure.axes:
                names += [axes.xaxis.label, axes.yaxis.label]
            for text in filter(Text.get_text, names):
                box = text.get_window_extent()
                assert figure.bbox.padded(1.0).contains(box.x0, box.y0), text.get_text()
                assert figure.bbox.padded(1.0).contains(box.x1, box.y1), text.get_text()


def test_the_front_is_drawn_where_its_table_has_it_and_model_and_ngspice_differ(subject):
    values = plot_values.front_plot(subject)
    with paper_style():
        axes = plots._front(values, plots.PlotLook()).axes[0]
    lines = {line.get_label(): line for line in axes.get_lines()}
    clouds = {each.get_label(): each for each in axes.collections}
    rows = rows_of(made(subject, "front", "csv"))
    for source, line, cloud in (
        ("ideal", "front, model ideal", "designs, model ideal"),
        ("ngspice", "front, ngspice", "designs, ngspice"),
    ):
        front = [row for row in rows if row["source"] == source]
        power = [float(row["power_w"]) * 1e3 for row in front]
        assert np.allclose(lines[line].get_xdata(), power)
        shares = [float(row["accuracy_test"]) * 100 for row in front]
        assert np.allclose(lines[line].get_ydata(), shares)
        points = values.of("model" if source == "ideal" else source)
        exact = np.stack([points.power * 1e3, points.accuracy * 100], axis=1)
        assert np.array_equal(clouds[cloud].get_offsets(), exact), "no jitter"
    assert lines["front, ngspice"].get_linestyle() != lines["front, model ideal"].get_linestyle()
    assert len(clouds["designs, model ideal"].get_facecolors()) == 0
    assert len(clouds["designs, ngspice"].get_facecolors()) == 2


def test_tables_have_the_numbers_of_the_family_and_of_its_checks(subject, written):
    family, checks = subject.family, dict(subject.checks)
    rows = rows_of(written["-designs.csv"])
    assert len(rows) == family.plan.designs
    for index, row in enumerate(rows):
        assert float(row["power_w"]) == pytest.approx(family.total_power[index], rel=1e-8)
        assert float(row["accuracy_test"]) == pytest.approx(family.test_accuracy[index], rel=1e-8)
        if index in checks:
            spice = checks[index].spice_power.total
            assert float(row["ngspice_power_w"]) == pytest.approx(spice, rel=1e-8)
        else:
            assert row["ngspice_power_w"] == row["ngspice_accuracy_test"] == ""
    curves = rows_of(written["-curves.csv"])
    assert [int(row["epoch"]) for row in curves] == family.history.epochs.tolist()
    losses = [float(row["loss_valid_v"]) for row in curves]
    assert np.allclose(losses, family.history.loss[:, subject.index, 1])
    nodes = rows_of(written["-check.csv"])
    found = subject.verification
    assert len(nodes) == found.spice.size
    by_net = {net: found.spice[:, column] for column, net in enumerate(found.nodes)}
    for row in nodes:
        assert float(row["ngspice_v"]) == pytest.approx(by_net[row["net"]][int(row["sample"])])


def test_the_report_is_strict_html_without_script_or_request_whatever_names_say():
    hostile = full_subject(
        input_names=(NASTY, "<b>x</b>", "a\0b", "\ud800"),
        class_names=("]]>", "</style><script>alert(1)</script>", '" onload="x'),
        given=(("1.0", "<img src=http://x.example/>"),),
    )
    content = made(hostile, "report", "html")
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(content.decode())
    tags = {each.tag for each in page.iter() if isinstance(each.tag, str)}
    assert not tags & {"script", "img", "link", "iframe", "object", "b"}
    ids = [each.get("id") for each in page.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    for each in page.iter():
        for name, value in each.attrib.items():
            plain = name[1] if isinstance(name, tuple) else name.rpartition("}")[2]
            assert not plain.startswith("on")
            if plain in ("href", "src"):
                assert value.startswith("#")
    text = "".join(page.itertext())
    for heading in ("Design", "Data", "Trade-off", "Training", "Schematic", "Check in ngspice",
                    "Yield", "Components", "pnn-studio train iris"):  # fmt: skip
        assert heading in text
    assert "</style><script>alert(1)</script>" in text


def test_a_yield_is_the_same_in_table_and_json_and_says_what_it_is_of(subject, written):
    rows, report = rows_of(written["-yield.csv"]), subject.prints
    assert sum(int(row["prints"]) for row in rows) == report.test.prints
    kept = sum(int(row["prints"]) for row in rows if row["keeps"] == "yes")
    assert kept / report.test.prints == report.test.share
    assert {row["source"] for row in rows} == {"loaded"}
    answer = json.loads(written["-yield.json"])
    assert (answer["yield"], answer["source"]) == (report.test.share, "loaded")
    assert "seconds" not in answer


def test_a_report_of_a_design_file_says_what_is_not_known(subject):
    alone = ExportSubject(subject.design)
    text = made(replace(alone, data=subject.data), "report", "html").decode()
    assert "tells of no other designs" in text
    assert "no figure of this report was confirmed in ngspice" in text
    assert {kind.id for kind in KINDS.values() if kind.lacks(alone)} == {
        "front", "curves", "check", "designs", "yield",
    }  # fmt: skip
    with pytest.raises(UsageError, match="check it first"):
        made(alone, "check", "svg")


@pytest.mark.parametrize("failing", [1, 3])
def test_a_full_disk_leaves_no_file_and_keeps_the_old_ones(subject, tmp_path, monkeypatch, failing):
    (tmp_path / "x.csv").write_text("old")
    calls, sync = [], os.fsync

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    order = ExportOrder("front", ("svg", "csv"), FAST)
    with pytest.raises(ProjectFileError, match="No space left"):
        write_orders(subject, [(order, tmp_path / "x")])
    assert [each.name for each in tmp_path.iterdir()] == ["x.csv"]
    assert (tmp_path / "x.csv").read_text() == "old"


def test_a_write_protected_folder_is_told_in_one_line_and_nothing_is_left(subject, open_folder):
    (open_folder / "x.csv").write_text("old")
    with write_protected(open_folder), pytest.raises(ProjectFileError) as told:
        write_orders(subject, [(ExportOrder("designs", ("csv",)), open_folder / "x")])
    assert str(told.value) == f"{open_folder}/x.csv cannot be written: Permission denied."
    assert [each.read_text() for each in open_folder.iterdir()] == ["old"]


def test_a_stopped_export_leaves_no_file_and_a_folder_that_is_not_there_is_named(subject, tmp_path):
    order = ExportOrder("designs", ("csv",), FAST)
    orders = [(order, tmp_path / "x"), (ExportOrder("netlist", ("cir",)), tmp_path / "y")]
    seen = []
    with pytest.raises(Cancelled):
        write_orders(
            subject, orders, lambda name, *of: seen.append((name, *of)), lambda: bool(seen)
        )
    assert seen == [("x.csv", 0, 2)]
    assert list(tmp_path.iterdir()) == []
    asked = itertools.count()
    drawn = [(ExportOrder("schematic", ("pdf",), FAST), tmp_path / "x")]
    with pytest.raises(Cancelled):  # in the middle of the file
        write_orders(subject, drawn, cancelled=lambda: next(asked) > 4)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ProjectFileError, match="missing"):
        write_orders(subject, [(order, tmp_path / "missing" / "x")])


def test_a_preview_is_the_drawing_in_true_size_or_the_beginning_of_the_text(subject):
    options = ExportOptions(figure=FigureOptions(width_mm=88.0))
    drawn = preview_of(subject, ExportOrder("front", ("pdf",), options))
    assert drawn.picture[:4].tobytes() == b"\x89PNG"
    assert drawn.size_mm == pytest.approx((88.0, 66.0), abs=0.2)
    assert drawn.words == "88 × 66 mm, text 7 pt, fits one column"
    table = preview_of(subject, ExportOrder("designs", ("csv",)))
    assert table.text.startswith("alpha,seed,status")
    assert table.words.startswith("7 lines")
    page = preview_of(subject, ExportOrder("report", ("html",)))
    assert "<" not in page.text
    assert "Where it comes from" in page.text
