"""Functions that all endpoints use, for uploaded and returned files, and for the details: a JSON object that reproduces the pictures."""

import time
from pathlib import Path
from typing import Any, TypedDict

from gradio.data_classes import FileData
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder, is_in_or_equal
from PIL import Image
from torch import Tensor

from explorer import images
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio


class File(TypedDict):
    """A file by its path on the server, as Gradio's clients upload and download files (`gradio_client.handle_file`)."""

    path: str
    meta: dict[str, str]


def details(studio: Studio, model: str, start_time: float, **entries: Any) -> dict[str, Any]:
    """The details that an endpoint returns beside its pictures; `start_time` is the request's `time.perf_counter`."""
    milliseconds = round((time.perf_counter() - start_time) * 1000, 1)
    return {"model": model, "revision": studio.catalogue.revision(model), **entries, "milliseconds": milliseconds}


def file(picture: Image.Image, name: str) -> File:
    """Store a picture as a PNG file that the caller can download."""
    path = save_bytes_to_cache(images.png(picture), name, get_upload_folder())
    return FileData(path=path, orig_name=name, mime_type="image/png").model_dump()


def files(pictures: Tensor, stem: str) -> list[File]:
    """Store pictures (count, channels, height, width) as PNG files, numbered from 0."""
    return [file(images.to_pil(image), f"{stem}-{i}.png") for i, image in enumerate(pictures)]


def upload(value: Any, field: str = "image") -> Image.Image:
    """Open an uploaded file as a picture. Any other path raises a FieldError, so that a caller cannot read the server's files."""
    path = value.get("path") if isinstance(value, dict) else None
    if not isinstance(path, str) or not is_in_or_equal(path, get_upload_folder()):
        raise FieldError(field, path or value, "an uploaded file")
    return images.read_upload(Path(path))


def noted(picture: Image.Image) -> dict[str, str]:
    """An entry for the details if the uploaded file is truncated: {"missing": a sentence}; {} if it is complete."""
    return {"missing": sentence} if (sentence := images.missing(picture)) else {}
