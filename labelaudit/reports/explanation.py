"""Explanations as text."""

from labelaudit.names import line_safe, printable
from labelaudit.records import Explanation
from labelaudit.reports.sides import sides


def in_words(grounds: Explanation) -> str:
    """Return an explanation as text, safe to print."""
    label, suggested = map(printable, sides(grounds.label, grounds.suggested))
    if grounds.not_judged:
        return f"{line_safe(grounds.path)}: not judged: {grounds.not_judged}\n"
    lines = [f"{line_safe(grounds.path)}: given '{label}', else '{suggested}' (p_error {grounds.p_error:.2f})"]
    for name, (p_label, p_suggested) in grounds.voters.items():
        lines.append(f"  the voter {name}: '{label}' {p_label:.2f}, '{suggested}' {p_suggested:.2f}")
    for name, paths in ((label, grounds.like_label), (suggested, grounds.like_suggested)):
        shown = ", ".join(line_safe(path) for path in paths) or "none among the images that are most alike"
        lines.append(f"  most alike in '{name}': {shown}")
    return "\n".join(lines) + "\n"
