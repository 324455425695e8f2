"""From a picture file to its pixels: what a file is by its content, its colours and its rows, for uploads and for data sets."""

from .rgb import as_seen
from .uploads import ALLOWED, LIMITS, SUPPORTED, UploadError, missing, read_upload

__all__ = ["ALLOWED", "LIMITS", "SUPPORTED", "UploadError", "as_seen", "missing", "read_upload"]
