"""What a sample was drawn from."""

from typing import NamedTuple


class Stratum(NamedTuple):
    """A part of the data set in which every image has the same probability to be drawn.

    Attributes
    ----------
    images
        How many images it holds, 1 or more.
    drawn
        How many of them are in the sample, at most as many.
    flagged
        Whether their labels were flagged when the sample was drawn; all of them were, or none.
    """

    images: int
    drawn: int
    flagged: bool


class Sampled(NamedTuple):
    """A sample of the judged images, drawn with known probabilities.

    Attributes
    ----------
    name
        ``sample-`` and some hexadecimal digits.
    population
        Digest of all images that could be drawn and of their labels: it changes when the data change.
    strata
        The parts of the population, in ascending ``p_error``.
    """

    name: str
    population: str
    strata: tuple[Stratum, ...]

    def stratum_name(self, number: int) -> str:
        """Return the name of a stratum, by its place from 0, as decisions hold it."""
        return f"{self.name}/{number}"

    @property
    def images(self) -> int:
        """How many images could be drawn."""
        return sum(stratum.images for stratum in self.strata)

    @property
    def drawn(self) -> int:
        """How many images were drawn."""
        return sum(stratum.drawn for stratum in self.strata)
