"""Finds a Chromium for the browser tests; run as a program, it fetches one where there is none and it may.

In this order: $CHROMIUM, one on PATH, Playwright's own download, and, for the program alone, apt. A browser counts when it can say
its version: a launcher without its package or without its libraries cannot.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
REQUIRED = os.environ.get("EXPLORER_REQUIRE_BROWSER") == "1"
MISSING = "no Chromium was found: install one (apt-get install chromium), or name its binary in the environment variable CHROMIUM"


def find_chromium() -> str | None:
    """The path of a Chromium that runs, or None."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else [*map(shutil.which, NAMES), _downloaded()]
    return next((path for path in candidates if path and _runs([path, "--version"], 60)), None)


def _downloaded() -> str | None:
    """Where Playwright puts its own download."""
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            return playwright.chromium.executable_path
    except Exception:  # Playwright is absent or its driver does not start: then there is no download of it either
        return None


def _runs(command: list[str], seconds: int) -> bool:
    """Whether a command ends well within some time; it is given no input, and its output goes nowhere."""
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install_chromium() -> str | None:
    """Fetch a Chromium by Playwright, else by apt as root or by a sudo that asks no password; its path, or None."""
    print("No Chromium here; asking Playwright for one", flush=True)
    root = _root()
    _runs([sys.executable, "-m", "playwright", "install", *(["--with-deps"] if root is not None else []), "chromium"], 600)
    found = find_chromium()
    if not found and shutil.which("apt-get") and root is not None:
        print("That gave none; asking apt", flush=True)
        _runs([*root, "apt-get", "update"], 300)
        _runs([*root, "apt-get", "install", "-y", "chromium"], 600)
        found = find_chromium()
    return found


def _root() -> list[str] | None:
    """What to put before a command that root must run: nothing for root, sudo where it asks nothing, None where neither is."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if shutil.which("sudo") and _runs(["sudo", "-n", "true"], 10) else None


if __name__ == "__main__":
    path = find_chromium() or install_chromium()
    print(f"Browser tests use {Path(path)}" if path else f"{MISSING}; the browser tests {'fail' if REQUIRED else 'are skipped'}")
    sys.exit(1 if REQUIRED and not path else 0)
