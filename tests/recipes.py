"""Helpers for tests of recipes: the schemas of CI services, and running steps as CI does."""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).parent.parent

needs_bash = pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="there is no bash")


def check_schema(name: str, document: Any) -> None:
    """Validate a document with the schema of a service, which is part of the package check-jsonschema."""
    place = distribution("check-jsonschema").locate_file(f"check_jsonschema/builtin_schemas/vendor/{name}.json")
    schema = json.loads(Path(str(place)).read_text(encoding="utf-8"))
    jsonschema.validators.validator_for(schema)(schema).validate(document)


def bash(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does, with ``labelaudit`` on the path."""
    programs = folder.parent / "programs"
    programs.mkdir(exist_ok=True)
    program = programs / "labelaudit"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m labelaudit "$@"\n')
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", **variables}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
        cwd=folder, env=environment, capture_output=True, text=True,
    )  # fmt: skip
