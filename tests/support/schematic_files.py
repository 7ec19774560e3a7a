"""Reads netlists, xschem and KiCad schematics; none of it is shared with what writes them.

Each reader returns for every crossbar resistor and circuit ``(reference, value, nets)``, the value
of a circuit being its name and component values.
"""

import re
from pathlib import PurePath

from tests.support.traced import Traced, spot

CELLS = ("ptanh", "negation")


def number(text):
    return float(f"{float(text):.8g}")


def _circuit(name, values):
    return (name, *sorted((key.lower(), number(each)) for key, each in values.items()))


def of_netlist(text, network="network"):
    """Read the subcircuit of the network."""
    text = re.sub(r"\n\+", " ", text)
    body = re.search(rf"^\.subckt {network} .*?^\.ends", text, re.MULTILINE | re.DOTALL)
    return of_lines((body[0] if body else text).splitlines())


def of_lines(lines, prefix=""):
    """Read elements of a netlist; names of circuits may have something in front."""
    parts = set()
    for line in lines:
        words = line.split(";")[0].split()
        if line.startswith("R"):
            parts.add((words[0], number(words[3]), tuple(words[1:3])))
        elif line.startswith("X"):
            values = dict(word.split("=") for word in words if "=" in word)
            name = words[5].removeprefix(prefix)
            parts.add((words[0][1:], _circuit(name, values), tuple(words[1:5])))
    return parts


def _size(width, length):
    return number(width), number(length)


def flat(text, network="network"):
    """Read a netlist down to its transistors: ``(reference, value, nets)`` of every printed part.

    The value is that of a resistor, or width and length; nets within a circuit have its reference
    in front.
    """
    cells = {}
    for name in CELLS:
        head, *lines = re.search(rf"^\.subckt {name} .*?(?=^\.ends)", text, re.M | re.S)[
            0
        ].splitlines()
        cells[name] = ([word for word in head.split()[2:] if "=" not in word], lines)
    parts = set()
    for ref, value, nets in of_netlist(text, network):
        if not isinstance(value, tuple):
            parts.add((ref, value, nets))
            continue
        (pins, lines), values = cells[value[0]], dict(value[1:])
        hung = dict(zip(pins, nets, strict=True))
        for line in lines:
            part, *words = line.split()
            used = [values[each] for each in re.findall(r"{(\w+)}", line)]
            count = 2 if part.startswith("R") else 3
            parts.add((
                f"{ref}.{part.removeprefix('X')}",
                used[0] if count == 2 else tuple(used),
                tuple(hung.get(net, f"{ref}.{net}") for net in words[:count]),
            ))  # fmt: skip
    return parts


def of_table(parts):
    """Read a component table: rows as `csv.DictReader` gives them."""
    found, inside = set(), {}
    for row in parts:
        if row["belongs_to"] == "crossbar":
            nets = (row["node_1"], row["node_2"])
            found.add((row["ref"], number(row["resistance_ohm"]), nets))
        else:
            inside.setdefault(row["belongs_to"], []).append(row)
    for ref, rows in inside.items():
        values, ends = {}, {}
        for row in rows:
            name = row["ref"].removeprefix(f"{ref}.")
            nodes = [row[f"node_{place}"] for place in "123"]
            if row["kind"] == "resistor":
                values[name] = row["resistance_ohm"]
            else:
                suffix = name[1:] if row["circuit"] == "ptanh" else ""
                values |= {f"W{suffix}": row["width_m"], f"L{suffix}": row["length_m"]}
            ends[name] = nodes
        if rows[0]["circuit"] == "ptanh":
            nets = (ends["T1"][1], ends["T2"][0], ends["R1"][0], ends["T1"][2])
        else:
            nets = (ends["R4"][0], ends["T1"][0], ends["R1"][0], ends["R2"][1])
        found.add((ref, _circuit(rows[0]["circuit"], values), nets))
    return found


# xschem


def _records(text):
    """Split an xschem file into its records: a letter, numbers, and texts in braces."""
    at = 0
    while at < len(text):
        kind = text[at]
        if kind.isspace():
            at += 1
            continue
        fields, at = [], at + 1
        while at < len(text) and text[at] != "\n":
            if text[at] == "{":
                depth, start = 1, at + 1
                while depth:
                    at += 1
                    if text[at] == "\\":
                        at += 1
                    elif text[at] in "{}":
                        depth += 1 if text[at] == "{" else -1
                fields.append(text[start:at])
                at += 1
            elif text[at] == " ":
                at += 1
            else:
                end = re.compile(r"[ \n]").search(text, at).start()
                fields.append(float(text[at:end]))
                at = end
        yield kind, fields


def _attributes(text):
    found = re.findall(r"(\w+)=(\"(?:[^\"\\]|\\.)*\"|\S+)", text)
    return {key: value.strip('"') for key, value in found}


