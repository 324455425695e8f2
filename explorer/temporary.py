"""The folder in which Gradio keeps uploads and the files of components, which Gradio finds by the variable GRADIO_TEMP_DIR.

Every process has a folder of its own. Gradio names a file by its content and deletes its files when it ends, so that of two apps with one
folder the first to end would delete files of the other.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from .surroundings import refuse

NAME = "GRADIO_TEMP_DIR"


def settle() -> None:
    """Make the folder of this process, to be deleted when it ends, and name it in GRADIO_TEMP_DIR. It lies in the folder that
    GRADIO_TEMP_DIR named before, or else in `gradio` in the system's folder for temporary files, or there itself if that cannot be written,
    for example because it belongs to another user.

    Ends the process with one sentence (exit code 2) if none of them can be written.
    """
    prefix = f"gradio-{os.getpid()}-"
    named = os.environ.get(NAME)
    if named and Path(named).name.startswith(prefix):
        return
    system = _system()
    for base in [Path(named)] if named else [system / "gradio", system] if system else [Path("/tmp")]:
        try:
            base.mkdir(parents=True, exist_ok=True)
            folder = tempfile.mkdtemp(prefix=prefix, dir=base.absolute())
        except OSError as error:
            problem = f"{base} ({error.strerror})"
            continue
        os.environ[NAME] = folder
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        if not system:
            tempfile.tempdir = folder  # for what others write while it is sent or computed
        return
    refuse(f"The page cannot keep its files in {problem}. Name a folder that can be written in the variable {NAME}.")


def _system() -> Path | None:
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:  # none of its candidates can be written
        return None
