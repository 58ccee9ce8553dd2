"""Completion of the values of options in the shell."""


def qualities() -> list[str]:
    """Return the values of ``--quality``, for completion."""
    from labelaudit.settings import QUALITIES

    return list(QUALITIES)


def layouts() -> list[str]:
    """Return the values of ``--layout``, for completion."""
    from labelaudit.settings import LAYOUTS

    return list(LAYOUTS)


def sources() -> list[str]:
    """Return the values of ``--source``, for completion."""
    from labelaudit.sources import SOURCES

    return list(SOURCES)


def formats() -> list[str]:
    """Return the values of ``--format``, for completion."""
    from labelaudit.reports import FORMATS

    return list(FORMATS)


def severities_and_rules(incomplete: str = "") -> list[str]:
    """Return the values of ``--fail-on``, for completion."""
    from labelaudit.findings import Severity

    return _after_comma(incomplete, [*(severity.value for severity in Severity), *rules()])


def several_rules(incomplete: str = "") -> list[str]:
    """Return the values of ``--select`` and ``--ignore``, for completion."""
    return _after_comma(incomplete, rules())


def _after_comma(incomplete: str, known: list[str]) -> list[str]:
    """Return the completions of the last word in a comma-separated list, together with the words before it."""
    before, comma, _ = incomplete.rpartition(",")
    return [f"{before}{comma}{word}" for word in known if word not in before.split(",")]


def rules() -> list[str]:
    """Return the names and codes of all rules, for completion."""
    from labelaudit.checks import CHECKS

    return [*(CHECKS[code].name for code in CHECKS), *CHECKS]


def kinds_of_features() -> list[str]:
    """Return the prefixes of the values of ``--features``, for completion."""
    from labelaudit.features import KINDS

    return [f"{kind}:" for kind in KINDS]


def devices() -> list[str]:
    """Return the values of ``--device``, for completion."""
    from labelaudit.settings import DEVICES

    return list(DEVICES)
