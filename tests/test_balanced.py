"""``--min-p-error balanced``: the threshold with the highest expected F1."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from labelaudit.errors import SettingsError
from labelaudit.records import Audit
from labelaudit.settings import ClassSettings, Settings

from .conftest import Shapes


def drawn(size: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Calibrated probabilities, and labels that are wrong with them."""
    random = np.random.default_rng(0)
    p_error = random.beta(0.3, 2.0, size)
    return p_error, random.random(size) < p_error


def believing(audit: Audit, p_error: np.ndarray) -> Audit:
    judged = np.ones(len(p_error), dtype=np.bool_)
    return replace(audit, beliefs=replace(audit.beliefs, p_error=p_error, judged=judged))


def test_no_other_threshold_has_a_much_higher_f1(shapes_audit: Audit) -> None:
    p_error, wrong = drawn()
    threshold = believing(shapes_audit, p_error).beliefs.balanced

    def f1(cut: float) -> float:
        flagged = p_error >= cut
        return 2 * (flagged & wrong).sum() / (flagged.sum() + wrong.sum())

    assert f1(threshold) > max(f1(cut) for cut in np.linspace(0.01, 0.99, 99)) - 0.01
    assert f1(threshold) > f1(threshold / 2) + 0.01
    assert f1(threshold) > f1(2 * threshold) + 0.01


def test_a_class_may_have_its_own_threshold(shapes_audit: Audit) -> None:
    p_error = np.linspace(0.01, 0.6, len(shapes_audit.dataset))
    audit = believing(shapes_audit, p_error)
    settings = Settings(min_p_error="balanced", per_class=(ClassSettings(name="cross", min_p_error=1.0),))
    flagged = audit.beliefs.flagged(audit.dataset, settings)
    crosses = audit.dataset.labels == audit.dataset.classes.index("cross")

    assert (flagged == (~crosses & (p_error >= audit.beliefs.balanced))).all()
    assert flagged.any()


def test_where_nothing_can_be_wrong_nothing_is_flagged(shapes_audit: Audit) -> None:
    audit = believing(shapes_audit, np.zeros(len(shapes_audit.dataset)))

    assert not audit.beliefs.flagged(audit.dataset, Settings(min_p_error="balanced")).any()


def test_the_command_line_takes_it(run: Any, shapes: Shapes) -> None:
    done = run("scan", shapes.root, "--min-p-error", "balanced", "--format", "json", "--exit-zero")

    assert done.exit_code == 0, done.stderr
    assert '"min_p_error": "balanced"' in done.stdout
    refused = run("scan", shapes.root, "--min-p-error", "balance")
    assert refused.exit_code == 2
    assert "--min-p-error balance: expected a probability such as 0.8, or balanced." in refused.stderr


@pytest.mark.parametrize("text", [0.0, 1.5])
def test_a_number_is_checked(text: float) -> None:
    with pytest.raises(SettingsError, match="above 0 and at most 1"):
        Settings(min_p_error=text)
