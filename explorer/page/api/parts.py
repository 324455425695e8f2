"""What the endpoints share: files in and out, and the JSON of details that holds what is needed to make a picture again."""

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
    """A file by its place on the server, as Gradio's clients upload and download them (`gradio_client.handle_file`)."""

    path: str
    meta: dict[str, str]


def details(studio: Studio, model: str, since: float, **more: Any) -> dict[str, Any]:
    """What an endpoint tells beside its pictures; `since` is the `time.perf_counter` of the request."""
    spent = round((time.perf_counter() - since) * 1000, 1)
    return {"model": model, "revision": studio.catalogue.revision(model), **more, "milliseconds": spent}


def file(picture: Image.Image, name: str) -> File:
    """A picture as a PNG that the caller can fetch."""
    path = save_bytes_to_cache(images.png(picture), name, get_upload_folder())
    return FileData(path=path, orig_name=name, mime_type="image/png").model_dump()


def files(pictures: Tensor, stem: str) -> list[File]:
    """Pictures (count, channels, height, width) as PNG files, numbered from 0."""
    return [file(images.to_pil(image), f"{stem}-{i}.png") for i, image in enumerate(pictures)]


def upload(value: Any, field: str = "image") -> Image.Image:
    """The picture of a file that was uploaded before; any other path is none of the caller's business."""
    path = value.get("path") if isinstance(value, dict) else None
    if not isinstance(path, str) or not is_in_or_equal(path, get_upload_folder()):
        raise FieldError(field, path or value, "an uploaded file")
    return images.read_upload(Path(path))


def noted(picture: Image.Image) -> dict[str, str]:
    """What the details say of an uploaded file that is not whole: {"missing": a sentence}, or nothing."""
    return {"missing": sentence} if (sentence := images.missing(picture)) else {}
