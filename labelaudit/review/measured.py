"""Describes in words what the answers to a sample measure."""

from typing import Any

from labelaudit.decisions import apply
from labelaudit.records import Interval
from labelaudit.review.session import Session
from labelaudit.sampling import estimate


def measured(session: Session) -> dict[str, Any]:
    """Return the estimates from a sample about the labels and the flags, each as a term and its value."""
    decisions, dataset, digests = session.decisions, session.dataset, session.digests
    found = estimate(decisions, dataset, digests, apply(decisions, dataset, digests))
    if found is None:
        return {"said": []}
    wrong = f"{found.share.estimate:.1%} (90% interval: {found.share.low:.1%} to {found.share.high:.1%})"
    number = f"about {found.share.estimate * found.images:,.0f} of {found.images:,}"
    return {
        "said": [
            ("Labels that are wrong", f"{number}: {wrong}"),
            ("Flagged labels that are wrong (precision)", _shown(found.precision)),
            ("Wrong labels that are flagged (recall)", _shown(found.recall)),
            ("Answered", f"{found.answered:,} of {found.drawn:,} images"),
        ]
    }


def _shown(share: Interval | None) -> str:
    return (
        f"{share.estimate:.0%} (90% interval: {share.low:.0%} to {share.high:.0%})"
        if share
        else "not known from this sample"
    )
