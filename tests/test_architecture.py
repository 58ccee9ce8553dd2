"""The structural rules, checked by reading the code."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import labelaudit

PACKAGE = Path(labelaudit.__file__).parent
GROUND = {
    "cache",
    "engine",
    "errors",
    "features",
    "findings",
    "git",
    "disk",
    "images",
    "inverted_lists",
    "kinds",
    "memory",
    "names",
    "records",
    "registry",
    "settings",
    "timing",
    "user_arrays",
}
STAGES = {
    "checks",
    "copies",
    "decisions",
    "difference",
    "fixes",
    "gate",
    "illustrations",
    "observations",
    "planting",
    "probabilities",
    "reports",
    "revisions",
    "sampling",
    "second_opinion",
    "softlabels",
    "sources",
    "summary",
}
JOINING = {"audit", "fixing", "reporting", "reviewing", "softening"}
ROOF = {"api", "cli", "plots", "result", "review", "__main__"}
HOMES_OF = {
    "cleanlab": {"second_opinion.py"},
    "distributed": {"engine"},
    "jinja2": {"reports"},
    "matplotlib": {"plots.py", "result.py"},  # the latter only for annotations
    "starlette": {"review"},
    "uvicorn": {"review"},
    "openvino": {"observations"},
    "pyarrow": {"softlabels", "sources"},
    "PIL": {"images", "cli/demo.py"},  # the demo draws its own data set
    "scipy": {"probabilities"},
    "sklearn": {"cli/demo.py"},
}

FILES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            inside = node.module == "labelaudit"
            found += [f"labelaudit.{alias.name}" for alias in node.names] if inside else [str(node.module)]
    return found


def rooms_imported(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("labelaudit.") and name.count(".") >= 1}


def test_every_room_has_a_floor() -> None:
    assert {room(path) for path in FILES} <= GROUND | STAGES | ROOF | JOINING | {"__init__"}


def test_the_ground_floor_imports_only_itself() -> None:
    for path in FILES:
        if room(path) in GROUND:
            assert rooms_imported(path) <= GROUND, path


def test_a_stage_imports_the_ground_floor_and_itself() -> None:
    for path in FILES:
        if room(path) in STAGES:
            assert rooms_imported(path) <= GROUND | {room(path)}, path


def test_the_pipeline_never_looks_up_to_the_roof() -> None:
    for name in JOINING:
        assert not rooms_imported(PACKAGE / f"{name}.py") & ROOF


def test_only_the_roof_prints_and_exits() -> None:
    for path in FILES:
        if room(path) in ROOF:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in {"print", "exit", "sys.exit", "input", "breakpoint"}, path
            assert not isinstance(node, ast.Assert), f"{path}: input is checked with errors of ours"


def test_heavy_libraries_have_their_rooms() -> None:
    homes: dict[str, set[str]] = {library: set() for library in HOMES_OF}
    for path in FILES:
        place = path.relative_to(PACKAGE)
        for library in {name.split(".")[0] for name in imports(path)} & HOMES_OF.keys():
            homes[library].add(place.as_posix() if place.as_posix() in HOMES_OF[library] else place.parts[0])

    assert homes == HOMES_OF


def test_openvino_is_imported_in_one_place_without_its_telemetry() -> None:
    """Elsewhere only for annotations, which nothing runs."""
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for node in [*tree.body, *(each for function in inside for each in ast.walk(function))]:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            found = [name for name in names if name.split(".")[0] == "openvino"]
            assert not found or path.name == "openvino_import.py", path


def test_libraries_of_models_are_imported_by_silence_only() -> None:
    """A statement would let them print, and reach for the network."""
    loud = {"huggingface_hub", "open_clip", "safetensors", "timm", "torch", "torchvision", "transformers"}
    for path in FILES:
        assert not {name.split(".")[0] for name in imports(path)} & loud, path


def test_files_fit_in_the_head() -> None:
    for path in FILES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path


def test_help_loads_nothing_that_it_does_not_need() -> None:
    """The help is to answer in .15 s: besides Typer, a command imports what it needs when it runs."""
    heavy = {"numpy", "PIL", "scipy", "sklearn", "openvino", "cleanlab", "pandas", "jinja2", "rich"}
    late = {"hashlib", "importlib.resources", "json", "random", "tempfile", "tomllib"}
    code = (
        "import sys\nimport typer\nbefore = set(sys.modules)\nfrom labelaudit.cli import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    print('after:', *set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rpartition("after:")[2].split())

    assert "labelaudit.cli.scan" in loaded
    assert not loaded & (heavy | late)


def test_public_names_are_all_there() -> None:
    assert list(labelaudit.__all__) == sorted(labelaudit.__all__)
    for name in labelaudit.__all__:
        thing = getattr(labelaudit, name)
        assert thing.__doc__ and callable(thing), name
        assert thing.__name__ == name


@pytest.mark.parametrize(
    "before",
    [
        "import labelaudit.audit",
        "from labelaudit.audit import bench",
        "from labelaudit import judge, soften",
        "import os",
    ],
)
def test_audit_is_the_function_whatever_was_imported_before(before: str) -> None:
    """A module of that name is there, too, and an import of it binds it to the package."""
    code = f"{before}\nfrom labelaudit import audit\nimport labelaudit.audit\nprint(audit is labelaudit.audit, audit)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("True <function audit ")


def test_cleanlab_is_used_under_a_permissive_licence() -> None:
    """Before 2.8 cleanlab was under the AGPL."""
    from importlib.metadata import version

    assert tuple(map(int, version("cleanlab").split(".")[:2])) >= (2, 8)
