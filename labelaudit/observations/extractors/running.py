"""Networks in OpenVINO: compiled once, cached between scans, and run by any number of threads."""

from __future__ import annotations

import io
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import NO_CACHE, Cache, digest_of, digest_of_code
from labelaudit.observations.extractors import Extract
from labelaudit.observations.extractors.devices import PROCESSOR, Device
from labelaudit.observations.extractors.openvino_import import import_openvino

if TYPE_CHECKING:
    import openvino

PRECISION: dict[str, object] = {"INFERENCE_PRECISION_HINT": "f32"}
"""The default of a graphics card is half precision."""

ANYWHERE: dict[str, object] = {"ENABLE_CPU_PINNING": False}
"""Threads are not tied to the first cores, for which the processes of a machine would compete while others are idle."""

_compiled: dict[tuple[str, int], openvino.CompiledModel] = {}
"""Our networks by what they depend on and the number of threads, so that a process compiles each only once."""

_kept_alive: dict[int, tuple[openvino.CompiledModel, deque[openvino.InferRequest]]] = {}
"""Networks with their idle requests, by the identity of the network, kept until the process ends: destroying one from
another thread can end the process."""

_compiling = threading.Lock()


@dataclass(frozen=True, eq=False, slots=True)
class Exported:
    """A compiled network as OpenVINO exports it, uint8; it contains its version and type of processor."""

    content: NDArray[np.uint8]


def compiled(
    build: Callable[[], openvino.Model], jobs: int, cache: Cache = NO_CACHE, *asked: object
) -> openvino.CompiledModel:
    """Return a network for *jobs* threads, compiled or from the cache: compiling takes as long as 200 images.

    Parameters
    ----------
    build
        Builds the graph.
    jobs
        Threads.
    cache
        Where compiled networks are stored.
    asked
        What the graph depends on, besides our code and the version of OpenVINO.
    """
    runtime = import_openvino()
    core, options = runtime.Core(), _options(jobs)
    machine = [core.get_property("CPU", name) for name in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")]
    key = digest_of(digest_of_code("observations", "cache"), runtime.__version__, *machine, *asked)
    with _compiling:
        made = [_compiled[key, jobs]] if (key, jobs) in _compiled else []

        def work() -> Exported:
            if not made:
                made.append(core.compile_model(build(), "CPU", options))
            exported = io.BytesIO()
            made[0].export_model(exported)
            return Exported(np.frombuffer(exported.getvalue(), np.uint8))

        exported = cache.recall(Exported, key, work)
        if not made:
            try:
                made.append(core.import_model(io.BytesIO(exported.content.tobytes()), "CPU", options))
            except RuntimeError:  # exported by another version, or for another processor
                made.append(core.compile_model(build(), "CPU", options))
        _compiled[key, jobs] = _kept(made[0])
        return made[0]


def compile_network(network: openvino.Model, jobs: int, device: Device = PROCESSOR) -> openvino.CompiledModel:
    """Return a network for *jobs* threads. It is not cached: a user's network may be larger than the cache."""
    options = _options(jobs) if device == PROCESSOR else PRECISION
    return _kept(import_openvino().Core().compile_model(network, device.name, options))


def _kept(network: openvino.CompiledModel) -> openvino.CompiledModel:
    _kept_alive.setdefault(id(network), (network, deque()))
    return network


def _options(jobs: int) -> dict[str, object]:
    return {**PRECISION, **ANYWHERE, "NUM_STREAMS": jobs, "INFERENCE_NUM_THREADS": jobs}


def runner(network: openvino.CompiledModel, shape: tuple[int, ...]) -> Extract:
    """Return a function that runs a network for images of *shape* in the calling thread.

    Requests are used again, by any thread, since each keeps the memory of all layers.
    """
    idle = _kept_alive[id(network)][1]

    def run(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        images = np.zeros(shape, np.uint8)
        images[: len(pictures)] = pictures
        try:
            request = idle.pop()
        except IndexError:
            request = network.create_infer_request()
        try:
            request.infer({0: images})
            result: NDArray[np.float32] = request.get_output_tensor().data[: len(pictures)].copy()
        finally:
            idle.append(request)
        return result

    # The first use initializes shared state of the bindings; two threads doing so at once would deadlock.
    run(np.zeros((1, *shape[1:]), np.uint8))
    return run
