"""The two answers to the question whether a label is right, in words."""


def sides(label: str, suggested: str) -> tuple[str, str]:
    """Return the given label and the suggested one; if one of several labels is missing or extra, ``no`` and its name.

    >>> sides("", "dog")
    ('no dog', 'dog')
    """
    return label or f"no {suggested}", suggested or f"no {label}"
