"""The estimated number of wrong labels."""

import math
from dataclasses import dataclass

UNDECIDED_FROM = 0.05
"""Largest width of the interval of a decided count, as a share of the judged labels. Northcutt, Athalye and Mueller
(2021), "Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks", found .2 to 10 % wrong labels in
ten test sets: an interval wider than half of that range does not tell a clean data set from a bad one."""

BY_CHANCE = 3.29
"""Width of the 90 % interval of a count that only varies by chance (a Poisson variable), in standard deviations."""


@dataclass(frozen=True, slots=True)
class Count:
    """An estimated number of wrong labels, with the ends of its 90 % interval."""

    estimate: float
    low: float
    high: float

    def plus(self, certain: float) -> "Count":
        """Return the count with a number of labels that are known to be wrong."""
        return Count(self.estimate + certain, self.low + certain, self.high + certain)

    def rounded(self) -> "Count":
        """Return the count with two decimals, as reports store it, so that a report made of a report is the same."""
        return Count(round(self.estimate, 2), round(self.low, 2), round(self.high, 2))

    def reaching(self, least: float, most: float, images: int) -> "Count":
        """Return the count with ends that are multiplied by a factor of at most 1 and by one of at least 1."""
        return Count(self.estimate, self.low * least, max(min(self.high * most, images), self.estimate))

    def undecided(self, judged: int) -> bool:
        """Tell whether the possible explanations of the labels differ too much to say how many labels are wrong.

        They do if the interval is wider than 5 % of the labels, and wider than the variation of the estimate by chance.
        "12 of 120, between 6 and 21" is a small sample; "80 of 1,000, between 12 and 250" is no answer.

        Parameters
        ----------
        judged
            How many labels the count is about.
        """
        by_chance = self.estimate + BY_CHANCE * math.sqrt(self.estimate)
        return self.high - self.low > max(UNDECIDED_FROM * judged, by_chance)
