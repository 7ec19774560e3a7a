"""Classes that are too rare or empty in a split are told, and each remedy helps."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pnn_studio.app.session.import_edits import helps_for, told, with_class, with_help
from pnn_studio.data.datasets import load_dataset, preview_dataset
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.importing import ImportOptions, Limits
from pnn_studio.domain.technology import load_technology

NEGT = load_technology("negt")


@pytest.fixture
def reference(tmp_path):
    def of(counts, split_column=False, seed=0, **options):
        rng, rows = np.random.default_rng(1), ["u,v,label" + (",split" * split_column)]
        for name, count in counts.items():
            for at in range(count):
                part = ",train" if name == "rare" else f",{('train', 'valid', 'test')[at % 3]}"
                rows.append(f"{rng.normal()},{rng.normal()},{name}{part * split_column}")
        path = tmp_path / "data.csv"
        path.write_text("\n".join(rows) + "\n")
        return DataReference(str(path), "label", seed, options=ImportOptions(**options))

    return of


def about_classes(preview):
    return [each for each in preview.problems if each.line == 0 and each.what.find("class") >= 0]


def test_a_rare_class_stands_in_the_way_of_a_stratified_split_until_it_is_left_out(reference):
    asked = reference({"a": 20, "b": 20, "rare": 3, "few": 4})
    preview = preview_dataset(asked, NEGT)
    (problem,) = about_classes(preview)
    assert not preview.importable
    assert "'few' 4, 'rare' 3" in str(problem)
    assert "--leave-out-class" in str(problem)
    assert "--" not in told(problem).replace("--no", "")
    assert helps_for(problem, asked.options)[:2] == ("leave class out", "random")
    options = with_help(asked.options, problem, "leave class out")
    after = preview_dataset(DataReference(asked.source, "label", 0, options=options), NEGT)
    assert after.importable
    assert about_classes(after) == []
    assert [name for name, _ in after.classes] == ["a", "b"]
    assert after.dropped == 7
    assert [sum(each) for each in after.parts] == [20, 20]
    again = with_class(with_class(options, "few"), "few")
    assert set(again.left_out_classes) == {"few", "rare"}


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=3, max_size=5), st.booleans(), st.integers(0, 50),
    st.booleans(),
)  # fmt: skip
def test_whatever_is_offered_for_a_class_does_away_with_the_problem(
    reference, counts, split_column, seed, stratified
):
    names = dict(zip(["a", "b", "rare", "d", "e"], [30, *counts[1:]], strict=False))
    asked = reference(names, split_column, seed, stratified=stratified)
    preview = preview_dataset(asked, NEGT)
    for problem in about_classes(preview):
        for each in problem.helps:
            options = with_help(asked.options, problem, each)
            after = preview_dataset(
                DataReference(asked.source, "label", seed, options=options), NEGT
            )
            assert str(problem) not in [str(other) for other in after.problems]
            if each != "random":
                assert after.importable
    if preview.importable:
        thin = [at for at, parts in enumerate(preview.parts) if min(parts) == 0 or sum(parts) < 5]
        assert bool(thin) == bool(about_classes(preview))


def test_a_class_that_is_not_there_cannot_be_left_out(reference):
    asked = reference({"a": 20, "b": 20}, left_out_classes=("c",))
    assert "no class 'c' to leave out; its classes are a, b" in str(
        preview_dataset(asked, NEGT).problems[0]
    )


def test_clipped_values_are_counted_and_it_is_said_of_which_samples(reference):
    asked = reference({"a": 40, "b": 40})
    dataset, preview = load_dataset(asked, NEGT), preview_dataset(asked, NEGT)
    raw = np.loadtxt(asked.source, delimiter=",", skiprows=1, usecols=(0, 1))
    train = raw[dataset.split == 0]
    outside = (raw < train.min(axis=0)) | (raw > train.max(axis=0))
    assert dataset.clipped == outside.sum() > 0
    assert not outside[dataset.split == 0].any()
    words = f"{dataset.clipped} values of validation and test samples clipped"
    assert (preview.clipped, preview.clipped_words) == (dataset.clipped, dataset.clipped_words)
    assert dataset.clipped_words.startswith(words)
    limited = reference({"a": 40, "b": 40}, limits=(Limits("", -0.1, 0.1),))
    assert "of validation" not in load_dataset(limited, NEGT).clipped_words
