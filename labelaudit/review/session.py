"""The state of a review: the decisions, the window that made each, and the current queue."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from threading import Event, Lock, Thread
from typing import NamedTuple, Protocol

from labelaudit.decisions import apply, asking, decide, merge, withdraw
from labelaudit.names import printable
from labelaudit.records import Decision, Decisions, Ruling, Sample
from labelaudit.reviewing import Queue, Review, queue

Key = tuple[str, str]

CONFLICT = "conflict"

MOST_ACTIONS = 1_000
"""Maximum number of actions that a window can undo, and of windows that can undo: a browser could create any number."""


class Store(Protocol):
    """The file of decisions."""

    def load(self) -> Decisions:
        """Read it."""

    def write(self, decisions: Decisions) -> None:
        """Write the whole file; it is on disk when this returns."""


class Answer(NamedTuple):
    """The decision about an image: the ruling, or ``conflict``; the chosen class; and both in words."""

    ruling: str
    decided: str
    says: str


class Action(NamedTuple):
    """The changes of one request: the decisions about some images before it and after it."""

    before: dict[Key, tuple[Decision, ...]]
    after: dict[Key, Answer | None]


class Outdated(Exception):  # noqa: N818  an answer to a window, not an error of the program
    """Another window decided about the images after this window's last update; nothing was changed."""


