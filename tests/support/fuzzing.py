"""Gives a reader changed files for a while: ``python -m tests.support.fuzzing NAME SECONDS SEED``.

What raises anything but a refusal, takes longer than 2 s or more than 500 MB is a finding: it is
written to the folder FINDINGS (the last argument), and told as a line of JSON.
"""

import contextlib
import json
import random
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.support.mutations import mutated
from tests.support.readers import FINDINGS, READERS, Reader

MOST_SECONDS, MOST_BYTES = 2.0, 500 << 20
_GIVE_UP_S, _ADDRESSES = 30, 12 << 30
_KEPT = 300  # files that led to a new answer, to go on from


class _TooLong(BaseException):
    """It was given up."""


def _give_up(*_: object) -> None:
    raise _TooLong


def seeds_of(name: str, folder: Path) -> list[bytes]:
    """Return the files that a reader begins with: good ones, and earlier findings."""
    kept = sorted((FINDINGS / name).glob("*")) if (FINDINGS / name).is_dir() else []
    return [*READERS[name].seeds(folder), *(path.read_bytes() for path in kept)]


def _reset_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _memory(what: str) -> int:
    found = re.search(rf"^{what}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def answer(reader: Reader, path: Path) -> tuple[str, str]:
    """Read a file; return what came of it in a word, and the whole of what went wrong."""
    try:
        reader.read(path)
    except reader.refusals as refusal:
        return f"refused: {re.sub(r'/.*/|[0-9]+', '0', str(refusal))[:120]}", ""
    except _TooLong:
        return "too long", traceback.format_exc()
    except Exception:  # noqa: BLE001 - that is what is looked for
        trace = traceback.format_exc()
        return f"crash: {trace.splitlines()[-1][:120]}", trace
    return "read", ""


def fuzz(name: str, seconds: float, seed: int, findings: Path) -> dict[str, object]:
    """Change files of a kind for some seconds; return figures and findings."""
    reader, chance = READERS[name], random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="pnn-fuzz-") as place:
        folder = Path(place)
        pool = seeds_of(name, folder)
        path, answers = folder / f"f{reader.suffix}", set()
        for each in pool:  # what is loaded once is loaded now
            path.write_bytes(each)
            answers.add(answer(reader, path)[0])
        base = _memory("VmRSS")
        runs, slowest, most, found = 0, 0.0, 0, {}
        end, first = time.monotonic() + seconds, len(pool)
        while time.monotonic() < end:
            content = mutated(chance.choice(pool), pool, chance)
            path.write_bytes(content)
            _reset_peak()
            signal.alarm(_GIVE_UP_S)
            began = time.process_time()  # of this process alone: others want the machine, too
            said, trace = answer(reader, path)
            took = time.process_time() - began
            signal.alarm(0)
            grown = max(0, _memory("VmHWM") - base)
            runs, slowest, most = runs + 1, max(slowest, took), max(most, grown)
            if took > MOST_SECONDS:
                said = f"slow: {said}"
            if grown > MOST_BYTES:
                said = f"large: {said}"
            if not said.startswith(("read", "refused")) and said not in found:
                findings.mkdir(parents=True, exist_ok=True)
                kept = findings / f"{name}-{len(found)}-{seed}{reader.suffix}"
                kept.write_bytes(content)
                found[said] = f"{kept}, {took:.1f} s, {grown >> 20} MB\n{trace}"
            if said not in answers and len(content) < 1 << 20:
                answers.add(said)
                pool.append(content)
                if len(pool) > _KEPT:
                    del pool[first + chance.randrange(len(pool) - first)]
    return {
        "reader": name, "files": runs, "answers": len(answers), "slowest_s": round(slowest, 2),
        "most_mb": most >> 20, "findings": found,
    }  # fmt: skip


def main() -> None:
    """Fuzz, in bounds that keep the machine alive."""
    name, seconds, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    findings = Path(sys.argv[4]) if len(sys.argv) > 4 else Path(tempfile.gettempdir()) / "pnn-fuzz"
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    signal.signal(signal.SIGALRM, _give_up)
    print(json.dumps(fuzz(name, seconds, seed, findings)))


if __name__ == "__main__":
    main()
