"""LA302."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.checks import rule
from labelaudit.findings import Finding, Severity
from labelaudit.records import Evidence, Observations

USUAL = (10, 90)
"""Percentiles that bound the usual range of this data set."""


class Fault(NamedTuple):
    """One kind of poor image.

    Attributes
    ----------
    name
        Name, one or two words.
    figure
        What is measured, in words.
    values
        float (N,), above 0.
    bound
        Values on the good side of it are never a fault, however unusual.
    times
        Factor by which it has to be beyond the usual range: below 1 if low values are poor, above 1 if high ones are.
    """

    name: str
    figure: str
    values: NDArray[np.float64]
    bound: float
    times: float

    @property
    def usual(self) -> tuple[float, float]:
        """The usual range."""
        low, high = np.percentile(self.values, USUAL)
        return float(low), float(high)

    def found(self) -> NDArray[np.bool_]:
        """Which images have this fault, bool (N,)."""
        low, high = self.usual
        if self.times < 1:
            return self.values < min(self.bound, low * self.times)
        return self.values > max(self.bound, high * self.times)

    def describe(self, row: int) -> str:
        """Return a description of the fault of one image, with the value and the usual range."""
        low, high = self.usual
        return f"{self.name}: {self.figure} {_short(self.values[row])}, usually {_short(low)} to {_short(high)}"


@rule("LA302", "poor-image", Severity.WARNING, needs_images=True)
def poor_image(evidence: Evidence) -> Iterator[Finding]:
    """The image is dark, blank, blurred, noisy, tiny or oddly shaped for this data set.

    What it finds
        Images that hardly show their object. The finding gives the measured value and its usual range in this data set.
        An image with several faults is one finding.

    Why it matters
        A model can only memorize the label of a black image. In a test set, its prediction is a guess.

    How it decides
        A value has to be poor in itself and unusual in this data set. The usual range is between the 10th and the 90th
        percentile. Dark: the 99th percentile of brightness is below 50 of 255 and half of the usual. Blank: the
        standard deviation of brightness is below 3 and half of the usual. Blurred: sharpness is below 0.2 (0 is a
        smooth gradient, 1 a hard edge) and half of the usual. Noisy: the noise of single color channels is above 3 of
        255 and three times the usual. Tiny: the square root of the area in pixels is below a quarter of the usual. Odd
        shape: the ratio of the longer to the shorter side is above 3 and twice the usual. Blur and noise are not judged
        in images with another of these faults.

    What to do
        Look at the image. Delete it or take it again if a person could not label it either; otherwise keep it.

    Limits
        A fault of a tenth of the images is usual in this data set and is not reported. Sharpness is measured on a
        small copy of the image: blur of a few pixels in a large photo is not detected, nor blur under a sharp
        frame or text, nor motion blur that keeps edges sharp in one direction. Patterned cloth and carpets of many
        colors can pass for noise: a finding of noise alone informs and does not warn. Noise that is the same in all
        color channels, as in gray images, cannot be distinguished from texture, and strong compression removes noise.
        Overexposed images are not reported.

    Source
        Sharpness: the variogram at two distances, Matheron (1963), "Principles of Geostatistics". Noise: after
        Immerkaer (1996), "Fast Noise Variance Estimation", on the difference of two color channels.
    """
    faults = _faults(evidence.observed)
    found = {fault.name: fault.found() for fault in faults}
    unclear = found["dark"] | found["blank"] | found["tiny"] | found["odd shape"]
    for name in ("blurred", "noisy"):
        found[name] &= ~unclear
    dataset, observed = evidence.dataset, evidence.observed
    for row in np.flatnonzero(np.any(list(found.values()), axis=0)).tolist():
        reasons = [fault.describe(row) for fault in faults if found[fault.name][row]]
        finding = poor_image.finding(
            dataset.paths[row],
            "; ".join(reasons),
            label=dataset.classes[dataset.labels[row]],
            digest=observed.digests[row],
        )
        only_noisy = found["noisy"][row] and len(reasons) == 1
        yield replace(finding, severity=Severity.INFO) if only_noisy else finding


def _faults(observed: Observations) -> list[Fault]:
    """Return all faults, with the bounds of the rule's page."""
    plain, sizes = observed.statistics, observed.sizes.astype(np.float64)
    edge = np.sqrt(sizes.prod(axis=1))
    elongation = sizes.max(axis=1) / sizes.min(axis=1)
    return [
        Fault("dark", "lightest parts", plain.light.astype(np.float64), 50, 1 / 2),
        Fault("blank", "contrast", plain.contrast.astype(np.float64), 3, 1 / 2),
        Fault("blurred", "sharpness", plain.sharpness.astype(np.float64), 0.2, 1 / 2),
        Fault("noisy", "noise", plain.noise.astype(np.float64), 3, 3),
        Fault("tiny", "edge in pixels", edge, np.inf, 1 / 4),
        Fault("odd shape", "longer over shorter edge", elongation, 3, 2),
    ]


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"
