"""Which engine trains here: what two trainings must have in common to end with the same bits."""

import functools
import platform
from importlib.metadata import version

import llvmlite.binding
import torch

from pnn_studio.domain.engine import Engine

# raised with every change by which the same plan ends with other numbers
_COMPILED = 1


@functools.cache
def compiled_engine() -> Engine:
    """Return the compiled engine, on this processor."""
    features = llvmlite.binding.get_host_cpu_features()
    there = " ".join(sorted(name for name, has in features.items() if has))
    name = f"{llvmlite.binding.get_host_cpu_name()} {platform.machine()}"
    return Engine(f"compiled {_COMPILED}", name, there, _versions("numba", "llvmlite"))


@functools.cache
def torch_engine(device: torch.device) -> Engine:
    """Return the engine in torch, on a device."""
    if device.type == "cuda":
        return Engine("torch", torch.cuda.get_device_name(device), "", _versions())
    return Engine("torch", platform.machine(), torch.backends.cpu.get_cpu_capability(), _versions())


def _versions(*more: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, version(name)) for name in (*more, "numpy", "torch"))
