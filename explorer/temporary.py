"""The folder in which Gradio keeps uploads and the files of components: `gradio` in the system's folder for temporary files, or what
GRADIO_TEMP_DIR names. Gradio reads the variable when it is imported."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

NAME = "GRADIO_TEMP_DIR"


def settle() -> None:
    """Let Gradio use a new folder of this process if its default one cannot be written, for example because it belongs to another user.

    Raises:
        SystemExit: if GRADIO_TEMP_DIR names a folder that cannot be written, or no folder can be made; with one sentence that says what to
            do.
    """
    folder = Path(os.environ.get(NAME) or Path(tempfile.gettempdir()) / "gradio")
    try:
        _write(folder)
    except OSError as error:
        if os.environ.get(NAME):
            raise SystemExit(_advice(folder, error)) from None
        try:
            os.environ[NAME] = tempfile.mkdtemp(prefix="gradio-")
        except OSError as second:
            raise SystemExit(_advice(Path(tempfile.gettempdir()), second)) from None


def _write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _advice(folder: Path, error: OSError) -> str:
    return f"The page cannot keep its files in {folder} ({error.strerror}). Name a folder that can be written in the variable {NAME}."
