"""What is decided in a review: on disk before it is told, undone, taken back, and told to every window."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from labelaudit.cli.review import File
from labelaudit.decisions import decide, dump, merge
from labelaudit.engine import Threads
from labelaudit.errors import OutputError
from labelaudit.names import printable
from labelaudit.records import Decision, Decisions, Ruling
from labelaudit.review import Session
from labelaudit.review import columns as review_columns
from labelaudit.reviewing import Review, open_review
from labelaudit.settings import Settings

from .conftest import Shapes
from .reviews import Served, served


@pytest.fixture
def review(shapes_review: Review, tmp_path: Path) -> Iterator[Served]:
    with served(shapes_review, tmp_path / "decisions.json") as found:
        yield found


def decided(review: Served) -> dict[str, tuple[Ruling, str]]:
    """Return what the file says, by path."""
    return {each.path: each.answer for each in review.decisions.made}


def paths(review: Served, *rows: int) -> list[str]:
    return [printable(review.session.dataset.paths[row]) for row in rows]


def until_ranked(review: Served, after: int) -> None:
    for _ in range(300):
        if review.session.ranked > after:
            return
        time.sleep(0.05)
    raise AssertionError("the queue was not ranked anew")


def test_a_decision_is_in_the_file_when_the_window_is_told(review: Served) -> None:
    (path,) = paths(review, 5)

    assert review.decide([5], "relabel", classes=[2]).json["answers"]["5"] == [
        "relabel",
        "square",
        "relabel as 'square'",
    ]
    assert decided(review) == {path: (Ruling.RELABEL, "square")}
    (made,) = review.decisions.made
    assert (made.digest, made.label) == review.session.key(5)


def test_a_decision_waits_until_the_disk_has_it(review: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    monkeypatch.setattr("os.fsync", lambda handle: synced.append(review.file.exists()))
    review.decide([5])

    assert synced in ([False, True], [False])  # the file before it has its name, then the folder where that is possible


def test_what_cannot_be_saved_is_not_shown_as_decided(review: Served) -> None:
    review.decide([5])
    review.file.write_text("<<<<<<< ours", encoding="utf-8")
    reply = review.decide([6])

    assert reply.status == 503
    assert "Nothing was saved" in reply.json["error"]
    assert 6 not in review.session.answers
    assert review.file.read_text(encoding="utf-8") == "<<<<<<< ours"


def test_an_error_of_the_disk_is_told(shapes_review: Review, tmp_path: Path) -> None:
    class Full(File):
        def write(self, decisions: Decisions) -> None:
            raise OutputError("cannot write: No space left on device.")

    session = Session(shapes_review, Full(tmp_path / "decisions.json"))
    with pytest.raises(OutputError):
        session.decide("one", 1, [3], [Ruling.KEEP], [0])

    assert session.answers == {}
    assert session.undo("one") == []


def test_the_given_class_is_a_label_that_is_kept(review: Served) -> None:
    review.decide([0, 41], "relabel", classes=[0, 0])

    assert list(decided(review).values()) == [(Ruling.KEEP, ""), (Ruling.RELABEL, "circle")]


def test_an_action_of_many_images_is_undone_at_once(review: Served) -> None:
    review.decide([7], "unsure")
    review.decide([7, 8, 9], "bad-image")

    assert review.ask("undo", "POST", {"window": "one"}).json["undone"] == [7, 8, 9]
    assert decided(review) == {paths(review, 7)[0]: (Ruling.UNSURE, "")}
    assert review.ask("undo", "POST", {"window": "one"}).json["undone"] == [7]
    assert review.ask("undo", "POST", {"window": "one"}).json["undone"] == []
    assert review.decisions.made == ()


def test_a_window_undoes_only_what_it_did(review: Served) -> None:
    review.decide([7])

    assert review.ask("undo", "POST", {"window": "two"}).json["undone"] == []
    assert review.ask("undo", "POST", {}).json["undone"] == []
    assert len(review.decisions.made) == 1


def test_what_another_window_decided_since_is_not_undone(review: Served) -> None:
    review.decide([7], "keep")
    review.decide([7], "unsure", window="two")
    reply = review.ask("undo", "POST", {"window": "one", "since": 0})

    assert reply.status == 409
    assert reply.json["answers"]["7"][0] == "unsure"
    assert decided(review) == {paths(review, 7)[0]: (Ruling.UNSURE, "")}


def test_a_window_that_has_not_heard_of_a_decision_does_not_replace_it(review: Served) -> None:
    seen = review.session.version
    review.decide([7], "unsure", window="two")
    reply = review.decide([7, 8], "keep", since=seen)

    assert reply.status == 409
    assert reply.json["answers"] == {"7": ["unsure", "", "unsure"]}
    assert decided(review) == {paths(review, 7)[0]: (Ruling.UNSURE, "")}
    assert review.decide([7, 8], "keep", since=reply.json["version"]).status == 200
    assert len(decided(review)) == 2


def test_a_decision_is_taken_back(review: Served) -> None:
    review.decide([7, 8], window="two")
    reply = review.ask("withdraw", "POST", {"window": "one", "since": review.session.version, "rows": [7]})

    assert reply.json["answers"]["7"] is None
    assert list(decided(review)) == paths(review, 8)
    review.ask("undo", "POST", {"window": "one"})
    assert len(decided(review)) == 2


def test_every_window_hears_what_was_decided_and_how_it_is_ranked(review: Served) -> None:
    first = review.ask("everything").json
    before = first["ranking"]["version"]
    review.decide([first["rows"][0]], "keep", window="two")
    until_ranked(review, before)
    news = review.ask(f"changes?since={first['version']}&ranked={before}").json

    assert list(news["answers"]) == [str(first["rows"][0])]
    assert news["ranking"]["p_error"] != first["ranking"]["p_error"]
    assert news["ranking"]["p_error"][0] == 0
    assert news["progress"]["decided"] == 1
    later = review.ask(f"changes?since={news['version']}&ranked={news['ranking']['version']}").json
    assert later["answers"] == {}
    assert "ranking" not in later


def test_what_another_program_decides_is_kept_and_told(review: Served) -> None:
    digest, label = review.session.key(11)
    review.decide([10])
    other = decide(review.decisions, Decision(digest, label, Ruling.UNSURE))
    review.file.write_text(dump(other), encoding="utf-8")
    answers = review.decide([12]).json["answers"]

    assert answers["11"][0] == "unsure"
    assert len(review.decisions.made) == 3


def test_it_resumes_where_it_ended(review: Served, shapes_review: Review) -> None:
    review.decide([3, 4], "unsure")
    with served(shapes_review, review.file) as again:
        found = again.ask("everything").json

        assert found["answers"] == {"3": ["unsure", "", "unsure"], "4": ["unsure", "", "unsure"]}
        assert found["progress"]["decided"] == 2


def test_two_answers_that_differ_are_shown_until_somebody_decides(shapes_review: Review, tmp_path: Path) -> None:
    file = tmp_path / "decisions.json"
    session = Session(shapes_review, File(file))
    digest, label = session.key(2)
    kept, unsure = (Decisions((Decision(digest, label, each),)) for each in (Ruling.KEEP, Ruling.UNSURE))
    file.write_text(dump(merge(kept, unsure)), encoding="utf-8")
    with served(shapes_review, file) as review:
        assert review.ask("everything").json["answers"]["2"] == ["conflict", "", "keep or unsure"]
        review.decide([2], "keep")
        assert [each.answer for each in review.decisions.made] == [(Ruling.KEEP, "")]
        review.ask("undo", "POST", {"window": "one"})
        assert len(review.decisions.made) == 2


def test_copies_with_the_same_bytes_and_label_are_decided_at_once(own_shapes: Shapes, tmp_path: Path) -> None:
    original = own_shapes.root / "circle" / "circle000.png"
    (own_shapes.root / "circle" / "copy.png").write_bytes(original.read_bytes())
    opened = open_review(own_shapes.root, Settings(), Decisions(), engine=Threads(2))
    copy = opened.audit.dataset.paths.index("circle/copy.png")
    with served(opened, tmp_path / "decisions.json") as review:
        assert set(review.decide([0]).json["answers"]) == {"0", str(copy)}
        assert len(review.decisions.made) == 1
        assert [each[0] for each in review.ask("image/0").json["copies"]] == [copy]


def test_a_detail_names_the_nearest_of_both_classes_and_no_relative(review: Served) -> None:
    session = review.session
    row = int(session.queue.rows[0])
    found = review.ask(f"image/{row}").json
    families = session.opened.audit.copies.families

    assert {each[2] for each in found["like_label"]} <= {int(session.dataset.labels[row])}
    assert {each[2] for each in found["like_suggested"]} <= {int(session.queue.beliefs.suggested[row])}
    near = found["like_label"] + found["like_suggested"]
    assert near
    assert all(families[each[0]] != families[row] for each in near)
    assert found["candidates"][0][1] >= found["candidates"][1][1]
    assert abs(sum(p for _, p in found["candidates"]) - 1) < 0.01


def test_of_a_large_data_set_a_window_holds_the_most_suspicious(
    shapes_review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_columns, "LISTED", 10)
    with served(shapes_review, tmp_path / "decisions.json") as review:
        last = int(review.session.queue.rows[-1])
        found = review.ask("everything").json
        assert found["rows"][:10] == review.session.queue.rows[:10].tolist()
        assert len(found["rows"]) < 60
        review.decide([last])
    with served(shapes_review, review.file) as again:
        assert last in again.ask("everything").json["rows"]


def test_windows_and_actions_that_can_be_undone_are_bounded(shapes_review: Review, tmp_path: Path) -> None:
    session = Session(shapes_review, File(tmp_path / "decisions.json"))
    for number in range(1_005):
        session._actions[str(number)] = session._actions.get(str(number), [])
    session.decide("new", session.version, [1], [Ruling.KEEP], [0])

    assert "new" in session._actions
    assert "0" not in session._actions
