"""A registry for everything that plugins can add: sources, extractors, checks, report formats."""

import difflib
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from labelaudit.errors import LabelauditError, PluginError, UnknownNameError

T = TypeVar("T")


class Registry(Generic[T]):
    """Named objects of one kind, sorted by name.

    Parameters
    ----------
    kind
        What is registered, in one word, for messages.
    group
        The entry-point group through which installed packages add objects; loaded once, when first needed.
    """

    def __init__(self, kind: str, group: str) -> None:
        self._kind = kind
        self._group = group
        self._things: dict[str, T] = {}
        self._loaded = False

    def register(self, name: str) -> Callable[[T], T]:
        """Return a decorator that registers an object as *name*."""

        def add(thing: T) -> T:
            if name in self._things:
                raise PluginError(f"two {self._kind}s are called {name!r}. Give one of them another name.")
            self._things[name] = thing
            return thing

        return add

    def __getitem__(self, name: str) -> T:
        if name not in self._things:
            self._load()
        if name not in self._things:
            raise UnknownNameError(self._unknown(name))
        return self._things[name]

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(sorted(self._things))

    def __len__(self) -> int:
        self._load()
        return len(self._things)

    def _unknown(self, name: str) -> str:
        known = list(self)
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else "."
        return f"no {self._kind} is called {name!r}{hint} There are: {', '.join(known)}."

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        for entry in sorted(entry_points(group=self._group), key=lambda entry: entry.name):
            try:
                thing = entry.load()
            except LabelauditError:
                raise
            except Exception as error:
                raise PluginError(
                    f"the {self._kind} {entry.name!r} of an installed package, {entry.value}, cannot be loaded "
                    f"({type(error).__name__}: {error}). Correct its entry point in the group {self._group}, or "
                    "uninstall the package."
                ) from error
            if not any(thing is known for known in self._things.values()):  # it may have registered itself already
                self.register(entry.name)(thing)
