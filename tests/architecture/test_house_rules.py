"""The house rules that no off-the-shelf tool checks."""

import ast
import io
import subprocess
import sys
import tokenize
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "pnn_studio"
MODULES = sorted(PACKAGE.rglob("*.py"))

HEAVY = {"torch", "numba", "PySpice", "sklearn", "scipy", "charset_normalizer"}
QT = {"PySide6", "pyqtgraph"}
WINDOW_SIDE_OF_APP = (
    "pnn_studio.app.session.session",
    "pnn_studio.app.jobs.process",
    "pnn_studio.app.jobs.protocol",
)
UNPICKLERS = {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}


def dotted_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def names_below(*packages):
    names = [dotted_name(path) for path in MODULES]
    return [name for name in names if f"{name}.".startswith(tuple(f"{p}." for p in packages))]


def place(path, node):
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def run_python(code, cwd, *names):
    """Run `code` in a new process, with `names` as its arguments, and return what it printed."""
    result = subprocess.run(
        [sys.executable, "-c", code, *names],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout.splitlines()


def loaded_by(names, cwd):
    """Return the top-level packages in memory after `names` are imported."""
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, sep='\\n')"
    )
    return set(run_python(code, cwd, *names))


def forbidden_call(node):
    """Name what `node` calls or imports if the package must not."""
    if isinstance(node, ast.Import):
        return next((a.name for a in node.names if a.name.partition(".")[0] in UNPICKLERS), None)
    if isinstance(node, ast.ImportFrom):
        return node.module if (node.module or "").partition(".")[0] in UNPICKLERS else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id if node.func.id in {"eval", "exec"} else None
    if isinstance(node, ast.Attribute) and node.attr in {"load", "save"}:
        return ast.unparse(node) if ast.unparse(node.value) == "torch" else None
    if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
        return None if ast.unparse(node.value) == "False" else "allow_pickle"
    return None


def reasons_by_line(source):
    """Return the lines with a comment that says something to a reader, not only to a tool."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = (token for token in tokens if token.type == tokenize.COMMENT)
    for_tools = ("# noqa", "# type:", "# pragma", "# fmt:")
    return {token.start[0] for token in comments if not token.string.startswith(for_tools)}


def unexplained_local_imports(source):
    """Return the imports inside functions that have no comment beside or above them."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    inside = {
        inner
        for node in ast.walk(ast.parse(source))
        if isinstance(node, functions)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }
    reasons = reasons_by_line(source) if inside else set()
    unexplained = []
    for node in sorted(inside, key=lambda inner: inner.lineno):
        if reasons.isdisjoint(range(node.lineno - 1, node.end_lineno + 1)):
            unexplained.append(node)
        else:
            reasons.add(node.end_lineno)  # one comment serves imports that follow each other
    return unexplained


def test_no_file_has_more_than_400_lines():
    scripts = [path for path in (ROOT / "scripts").iterdir() if path.is_file()]
    files = [*MODULES, *sorted((ROOT / "tests").rglob("*.py")), *scripts]
    long = {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for p in files}
    assert {path: lines for path, lines in long.items() if lines > 400} == {}


def test_no_import_goes_round_in_a_circle():
    graph = grimp.build_graph("pnn_studio")
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    order = list(TopologicalSorter(imports).static_order())  # a CycleError names the circle
    assert len(order) == len(imports) > 200


def test_no_room_of_window_and_app_has_more_than_20_modules():
    rooms = Counter(
        path.parent.relative_to(ROOT)
        for path in MODULES
        if path.name != "__init__.py" and {"app", "ui"} & {*path.relative_to(ROOT).parts}
    )
    assert {str(room): count for room, count in rooms.items() if count > 20} == {}


def test_domain_values_load_no_numerical_library_but_numpy(tmp_path):
    names = ["pnn_studio.errors", *names_below("pnn_studio.domain")]
    assert loaded_by(names, tmp_path) & (HEAVY | QT) == set()


@pytest.mark.parametrize("name", WINDOW_SIDE_OF_APP)
def test_what_the_window_needs_of_app_loads_nothing_heavy_and_no_qt(name, tmp_path):
    assert loaded_by([name], tmp_path) & (HEAVY | QT) == set()


def test_the_window_loads_nothing_heavy(tmp_path):
    assert loaded_by(names_below("pnn_studio.ui"), tmp_path) & HEAVY == set()


def test_the_entry_point_loads_neither_qt_nor_anything_heavy(tmp_path):
    assert loaded_by(["pnn_studio.main"], tmp_path) & (HEAVY | QT) == set()


def test_everything_but_the_window_loads_without_qt_and_nothing_prints_writes_or_starts(tmp_path):
    below = names_below("pnn_studio.ui")
    others = [name for name in names_below("pnn_studio") if name not in below]
    # in one process, because most of the time goes into loading torch
    code = (
        "import importlib, logging, multiprocessing, sys, threading\n"
        f"for name in sys.argv[1:{len(others) + 1}]: importlib.import_module(name)\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        f"assert not loaded & {QT}, loaded & {QT}\n"
        f"for name in sys.argv[{len(others) + 1}:]: importlib.import_module(name)\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
        "assert not multiprocessing.active_children()\n"
        "assert not logging.getLogger().handlers, 'the root logger was configured'\n"
        "widgets = sys.modules.get('PySide6.QtCore')\n"
        "assert widgets is None or widgets.QCoreApplication.instance() is None\n"
    )
    assert run_python(code, tmp_path, *others, *below) == []
    assert list(tmp_path.iterdir()) == []


def test_the_window_cannot_be_run_as_a_module():
    assert not (PACKAGE / "ui" / "__main__.py").exists()


@pytest.mark.parametrize("path", MODULES, ids=dotted_name)
def test_the_package_never_unpickles_and_never_runs_text_as_code(path):
    tree = ast.parse(path.read_text("utf-8"))
    found = [(place(path, n), forbidden_call(n)) for n in ast.walk(tree) if forbidden_call(n)]
    assert found == []


@pytest.mark.parametrize("path", MODULES, ids=dotted_name)
def test_an_import_inside_a_function_says_why(path):
    unexplained = unexplained_local_imports(path.read_text("utf-8"))
    assert [place(path, node) for node in unexplained] == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "eval('1')",
        "exec('x = 1')",
        "torch.load(path)",
        "np.load(path, allow_pickle=True)",
    ],
)
def test_the_search_for_unpickling_finds_every_form(source):
    assert [node for node in ast.walk(ast.parse(source)) if forbidden_call(node)]


@pytest.mark.parametrize("source", ["model.eval()", "dialog.exec()", "np.load(path)"])
def test_the_search_for_unpickling_spares_what_only_sounds_alike(source):
    assert not [node for node in ast.walk(ast.parse(source)) if forbidden_call(node)]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("import torch", 1),
        ("import torch  # noqa: PLC0415", 1),
        ("import torch  # only training needs it, and it takes seconds", 0),
        ("# Only training needs it, and it takes seconds.\n    import torch\n    import numpy", 0),
        ("# Only training needs it.\n    import torch\n    x = 1\n    import numpy", 1),
    ],
)
def test_a_comment_explains_the_imports_next_to_it_and_no_others(body, count):
    source = f"def f():\n    {body}\n"
    assert len(unexplained_local_imports(source)) == count
