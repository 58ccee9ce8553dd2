"""LA105."""

from collections.abc import Iterator

from labelaudit.checks import SEVERAL, rule
from labelaudit.checks.wrong_labels import wrong_labels
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence


@rule("LA105", "missing-label", Severity.ERROR, labels=SEVERAL)
def missing_label(evidence: Evidence) -> Iterator[Finding]:
    """A label is probably missing from this image.

    What it finds
        In data sets with several labels per image, labels that an image does not have although out-of-sample
        predictions say that it shows what they stand for. One finding for each such label, as the suggested one, with
        the probability (`p_error`) that it is missing.

    Why it matters
        Forgotten labels are the usual errors of such data sets. A model learns from them that the object is not there,
        and in a test set they count correct predictions as errors.

    How it decides
        As LA104 does.

    What to do
        Look at the image. Add the label, or accept the finding in the baseline. If only some labels of each image were
        recorded on purpose, ignore the rule: `--ignore LA105`.

    Limits
        Those of LA104. If a label is missing from most images that show it, images that show it look like images that
        do not.

    Source
        Those of LA104.
    """
    for row, name, p_wrong in wrong_labels(evidence, given=False):
        yield missing_label.finding(
            evidence.dataset.paths[row],
            f"'{printable(name)}' is probably missing (p_error {p_wrong:.2f})",
            suggested=name,
            p_error=p_wrong,
            digest=evidence.observed.digests[row],
        )
