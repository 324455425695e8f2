"""What a run was trained on."""

from __future__ import annotations

import platform
from pathlib import Path

import torch


def described() -> str:
    """The processor or accelerator of this machine, in words."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor() or platform.machine()
    return f"{name}, {torch.get_num_threads()} thread" + ("s" if torch.get_num_threads() > 1 else "")
