"""The hardware and the precision of a training run."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import torch

NEXT = ", then "


def described() -> str:
    """The name of this machine's GPU, or else of its CPU with the number of threads."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor() or platform.machine()
    return f"{name}, {torch.get_num_threads()} thread" + ("s" if torch.get_num_threads() > 1 else "")


def precision() -> str:
    """The precision for training on this machine: "bf16" on a GPU that supports it in hardware, otherwise "no", which is float32. Older
    GPUs, such as a T4, emulate bf16, which is slower than float32. float16 is not used, because it would need loss scaling, and the recipes
    have several optimisers."""
    return "bf16" if torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False) else "no"


def through(*folders: Path | None) -> str:
    """The names of all hardware on which a run was trained, this machine's last; each once.

    Args:
        folders: of the run, and of the checkpoint for its warm start. The first run.json that exists has the earlier hardware.
    """
    files = (folder / "run.json" for folder in folders if folder)
    before = next((json.loads(path.read_text(encoding="utf-8")).get("hardware", "") for path in files if path.is_file()), "")
    return NEXT.join(dict.fromkeys([*filter(None, before.split(NEXT)), described()]))
