"""Designs that were trained for their prints beside designs that were trained as drawn.

``python -m tests.benchmark.variation FOLDER DATA...`` keeps what it finds of each data set in the
folder, so it can be interrupted, and writes the table of all to ``variation.md`` there. With
``--model`` nothing is simulated in ngspice; without it, what was found earlier is simulated, too.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pnn_studio.app.analysis.family_plan import with_model
from pnn_studio.app.commands.models import Models, load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.train import train_family
from pnn_studio.app.prints.yield_run import simulate_prints
from pnn_studio.circuit.ngspice import find_ngspice
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.printing import Spread
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.yields import Limit, Yield, wilson
from pnn_studio.physics.variation.harm import Judged
from pnn_studio.physics.variation.monte_carlo import Lot, run_prints
from pnn_studio.training.compiled.warm_up import warm_up_exact

ALPHAS, SEEDS = (0.02, 0.1, 0.3), 3
SPREAD, TRAINED = 0.1, (0.02, 0.05, 0.1)
# prints that a candidate is chosen by, the chosen ones are told by, and are simulated
FEW, MANY, SIMULATED = 200, 1000, 100
MOST_POWER, MOST_LOST = 1.2, 0.02


class Candidate:
    """A design and its prints, by the exact solve."""

    def __init__(self, design: TrainedDesign, models: Models, dataset: Dataset, spread: float):
        self.design, self.spread = design, spread
        self._valid, self._test = dataset.part("valid"), dataset.part("test")
        volts = np.concatenate([self._valid[0], self._test[0]])
        self._lot = Lot(design, models.technology, Spread.of_share(SPREAD), volts, 0)
        self.at = len(self._valid[0])
        self.drawn = self._lot.as_drawn()[0].argmax(axis=1)
        self._print(FEW)
        self.power = design.metrics.power.total
        # what candidates are held to; test samples have no part in that
        nominal = np.array(self._lot.board.nominal)
        solved = self._lot.solver().solve(nominal, self._valid[0])
        self.valid_power = solved[1] if solved is not None else np.inf

    def _print(self, prints: int) -> None:
        self._answers = run_prints(self._lot, prints, 1)
        right = self._answers.chosen
        limit = Limit(0.95)
        of, classes = slice(self.at), self._valid[1]
        self.valid = Yield(right[:, of] == classes, self.drawn[of] == classes, limit)
        of, classes = slice(self.at, None), self._test[1]
        self.test = Yield(right[:, of] == classes, self.drawn[of] == classes, limit)

    def told(self) -> dict[str, Any]:
        """Compute more prints."""
        self._print(MANY)
        return {
            "alpha": self.design.alpha,
            "seed": self.design.seed,
            "trained": self.spread,
            "power_w": self.power,
            "accuracy": self.test.nominal,
            "mean": self.test.mean,
            "yield": self.test.share,
            "counts": self.test.counts.tolist(),
            "samples": self.test.samples,
        }

    def simulated(self) -> dict[str, float]:
        """Simulate the first prints in ngspice."""
        self._print(SIMULATED)
        judged = Judged(self._lot, self._test[1], slice(self.at, None))
        least, simulator = self.test.least_count, find_ngspice()
        proof = simulate_prints(
            judged, SIMULATED, least, self._answers, simulator, None, lambda *_: None
        )
        return {
            "prints": proof.prints,
            "yield": proof.share,
            "agreement": proof.agreement,
            "model": float(self.test.kept[: proof.prints].mean()),
        }


def _candidates(
    models: Models,
    dataset: Dataset,
    spread: float,
    seed: int,
    alphas: tuple[float, ...] = ALPHAS,
    limit: float | None = None,
) -> list[Candidate]:
    layout = Layout(dataset.voltages.shape[1], (3,), len(dataset.class_names))
    limits = None if limit is None else (limit,) * len(alphas)
    plan = FamilyPlan(layout, alphas, (seed,) * len(alphas), limits=limits)
    plan = with_model(plan, "loaded", models.technology, spread or None)
    family = train_family(plan, dataset, models)
    return [
        Candidate(family.design(index), models, dataset, spread) for index in range(plan.designs)
    ]


def _within_power(
    models: Models, dataset: Dataset, drawn: Candidate, spread: float, seed: int
) -> list[Candidate]:
    """Train for prints within what the power of the design as drawn may be exceeded by."""
    limit = MOST_POWER * drawn.valid_power
    return _candidates(models, dataset, spread, seed, (0.0,), limit)


def _varied(models: Models, dataset: Dataset, drawn: Candidate, seed: int) -> Iterator[Candidate]:
    """Train for prints: by alpha, and within a power."""
    for spread in TRAINED:
        yield from _candidates(models, dataset, spread, seed)
        yield from _within_power(models, dataset, drawn, spread, seed)


def _choose(drawn: Candidate, others: Iterable[Candidate]) -> Candidate:
    """Take, by validation samples, the highest yield within both bounds; else that as drawn.

    Of the yields by either one's limit the lower one counts, or accuracy as drawn is given away.
    """
    least = drawn.valid.nominal - MOST_LOST

    def worth(each: Candidate) -> float:
        same = float((each.valid.counts >= drawn.valid.least_count).mean())
        return min(each.valid.share, same)

    return max(
        (
            each
            for each in (drawn, *others)
            if each.valid_power <= MOST_POWER * drawn.valid_power and each.valid.nominal >= least
        ),
        key=worth,
    )


def compare(models: Models, dataset: Dataset, seed: int) -> dict[str, Any]:
    """Choose a design of either kind of a seed, by validation samples; tell test samples."""
    drawn = max(
        _candidates(models, dataset, 0.0, seed),
        key=lambda each: (each.valid.nominal, each.valid.share),
    )
    varied = _choose(drawn, _varied(models, dataset, drawn, seed))
    least = drawn.test.least_count
    pair = {"drawn": drawn.told(), "varied": varied.told()}
    for each in pair.values():
        each["same_limit"] = float((np.array(each.pop("counts")) >= least).mean())
    print(dataset.title, json.dumps(pair), flush=True)
    return pair


def simulate(models: Models, dataset: Dataset, pair: dict[str, Any]) -> None:
    """Train the designs of a pair once more, to the same bits, and simulate their prints."""
    told = pair["varied"]
    (drawn,) = _candidates(models, dataset, 0.0, told["seed"], (pair["drawn"]["alpha"],))
    if not told["trained"]:
        varied = drawn
    elif told["alpha"]:
        (varied,) = _candidates(models, dataset, told["trained"], told["seed"], (told["alpha"],))
    else:
        (varied,) = _within_power(models, dataset, drawn, told["trained"], told["seed"])
    pair["drawn"]["spice"], told["spice"] = drawn.simulated(), varied.simulated()


HEAD = """# Designs trained for their prints

