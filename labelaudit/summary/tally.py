"""How many decisions of people apply."""

import numpy as np

from labelaudit.records import UNKNOWN, Decided, Estimate, Tally


def tally(decided: Decided | None, measured: Estimate | None, conflicts: int) -> Tally | None:
    """Count what was decided about the images of a data set; None if nothing was."""
    if not (decided or measured or conflicts) or decided is None:
        return None
    told = decided.looked_at & (decided.truth != UNKNOWN)
    return Tally(
        looked_at=int(decided.looked_at.sum()),
        wrong=int((told & (decided.truth != decided.given)).sum()),
        unsure=int((decided.looked_at & ~decided.certain).sum()),
        bad_images=int(decided.unusable.sum()),
        fixed=int((decided.fixed & decided.looked_at).sum()),
        followed=int(np.count_nonzero(decided.fixed & ~decided.looked_at)),
        conflicts=conflicts,
        measured=measured,
    )
