"""Models that are downloaded from a hub, here on the loopback, and found in its cache afterwards."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest

REVISION = "0123456789abcdef0123456789abcdef01234567"

pytestmark = pytest.mark.skipif(find_spec("huggingface_hub") is None, reason="pip install 'labelaudit[transformers]'")

PROGRAM = """
import sys
from labelaudit.errors import ModelError
from labelaudit.observations.extractors.hub import folder_of
try:
    folder = folder_of(sys.argv[1], ["config.json"], ["model*.safetensors*", "pytorch_model*.bin*"], "transformers")
    print(*sorted(path.name for path in folder.iterdir()))
except ModelError as error:
    print(error)
"""


class Hub(ThreadingHTTPServer):
    """Serves repositories; keeps what was asked of it, and with which user agent."""

    def __init__(self, repositories: dict[str, dict[str, bytes]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.repositories, self.asked, self.agents = repositories, [], set[str]()


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        self.server.asked.append(self.path)
        self.server.agents.add(self.headers.get("User-Agent", ""))
        for name, files in self.server.repositories.items():
            if self.path.startswith(f"/api/models/{name}/revision/"):
                listed = [{"rfilename": file} for file in files]
                return self._send(200, json.dumps({"id": name, "sha": REVISION, "siblings": listed}).encode())
            if self.path.startswith(f"/api/models/{name}/tree/"):
                tree = [
                    {"type": "file", "path": file, "size": len(content), "oid": str(number)}
                    for number, (file, content) in enumerate(files.items())
                ]
                return self._send(200, json.dumps(tree).encode())
            if self.path.startswith(f"/{name}/resolve/"):
                content = files[self.path.rpartition("/")[2]]
                return self._send(200, content, with_body=with_body)
        return self._send(404, b"{}", code="RepoNotFound")

    def _send(self, status: int, content: bytes, *, with_body: bool = True, code: str = "") -> None:
        self.send_response(status)
        headers = {"X-Repo-Commit": REVISION, "ETag": f'"{hash(content):x}"', "Content-Length": str(len(content))}
        for name, value in {**headers, **({"X-Error-Code": code} if code else {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    index = json.dumps({"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}).encode()
    config = {"config.json": b"{}", "README.md": b"words", "code.py": b"code"}
    server = Hub(
        {
            "own/safe": {**config, "model.safetensors": b"safe", "pytorch_model.bin": b"old"},
            "own/parts": {**config, "model.safetensors.index.json": index, "model-1.safetensors": b"1"},
            "own/old": {**config, "pytorch_model.bin": b"old"},
        }
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def fetched(name: str, home: Path, address: str) -> tuple[str, str]:
    """Return what a process prints on stdout and stderr."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    settings = {"HF_HOME": str(home), "HF_ENDPOINT": address}
    command = [sys.executable, "-c", PROGRAM, name]
    done = subprocess.run(command, env={**environment, **settings}, capture_output=True, text=True, timeout=120)
    return done.stdout.strip(), done.stderr


def test_a_model_is_downloaded_once_and_only_what_is_needed(hub: Hub, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{hub.server_address[1]}"
    first = fetched("own/safe", tmp_path, address)
    asked = len(hub.asked)
    again = fetched("own/safe", tmp_path, address)

    assert first == again == ("config.json model.safetensors", "")
    assert len(hub.asked) == asked
    assert not any("torch" in agent for agent in hub.agents)  # the versions of libraries are telemetry
    assert all(path.startswith(("/api/models/own/safe/", "/own/safe/resolve/")) for path in hub.asked)
    assert not [path for path in hub.asked if path.endswith((".bin", ".py", ".md"))]


def test_old_weights_are_taken_if_there_are_no_others(hub: Hub, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{hub.server_address[1]}"

    assert fetched("own/old", tmp_path, address) == ("config.json pytorch_model.bin", "")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("own/none", "hf download own/none --local-dir model"),
        ("own/parts", "has no config.json and model*.safetensors* or pytorch_model*.bin*"),
        ("own/safe@none", "own/safe (config.json, model*.safetensors*) is not in"),
    ],
)
def test_a_repository_that_cannot_be_used_is_named(name: str, said: str, hub: Hub, tmp_path: Path) -> None:
    if "@" in name:
        hub.repositories.clear()
    out, noise = fetched(name, tmp_path, f"http://127.0.0.1:{hub.server_address[1]}")

    assert said in out
    assert noise == ""
