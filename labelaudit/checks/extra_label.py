"""LA104."""

from collections.abc import Iterator

from labelaudit.checks import SEVERAL, rule
from labelaudit.checks.wrong_labels import wrong_labels
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence


@rule("LA104", "extra-label", Severity.ERROR, labels=SEVERAL)
def extra_label(evidence: Evidence) -> Iterator[Finding]:
    """One of the labels of this image is probably wrong.

    What it finds
        In data sets with several labels per image, labels that were given to an image and are contradicted by
        out-of-sample predictions. One finding for each such label, with the probability (`p_error`) that it is wrong.

    Why it matters
        Models memorize wrong labels in the training set, and in a test set they count correct predictions as errors.

    How it decides
        Each label is judged against the rest as in LA101: the images that have it are one class, all others the second.
        Four voters that never saw the image or a relative of it predict whether the image shows what the label stands
        for, and noise models estimate how often the label is given by mistake and how often it is forgotten. A label is
        flagged if its `p_error` reaches `--min-p-error`.

    What to do
        Look at the image. Remove the label from it, or accept the finding in the baseline.

    Limits
        A label is judged if at least three independent images have it and three do not, and if it is predicted better
        than by always saying what holds for most images; LA405 names the others. Labels are judged one by one: that a
        label implies or excludes another one is not known. Small objects beside large ones are often missed by the
        features, so that correct labels of small objects look wrong.

    Source
        One-vs-rest reduction: Zhang and Zhou (2014), "A Review on Multi-Label Learning Algorithms", section 3.1. Label
        errors in such data sets: Thyagarajan et al. (2022), "Identifying Incorrect Annotations in Multi-Label
        Classification Data".
    """
    for row, name, p_wrong in wrong_labels(evidence, given=True):
        yield extra_label.finding(
            evidence.dataset.paths[row],
            f"'{printable(name)}' is probably wrong (p_error {p_wrong:.2f})",
            label=name,
            p_error=p_wrong,
            digest=evidence.observed.digests[row],
        )