Every printed resistor, W and L of a print deviates by 10 % (standard deviation of the logarithm),
each on its own; yield: share of prints that keep 95 % of the accuracy of the design as drawn. For
each of {seeds} seeds designs were trained at alpha {alphas}, as drawn and for prints
(`--variation` {trained}), and for prints within 1.2 times the power of the one as drawn. Chosen
on validation samples: of those as drawn the most accurate; of that one and all others, with at
most 1.2 times its power and at most 0.02 less accuracy as drawn, the one of the highest yield,
by its own limit and by that of the design as drawn. Told are test samples, means over the seeds:
{many} prints by the exact solve, and the first {simulated} of the same prints in ngspice where that
was run, with the share of decisions that are those of the exact solve. ±: half of the 95 % interval
(Wilson) for so many prints; how few test samples there are is not in it. Same limit: share of
prints that keep 95 % of the accuracy of the design that was trained AS DRAWN.
`python -m tests.benchmark.variation`.

| data | samples | power, mW | accuracy, drawn | of prints | yield | same limit | ngspice | equal |
|---|---:|---|---|---|---|---|---|---:|
"""


def _row(name: str, pairs: list[dict[str, Any]]) -> str:
    def both(read: Any, form: str) -> str:
        values = [np.mean([read(pair[kind]) for pair in pairs]) for kind in ("drawn", "varied")]
        return f"{values[0]:{form}} → {values[1]:{form}}"

    def shares(read: Any, prints: int) -> str:
        found = []
        for kind in ("drawn", "varied"):
            share = float(np.mean([read(pair[kind]) for pair in pairs]))
            low, high = wilson(share, prints * len(pairs))
            found.append(f"{share:.3f} ± {(high - low) / 2:.3f}")
        return " → ".join(found)

    cells = [
        str(pairs[0]["drawn"]["samples"]),
        both(lambda each: 1e3 * each["power_w"], ".2f"),
        both(lambda each: each["accuracy"], ".3f"),
        both(lambda each: each["mean"], ".3f"),
        shares(lambda each: each["yield"], MANY),
        both(lambda each: each["same_limit"], ".3f"),
    ]
    if all("spice" in each for pair in pairs for each in pair.values()):
        agree = np.mean([each["spice"]["agreement"] for pair in pairs for each in pair.values()])
        cells += [shares(lambda each: each["spice"]["yield"], SIMULATED), f"{100 * agree:.2f} %"]
    else:
        cells += ["", ""]
    return f"| {name} | " + " | ".join(cells) + " |\n"


def _keep(pairs: list[dict[str, Any]], kept: Path) -> None:
    kept.write_text(json.dumps(pairs, indent=1) + "\n", encoding="utf-8")


def main(folder: Path, sources: list[str], *, in_ngspice: bool) -> None:
    """Compare on all data sets, and write the table."""
    models = load_models()
    warm_up_exact(models.technology)
    for source in sources:
        kept = folder / f"{Path(source).stem}.json"
        dataset = load_data(source, models.technology, "label")
        pairs = json.loads(kept.read_text("utf-8")) if kept.is_file() else []
        for seed in range(len(pairs), SEEDS):
            pairs.append(compare(models, dataset, seed))
            _keep(pairs, kept)
        for pair in pairs if in_ngspice else []:
            if "spice" not in pair["varied"]:
                simulate(models, dataset, pair)
                _keep(pairs, kept)
    text = HEAD.format(
        seeds=SEEDS, alphas=", ".join(f"{each:g}" for each in ALPHAS), many=MANY,
        simulated=SIMULATED, trained=", ".join(f"{each:.0%}" for each in TRAINED),
    )  # fmt: skip
    for kept in sorted(folder.glob("*.json")):
        text += _row(kept.stem, json.loads(kept.read_text("utf-8")))
    (folder / "variation.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    words = [each for each in sys.argv[2:] if each != "--model"]
    main(Path(sys.argv[1]), words, in_ngspice="--model" not in sys.argv)
