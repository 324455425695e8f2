"""The saved states of a run. state-STEP/ has everything that is needed to resume the run.

A state is written to a temporary folder, synchronised to the disk and renamed, and the previous state is kept. So if the process is killed
while saving, or if the newest state is damaged, the run resumes from the previous state. files.json is written last, and has the size and
the SHA-256 of every other file.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from accelerate import Accelerator

from .schedule import InterruptedRunError
from .state import Progress

PROGRESS, FILES = "progress.json", "files.json"
KEPT = 2  # saved states per run
FULL = (errno.ENOSPC, errno.EDQUOT)
LEAST = 2**16  # a disk with fewer free bytes counts as full
Sums = dict[str, list[Any]]


class FullDiskError(InterruptedRunError):
    """The run stopped because the disk is full. Earlier saved states are intact."""


def states(run: Path) -> list[Path]:
    """The folders of a run's complete states, the oldest first."""
    return sorted(path for path in run.glob("state-*") if path.is_dir() and path.suffix == "")


def resume(accelerator: Accelerator, run: Path) -> Progress:
    """Load the newest intact state of a run into the objects that the accelerator prepared. Damaged states are reported on stderr. Returns
    the progress at this state; if there is no state, a new `Progress`.

    Raises:
        ValueError: if there are states, but none can be read.
    """
    if not (folders := states(run)):
        return Progress()
    reasons = []
    for state in reversed(folders):
        try:
            check(state)
            progress = Progress(**json.loads((state / PROGRESS).read_text(encoding="utf-8")))
            accelerator.load_state(str(state))
        except Exception as error:  # torch, pickle and safetensors raise many types of errors for a damaged file
            lines = (str(error) or type(error).__name__).splitlines()
            reasons.append(f"{state.name} is damaged ({lines[0][:200]})")
            continue
        for reason in reasons if accelerator.is_main_process else ():
            print(f"{reason}; the run goes on from {state.name}", file=sys.stderr)
        return progress
    raise ValueError(f"{'; '.join(reasons)}: no saved state of {run} can be read. Delete the folder to start from the beginning")


def check(state: Path) -> None:
    """Compare the files of a state with files.json. States without a files.json are not checked.

    Raises:
        ValueError: if a file is missing or has changed.
    """
    if not (state / FILES).exists():
        return
    for name, (size, digest) in json.loads((state / FILES).read_text(encoding="utf-8")).items():
        path = state / name
        if not path.is_file():
            raise ValueError(f"{name} is missing")
        if path.stat().st_size != size or _digest(path) != digest:
            raise ValueError(f"{name} has changed since it was saved")


def save(accelerator: Accelerator, run: Path, progress: Progress) -> None:
    """Save the state of this step, and delete all older states except the previous one.

    Raises:
        FullDiskError: if the disk is full. Earlier states are then unchanged.
    """
    target = run / f"state-{progress.step:09d}"
    aside = target.with_suffix(".saving")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        accelerator.save_state(str(aside))
        if accelerator.is_main_process:
            (aside / PROGRESS).write_text(json.dumps(progress.__dict__), encoding="utf-8")
            _seal(aside)
    except Exception as error:  # torch and safetensors raise different errors if the disk is full
        if not disk_is_full(error, run):
            raise
        shutil.rmtree(aside, ignore_errors=True)
        raise FullDiskError(_full(run, progress.step)) from None
    if accelerator.is_main_process:
        shutil.rmtree(target, ignore_errors=True)
        os.replace(aside, target)
        _force(run)
        older = [state for state in states(run) if state < target]
        damaged = [state for state in states(run) if state > target]  # the run resumed from an older state, so these could not be read
        for state in (*older[: 1 - KEPT], *damaged):
            shutil.rmtree(state)
    accelerator.wait_for_everyone()


def disk_is_full(error: BaseException, folder: Path) -> bool:
    """Whether an error was raised because the disk of this folder is full."""
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    return "No space left" in str(error) or shutil.disk_usage(folder).free < LEAST


def _full(run: Path, step: int) -> str:
    kept = f"; {states(run)[-1].name} is whole" if states(run) else ""
    return f"the disk is full: step {step} could not be saved{kept}. Make room, then run the same command again to resume"


def stopped_by_a_full_disk(run: Path, step: int) -> FullDiskError:
    """The error to raise if there is no room for a picture or a row of the history."""
    return FullDiskError(_full(run, step))


def _seal(folder: Path) -> None:
    """Write files.json, and synchronise all files of a folder to the disk."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    sums: Sums = {path.relative_to(folder).as_posix(): [path.stat().st_size, _digest(path)] for path in paths}
    (folder / FILES).write_text(json.dumps(sums), encoding="utf-8")
    for path in (*paths, folder / FILES, *(path for path in folder.rglob("*") if path.is_dir()), folder):
        _force(path)


def _force(path: Path) -> None:
    """Synchronise a file or a folder to the disk."""
    with suppress(PermissionError):  # on Windows, folders cannot be opened
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
