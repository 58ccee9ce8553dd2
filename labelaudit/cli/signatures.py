"""Groups of options that several commands share.

A group is a frozen dataclass whose fields are declared like the parameters of a Typer command. A command takes a group
as one parameter, and Typer sees the fields instead::

    @dataclass(frozen=True, kw_only=True)
    class Speed(OptionGroup):
        jobs: Annotated[int | None, typer.Option("--jobs", "-j")] = None
        no_cache: Annotated[bool, typer.Option("--no-cache/--cache")] = False

    @command
    def scan(data: Path, speed: Speed) -> None:  # labelaudit scan DATA --jobs 2 --no-cache
        ...
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_type_hints


class OptionGroup:
    """The base class of all groups of options."""


def expanded(function: Callable[..., None]) -> Callable[..., None]:
    """Return a function that takes the fields of each group of options instead of the group.

    Parameters
    ----------
    function
        A command. Each parameter that is annotated with a subclass of :class:`OptionGroup` is a group.
    """
    signature = inspect.signature(function)
    groups = {name: each.annotation for name, each in signature.parameters.items() if _is_group(each.annotation)}
    if not groups:
        return function

    @functools.wraps(function)
    def run(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        function(**given)

    parameters = [
        each
        for parameter in signature.parameters.values()
        for each in (_fields(parameter.annotation) if parameter.name in groups else [parameter])
    ]
    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in parameters]
    setattr(run, "__signature__", signature.replace(parameters=parameters))  # noqa: B010  unknown to the type checker
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def _is_group(annotation: Any) -> bool:
    return inspect.isclass(annotation) and issubclass(annotation, OptionGroup)


def _fields(group: type) -> list[inspect.Parameter]:
    """Return the fields of a group as parameters, each with its annotation and its default."""
    annotations = get_type_hints(group, include_extras=True)
    parameters = inspect.signature(group).parameters
    return [each.replace(annotation=annotations[name]) for name, each in parameters.items()]
