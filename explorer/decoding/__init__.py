"""Decodes picture files, of uploads and data sets: detects the format from the content, checks the file, and converts it to sRGB."""

from .rgb import as_seen
from .uploads import ALLOWED, LIMITS, SUPPORTED, UploadError, missing, read_upload

__all__ = ["ALLOWED", "LIMITS", "SUPPORTED", "UploadError", "as_seen", "missing", "read_upload"]
