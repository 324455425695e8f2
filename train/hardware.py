"""What a run is trained on, and in which precision."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import torch

NEXT = ", then "


def described() -> str:
    """The processor or accelerator of this machine, in words."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor() or platform.machine()
    return f"{name}, {torch.get_num_threads()} thread" + ("s" if torch.get_num_threads() > 1 else "")


def precision() -> str:
    """What to compute in on this machine: "bf16" on a GPU that has circuits for it, else "no", which is float32. Older GPUs, such as a T4,
    take bf16 too, but emulate it, more slowly than float32. float16 is never chosen: it would need the losses to be scaled, and the
    recipes have several optimisers and penalties on gradients."""
    return "bf16" if torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False) else "no"


def through(*folders: Path | None) -> str:
    """What a run was trained on from its beginning to this machine, each kind once.

    Args:
        folders: of the run, and of the checkpoint that it starts from; the first that has a run.json tells what came before.
    """
    files = (folder / "run.json" for folder in folders if folder)
    before = next((json.loads(path.read_text(encoding="utf-8")).get("hardware", "") for path in files if path.is_file()), "")
    return NEXT.join(dict.fromkeys([*filter(None, before.split(NEXT)), described()]))