def of_xschem(files, name):
    """Follow the wires of a schematic; `files` are texts by name."""
    pins = {
        symbol: [
            ((fields[1] + fields[3]) / 2, (fields[2] + fields[4]) / 2)
            for kind, fields in _records(text)
            if kind == "B"
        ]
        for symbol, text in files.items()
        if symbol.endswith(".sym")
    }
    wires, labels, parts = [], [], []
    for kind, fields in _records(files[name]):
        if kind == "N":
            wires.append([tuple(fields[:2]), tuple(fields[2:4])])
        if kind != "C":
            continue
        symbol, x, y, rotation, flip, said = fields
        assert rotation == 0
        said = _attributes(said)
        if "lab" in said:
            labels.append((said["lab"], (x, y)))
        elif said["name"] != "library":
            at = [(x + (-a if flip else a), y + b) for a, b in pins[symbol]]
            parts.append((PurePath(symbol).stem, said, at))
    traced = Traced(wires, (), labels, dots_needed=False)
    found, names = set(), traced.names()
    for symbol, said, at in parts:
        nets = traced.nets(at, names)
        label = said.pop("label")
        assert label
        ref = said.pop("name")
        if symbol.endswith("_resistor"):
            found.add((ref, number(said["value"]), nets))
        else:
            found.add((ref.removeprefix("X"), _circuit(symbol.rpartition("_")[2], said), nets))
    return found


# KiCad


def expressions(text):
    """Read s-expressions into lists."""
    words = re.findall(r'\(|\)|"(?:[^"\\]|\\.)*"|[^\s()"]+', text)
    stack = [[]]
    for word in words:
        if word == "(":
            stack.append([])
        elif word == ")":
            done = stack.pop()
            stack[-1].append(done)
        elif word.startswith('"'):
            stack[-1].append(re.sub(r"\\(.)", r"\1", word[1:-1]))
        else:
            stack[-1].append(word)
    assert len(stack) == 1
    return stack[0]


def _every(tree, key):
    return [each for each in tree if isinstance(each, list) and each and each[0] == key]


def _only(tree, key):
    (found,) = _every(tree, key)
    return found


def _kicad_sheet(text):
    """Follow the wires of one file.

    Returns its symbols, its sheets, its outer and its global nets, the whole tree, and the tracing.
    """
    (root,) = expressions(text)
    assert root[0] == "kicad_sch"
    pins = {}
    for symbol in _every(_only(root, "lib_symbols"), "symbol"):
        found = [pin for unit in _every(symbol, "symbol") for pin in _every(unit, "pin")]
        pins[symbol[1]] = {
            _only(pin, "number")[1]: tuple(map(float, _only(pin, "at")[1:3])) for pin in found
        }
    wires = [
        [tuple(map(float, each[1:3])) for each in _every(_only(wire, "pts"), "xy")]
        for wire in _every(root, "wire")
    ]
    dots = [_at(each) for each in _every(root, "junction")]
    labels = [(each[1], _at(each)) for each in _every(root, "label")]
    outer = [(each[1], _at(each)) for each in _every(root, "hierarchical_label")]
    rails = [(each[1], _at(each)) for each in _every(root, "global_label")]
    traced = Traced(wires, dots, [*labels, *outer, *rails])
    names, symbols, sheets = traced.names(), [], []
    for symbol in _every(root, "symbol"):
        library = _only(symbol, "lib_id")[1]
        x, y = _at(symbol)
        assert _only(symbol, "at")[3] == "0"
        # symbols have their y axis upwards
        places = [(x + a, y - b) for _, (a, b) in sorted(pins[library].items())]
        symbols.append((_only(symbol, "uuid")[1], _said(symbol), traced.nets(places, names)))
    for sheet in _every(root, "sheet"):
        corner, size = _at(sheet), map(float, _only(sheet, "size")[1:])
        far = spot(*(low + each for low, each in zip(corner, size, strict=True)))
        hung = {}
        for pin in _every(sheet, "pin"):
            at = _at(pin)
            border = zip(at, corner, far, strict=True)
            assert any(each in ends for each, *ends in border), "a pin off the border"
            (hung[pin[1]],) = traced.nets([at], names)
        sheets.append((_only(sheet, "uuid")[1], _said(sheet), hung))
    whole = {each for each, _ in rails}
    return symbols, sheets, [each for each, _ in outer], whole, root, traced


def _at(tree):
    return tuple(map(float, _only(tree, "at")[1:3]))


def _said(tree):
    return {each[1]: each[2] for each in _every(tree, "property")}


def of_kicad(files, name):
    """Follow wires and sheets down to the transistors; `files` are texts by name.

    Returns parts as `flat` does, the names that KiCad shows them by, by reference, and the tracing
    of every file.
    """
    symbols, sheets, outer, _, root, traced = _kicad_sheet(files[name])
    assert not outer
    below = {each: _kicad_sheet(text) for each, text in files.items() if each != name}
    shown = {
        each[1]: _only(each, "reference")[1]
        for each in _every(_only(root, "symbol_instances"), "path")
    }
    pages = [each[1] for each in _every(_only(root, "sheet_instances"), "path")]
    assert pages == ["/", *(f"/{uuid}" for uuid, *_ in sheets)]
    found, named = set(), {}
    for uuid, said, nets in symbols:
        assert said["Reference"] == shown.pop(f"/{uuid}")
        named[said["Name"]] = said["Reference"]
        found.add((said["Name"], number(said["Value"]), nets))
    for sheet, about, hung in sheets:
        inside, deeper, terminals, rails, *_ = below[about["Sheet file"]]
        assert sorted(terminals) == sorted(hung)
        hung |= {rail: rail for rail in rails}
        assert not deeper
        for uuid, said, nets in inside:
            ref = f"{about['Name']}.{said['Reference']}"
            named[ref] = shown.pop(f"/{sheet}/{uuid}")
            value = number(said["Value"]) if len(nets) == 2 else _size(said["W"], said["L"])
            found.add((ref, value, tuple(hung.get(net, f"{about['Name']}.{net}") for net in nets)))
    assert not shown, "names of what is not there"
    assert len(found) == len(named)
    return found, named, [traced, *(each[-1] for each in below.values())]
