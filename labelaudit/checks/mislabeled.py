"""LA101."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from labelaudit.checks import ONE, rule
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence


@rule("LA101", "mislabeled", Severity.ERROR, labels=ONE)
def mislabeled(evidence: Evidence) -> Iterator[Finding]:
    """The label is probably wrong, and another one fits better.

    What it finds
        Images whose label is contradicted by out-of-sample predictions. The finding gives the label that fits better
        and the probability (`p_error`) that the given label is wrong.

    Why it matters
        Models memorize wrong labels in the training set, and wrong labels in a test set make the better model look
        worse.

    How it decides
        Four voters that never saw the image or a copy of it (ridge regression, discriminant analysis, the 70 nearest
        other images, the very nearest of these) predict its class. Noise models fitted to all labels estimate how often
        labels are wrong, and between which classes; several explanations of the labels are averaged. `p_error` follows
        from both. A label is flagged if its `p_error` reaches `--min-p-error`: 0.5, more likely wrong than right, or
        `balanced`, the threshold with the highest expected F1, which finds more and is mistaken more often.

    What to do
        Look at the image. Move it to the right class folder, or keep it and raise `--min-p-error` if too many
        flags are mistaken.

    Limits
        Where the features hardly tell the classes apart (out-of-sample accuracy near chance), or with fewer than 30
        images, the findings are of severity info: they do not count at the gate unless `--fail-on LA101` says so, and
        LA405 reports that the labels could not be judged. A hard, rare or unusual image can look wrong and be right.
        Labels that are wrong in one systematic way, for most images of a kind, look right. Classes with fewer than
        three images are not judged (LA401). If two classes cannot be told apart (LA403), either label is accepted for
        the other.

    Source
        Out-of-sample loss: Northcutt, Jiang and Chuang (2021), "Confident Learning", section 3. Noise model: Patrini et
        al. (2017), "Making Deep Neural Networks Robust to Label Noise", section 4.
    """
    dataset, beliefs = evidence.dataset, evidence.beliefs
    for row in np.flatnonzero(beliefs.flagged(dataset, evidence.settings)):
        label, suggested = dataset.classes[dataset.labels[row]], dataset.classes[beliefs.suggested[row]]
        p_error = float(beliefs.p_error[row])
        decided = evidence.decided is not None and bool(evidence.decided.known[row])
        finding = mislabeled.finding(
            dataset.paths[row],
            in_words(printable(label), printable(suggested), p_error, decided=decided),
            label=label,
            suggested=suggested,
            p_error=p_error,
            digest=evidence.observed.digests[row],
        )
        yield finding if beliefs.believable else replace(finding, severity=Severity.INFO)


def in_words(label: str, suggested: str, p_error: float, *, decided: bool = False) -> str:
    """Return what is wrong with a label, from printable names; *decided* says that a person named the class."""
    says = "a person decided" if decided else "looks like"
    return f"given '{label}', {says} '{suggested}' (p_error {p_error:.2f})"
