"""Answers class by class, against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, recall_score

from pnn_studio.app.analysis.confusion import confusion


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_recall_and_balanced_accuracy_are_those_of_scikit_learn(classes):
    rng = np.random.default_rng(classes)
    truth = rng.choice(classes, 200, p=rng.dirichlet(np.ones(classes)))
    truth[:classes] = np.arange(classes)
    outputs = rng.normal(size=(200, classes)) + 1.5 * np.eye(classes)[truth]
    found, answers = confusion(truth, outputs), outputs.argmax(axis=1)
    assert found.counts.tolist() == confusion_matrix(truth, answers).tolist()
    recalls = recall_score(truth, answers, average=None, labels=range(classes))
    assert found.recalls == pytest.approx(recalls)
    assert found.balanced_accuracy == pytest.approx(balanced_accuracy_score(truth, answers))


def test_a_class_without_samples_has_no_recall_and_does_not_count():
    found = confusion(np.array([0, 0, 1, 1]), np.eye(3)[[0, 1, 1, 1]])
    assert found.recalls[:2].tolist() == [0.5, 1.0]
    assert np.isnan(found.recalls[2])
    assert found.balanced_accuracy == 0.75
