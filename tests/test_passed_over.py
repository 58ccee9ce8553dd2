"""Every command that reads a data set prints what was not read."""

from collections.abc import Callable

import pytest
from typer.testing import Result

from .conftest import Shapes

Run = Callable[..., Result]


@pytest.mark.parametrize("words", [("scan", "--exit-zero"), ("smooth",), ("bench", "--draws", "1", "--flip", "10%")])
def test_what_was_passed_over_is_said_beside_the_result(words: tuple[str, ...], run: Run, own_shapes: Shapes) -> None:
    (own_shapes.root / ".hidden").mkdir()
    (own_shapes.root / ".hidden" / "1.png").write_bytes(b"")
    (own_shapes.root / "notes.txt").write_text("x")
    done = run(*words, own_shapes.root, "--quality", "fast") if words[0] != "smooth" else run(*words, own_shapes.root)

    assert done.exit_code == 0, done.stderr
    assert "passed over: 1 file in .hidden/ (hidden, the name begins with a dot)\n" in done.stderr
    assert "passed over: 1 other file: notes.txt\n" in done.stderr
    assert "passed over" not in done.stdout
    assert "passed over" not in run(*words, own_shapes.root, "--quiet").stderr