class Session:
    """The state of a review. Every method may be called from any thread.

    Parameters
    ----------
    opened
        The audit under review, whose labels can be judged again.
    store
        The file of decisions.
    sample
        The images of a sample, if the user is asked about one.
    """

    def __init__(self, opened: Review, store: Store, sample: Sample | None = None) -> None:
        self.opened, self.store, self.sample = opened, store, sample
        self.dataset, self.digests = opened.audit.dataset, opened.audit.observed.digests
        self.classes = tuple(map(printable, self.dataset.classes))
        self._draws = _draws(sample) if sample else {}
        self._given = opened.given
        self._rows: dict[Key, list[int]] = defaultdict(list)
        for row, labels in enumerate(zip(self.dataset.labels, self._given, strict=True)):
            for label in set(labels):
                self._rows[self.digests[row], self.classes[label]].append(row)
        self._lock, self._wanted = Lock(), Event()
        self._actions: dict[str, list[Action]] = {}
        self.decisions = self._asking(store.load())
        self.answers = self._read(self.decisions)
        self.version = self.ranked = 1
        self._changed: dict[int, tuple[int, str]] = {}
        self.queue: Queue = queue(opened.audit.beliefs, self.dataset, apply(self.decisions, self.dataset, self.digests))
        opened.prepare()
        if self.decisions.made:
            self._wanted.set()
        Thread(target=self._rank, daemon=True).start()

    def key(self, row: int) -> Key:
        """Return the key of a decision about an image: its digest and its current label."""
        return self.digests[row], self.classes[self.dataset.labels[row]]

    def decide(
        self, window: str, seen: int, rows: Sequence[int], rulings: Sequence[Ruling], truths: Sequence[int]
    ) -> None:
        """Save decisions about some images; they are on disk when this returns.

        Parameters
        ----------
        window
            Name of the window that asks; only this window can undo it.
        seen
            The last version that the window has received.
        rows, rulings, truths
            The images, the ruling on the label of each, and the true class of each that is relabeled.

        Raises
        ------
        Outdated
            Another window decided one of them since then.
        LabelauditError
            The decisions cannot be read or written; nothing was changed.
        """
        new = [self._decision(*each) for each in zip(rows, rulings, truths, strict=True)]
        with self._lock:
            if any(version > seen and by != window for version, by in map(self._changed_at, rows)):
                raise Outdated
            current = self._asking(self.store.load())
            self._take(window, current, decide(current, *new), {each.key for each in new})

    def withdraw(self, window: str, seen: int, rows: Sequence[int]) -> None:
        """Delete the decisions about some images, whoever made them.

        Parameters and errors are those of :meth:`decide`.
        """
        with self._lock:
            if any(version > seen and by != window for version, by in map(self._changed_at, rows)):
                raise Outdated
            current = self.store.load()
            keys = {key for key, its in self._rows.items() if not set(its).isdisjoint(rows)}
            self._take(window, current, withdraw(current, *keys), keys)

    def undo(self, window: str) -> list[int]:
        """Undo the last action of a window, and return its images; none if there is nothing to undo.

        Raises
        ------
        Outdated
            Another window, or another program, has changed one of them since then; the action is forgotten.
        """
        with self._lock:
            if not self._actions.get(window):
                return []
            current = self.store.load()
            action = self._actions[window].pop()
            now = _by_key(current)
            if any(_answer(now.get(key, ())) != answer for key, answer in action.after.items()):
                raise Outdated
            restored = merge(withdraw(current, *action.before), Decisions(made=tuple(_flat(action.before))))
            self.store.write(restored)
            self._refresh(restored, window)
            return sorted({row for key in action.before for row in self._rows[key]})

    def changes(self, since: int) -> tuple[int, dict[int, Answer | None]]:
        """Return the current version, and the decisions that have changed since an earlier version."""
        with self._lock:
            return self.version, {
                row: self.answers.get(row) for row, (version, _) in self._changed.items() if version > since
            }

    def _asking(self, decisions: Decisions) -> Decisions:
        """Return the decisions with the sample added; earlier decisions about its images count as answers to it."""
        if not self.sample:
            return decisions
        rows = self.sample.rows.tolist()
        return asking(decisions, self.sample, {row: (self._key_as_it_came(row), self.key(row)) for row in rows})

    def _key_as_it_came(self, row: int) -> Key:
        return self.digests[row], self.classes[self._given[row]]

    def _decision(self, row: int, ruling: Ruling, truth: int) -> Decision:
        digest, label = self.key(row)
        if ruling is Ruling.RELABEL and truth == self.dataset.labels[row]:
            ruling = Ruling.KEEP
        decided = self.classes[truth] if ruling is Ruling.RELABEL else ""
        return Decision(
            digest, label, ruling, decided, printable(self.dataset.paths[row]), *self._draws.get(row, ("", 0.0))
        )

    def _take(self, window: str, current: Decisions, new: Decisions, keys: set[Key]) -> None:
        """Save new decisions under some keys, then publish them to the windows."""
        before, after = _by_key(current), _by_key(new)
        self.store.write(new)
        self._refresh(new, window)
        if window not in self._actions and len(self._actions) >= MOST_ACTIONS:
            self._actions.pop(next(iter(self._actions)))
        actions = self._actions.setdefault(window, [])
        actions.append(
            Action({key: before.get(key, ()) for key in keys}, {key: _answer(after.get(key, ())) for key in keys})
        )
        del actions[:-MOST_ACTIONS]

    def _refresh(self, decisions: Decisions, window: str) -> None:
        answers = self._read(decisions)
        self.version += 1
        for row in answers.keys() | self.answers.keys():
            if answers.get(row) != self.answers.get(row):
                self._changed[row] = (self.version, window)
        self.decisions, self.answers = decisions, answers
        self._wanted.set()

    def _read(self, decisions: Decisions) -> dict[int, Answer]:
        """Return the decision about each image; one about the current label takes precedence over an earlier label."""
        found: dict[int, Answer] = {}
        for key, made in _by_key(decisions).items():
            answer = _answer(made)
            for row in self._rows.get(key, ()) if answer else ():
                if answer and (row not in found or key == self.key(row)):
                    found[row] = answer
        return found

    def _changed_at(self, row: int) -> tuple[int, str]:
        return self._changed.get(row, (0, ""))

    def _rank(self) -> None:
        """Judge the labels again after decisions, once for all decisions made in the meantime."""
        while True:
            self._wanted.wait()
            self._wanted.clear()
            with self._lock:
                decisions = self.decisions
            ranked = self.opened.judge(decisions)
            with self._lock:
                self.version += 1
                self.queue, self.ranked = ranked, self.version


def _by_key(decisions: Decisions) -> dict[Key, tuple[Decision, ...]]:
    found: dict[Key, list[Decision]] = defaultdict(list)
    for each in decisions.made:
        found[each.key].append(each)
    return {key: tuple(each) for key, each in found.items()}


def _answer(made: Iterable[Decision]) -> Answer | None:
    """Return the decision about one image; if several contradict each other, all of them."""
    different = {each.answer: each for each in made}
    if not different:
        return None
    if len(different) > 1:
        return Answer(CONFLICT, "", " or ".join(sorted(each.says for each in different.values())))
    (one,) = different.values()
    return Answer(one.ruling.value, one.decided, one.says)


def _draws(sample: Sample) -> dict[int, tuple[str, float]]:
    """Return for each image of a sample the stratum that it was drawn from, and its probability."""
    return dict(
        zip(sample.rows.tolist(), zip(sample.shown_by, sample.probabilities.tolist(), strict=True), strict=True)
    )


def _flat(before: dict[Key, tuple[Decision, ...]]) -> Iterable[Decision]:
    return (each for made in before.values() for each in made)
