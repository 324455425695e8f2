"""Downloads the checkpoints on the Hub that `checkpoints/hub.toml` lists.

An entry of this file pins a checkpoint to a commit and to the SHA-256 of its weights; `python -m train push` writes it. The app downloads
these checkpoints, and nothing else, once, when it starts: a visitor cannot make the server download anything. The files stay in the Hub
client's cache; with HF_HUB_OFFLINE=1 (as `app.py` sets it) only the cache is used.

    [[checkpoint]]
    name = "dcgan-stickers"
    repo = "someone/dcgan-stickers"
    revision = "0123456789abcdef0123456789abcdef01234567"
    sha256 = "..."
"""

from __future__ import annotations

import hashlib
import re
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import (
    HfHubHTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from .folder import PARTS
from .models.base import WEIGHTS

LISTING = "hub.toml"
ALLOWED = [part.name for part in PARTS if part.page]
TRIES = 4  # attempts to download if the connection is cut; the client resumes the download
FIELDS = {
    "name": r"[A-Za-z0-9][\w.-]{0,95}",
    "repo": r"[\w.-]{1,96}/[\w.-]{1,96}",
    "revision": r"[0-9a-f]{40}",
    "sha256": r"[0-9a-f]{64}",
}


class HubError(ValueError):
    """Raised for a checkpoint that cannot be downloaded from the Hub; the message says which, why, and what to do."""


@dataclass(frozen=True)
class Entry:
    """A checkpoint on the Hub, pinned."""

    name: str
    repo: str
    revision: str
    sha256: str


def read_listing(path: Path) -> tuple[list[Entry], dict[str, str]]:
    """The entries of a hub.toml, and for each invalid entry, by its name (or "hub.toml"), the reason; both empty without the file."""
    if not path.is_file():
        return [], {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("checkpoint", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return [], {LISTING: f"{LISTING} is not TOML ({error})"}
    entries: dict[str, Entry] = {}
    reasons = {}
    for number, values in enumerate(tables if isinstance(tables, list) else [tables]):
        values = values if isinstance(values, dict) else {}
        label = str(values.get("name", f"{LISTING}, entry {number + 1}"))[:100]
        invalid = [field for field, pattern in FIELDS.items() if not re.fullmatch(pattern, str(values.get(field, "")))]
        if invalid:
            reasons[label] = f"{label}: {invalid[0]} is {values.get(invalid[0])!r} in {LISTING}, which is not a valid {invalid[0]}"
        elif label in entries:
            reasons[label] = f"{label}: two entries in {LISTING} have this name"
        else:
            entries[label] = Entry(**{field: values[field] for field in FIELDS})
    return [entry for name, entry in entries.items() if name not in reasons], reasons


def write_entry(path: Path, entry: Entry) -> None:
    """Add an entry to a hub.toml; it replaces an entry of the same name.

    Raises:
        HubError: if the file has an invalid entry, which would be lost.
    """
    entries_before, reasons = read_listing(path)
    if reasons:
        raise HubError(f"{next(iter(reasons.values()))}; fix the file first")
    entries = [other for other in entries_before if other.name != entry.name] + [entry]
    blocks = [
        "[[checkpoint]]\n" + "".join(f'{field} = "{getattr(each, field)}"\n' for field in FIELDS)
        for each in sorted(entries, key=lambda e: e.name)
    ]
    path.write_text(
        "# Written by `python -m train push`. The app downloads these checkpoints when it starts online.\n\n" + "\n".join(blocks),
        encoding="utf-8",
    )


def fetch(entry: Entry, cache: Path | None = None, pause: float = 1.0, endpoint: str | None = None) -> Path:
    """Download an entry's files (with a progress bar) unless they are in the cache, check the weights, and return the folder.

    Args:
        cache: the folder of the cache, by default the Hub client's own.
        endpoint: the Hub's address, by default the client's own (HF_ENDPOINT).
        pause: seconds before the second attempt, if the connection was cut; twice as long before each further attempt.

    Raises:
        HubError: if the repository does not exist or may not be read, if the connection fails, or if the weights have another SHA-256 than
            the entry.
    """
    location = f"{entry.name}: {entry.repo} on the Hub"
    for attempt in range(TRIES):
        try:
            folder = Path(
                snapshot_download(entry.repo, revision=entry.revision, allow_patterns=ALLOWED, cache_dir=cache, endpoint=endpoint)
            )
            break
        except Exception as error:  # the package that the connection errors come from depends on the version of the client
            reason = _reason(error, entry)
            if reason is None and attempt < TRIES - 1:
                time.sleep(pause * 2**attempt)
                continue
            raise HubError(f"{location} {reason or f'could not be downloaded: the connection was cut ({type(error).__name__})'}") from None
    weights = folder / WEIGHTS
    if not weights.is_file():
        raise HubError(f"{location} has no {WEIGHTS}; pickled weights are not loaded")
    if (digest := hashlib.sha256(weights.read_bytes()).hexdigest()) != entry.sha256:
        raise HubError(f"{location}: {WEIGHTS} has the SHA-256 {digest[:12]}..., {LISTING} says {entry.sha256[:12]}...; it is not loaded")
    return folder


def _reason(error: Exception, entry: Entry) -> str | None:
    """The end of the message for an error of the client; None if another attempt may help."""
    cause = error.__cause__ if isinstance(error, LocalEntryNotFoundError) and error.__cause__ is not None else error
    if isinstance(cause, RevisionNotFoundError):
        return f"has no revision {entry.revision}"
    if isinstance(cause, RepositoryNotFoundError):  # or its subclass for gated repositories
        return f"does not exist, or may not be read without a token ({cause.response.status_code})"
    if isinstance(cause, HfHubHTTPError) and cause.response is not None:
        status = cause.response.status_code
        return f"answers too many requests ({status}); try again later" if status == 429 else f"answers {status}; try again later"
    if isinstance(cause, (LocalEntryNotFoundError, OfflineModeIsEnabled)):
        return "was not downloaded yet, and the app is offline: start it once online, with HF_HUB_OFFLINE=0"
    if isinstance(error, LocalEntryNotFoundError):  # the client raises it after several attempts
        return f"could not be reached ({type(cause).__name__})"
    return None
