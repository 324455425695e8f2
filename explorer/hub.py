"""Checkpoints that lie on the Hub: which ones, and the folders that they are downloaded to.

`checkpoints/hub.toml` names them, each pinned to a commit and to the SHA-256 of its weights; `python -m train push` writes an entry. The
app downloads these checkpoints, and nothing else, once, when it starts: a visitor cannot make the server download anything. The files stay
in the Hub client's cache; with HF_HUB_OFFLINE=1 (as `app.py` sets it) only the cache is used.

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
TRIES = 4  # of a download whose connection is cut; the client resumes it
FIELDS = {
    "name": r"[A-Za-z0-9][\w.-]{0,95}",
    "repo": r"[\w.-]{1,96}/[\w.-]{1,96}",
    "revision": r"[0-9a-f]{40}",
    "sha256": r"[0-9a-f]{64}",
}


class HubError(ValueError):
    """A checkpoint that cannot be downloaded from the Hub; the message says which, why, and what to do."""


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
            reasons[label] = f"{label}: {invalid[0]} is {values.get(invalid[0])!r} in {LISTING}, which is no valid {invalid[0]}"
        elif label in entries:
            reasons[label] = f"{label}: stands twice in {LISTING}"
        else:
            entries[label] = Entry(**{field: values[field] for field in FIELDS})
    return [entry for name, entry in entries.items() if name not in reasons], reasons


def write_entry(path: Path, entry: Entry) -> None:
    """Put an entry into a hub.toml, in the place of one of the same name.

    Raises:
        HubError: if the file holds an invalid entry, which would be lost.
    """
    entries_before, reasons = read_listing(path)
    if reasons:
        raise HubError(f"{next(iter(reasons.values()))}; mend the file first")
    entries = [other for other in entries_before if other.name != entry.name] + [entry]
    blocks = [
        "[[checkpoint]]\n" + "".join(f'{field} = "{getattr(each, field)}"\n' for field in FIELDS)
        for each in sorted(entries, key=lambda e: e.name)
    ]
    path.write_text(
        "# Written by `python -m train push`. What stands here is downloaded when the app starts online.\n\n" + "\n".join(blocks),
        encoding="utf-8",
    )


def fetch(entry: Entry, cache: Path | None = None, pause: float = 1.0, endpoint: str | None = None) -> Path:
    """Download an entry's files (with a progress bar) unless they are in the cache, check the weights, and return the folder.

    Args:
        cache: the folder of the cache, by default the Hub client's own.
        endpoint: the Hub's address, by default the client's own (HF_ENDPOINT).
        pause: seconds before the second try after a cut connection; twice as long before each further one.

    Raises:
        HubError: if the repository does not exist or may not be read, if the connection fails, or if the weights have another SHA-256.
    """
    location = f"{entry.name}: {entry.repo} on the Hub"
    for attempt in range(TRIES):
        try:
            folder = Path(
                snapshot_download(entry.repo, revision=entry.revision, allow_patterns=ALLOWED, cache_dir=cache, endpoint=endpoint)
            )
            break
        except Exception as error:  # the client's transport errors come from another package in each of its generations
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
    """What the client's error means, in words; None if another try may help."""
    cause = error.__cause__ if isinstance(error, LocalEntryNotFoundError) and error.__cause__ is not None else error
    if isinstance(cause, RevisionNotFoundError):
        return f"has no revision {entry.revision}"
    if isinstance(cause, RepositoryNotFoundError):  # or its subclass for gated repositories
        return f"is not there, or may not be read without a token ({cause.response.status_code})"
    if isinstance(cause, HfHubHTTPError) and cause.response is not None:
        status = cause.response.status_code
        return f"answers too many requests ({status}); try again later" if status == 429 else f"answers {status}; try again later"
    if isinstance(cause, (LocalEntryNotFoundError, OfflineModeIsEnabled)):
        return "was not downloaded yet, and cannot be: start once online, with HF_HUB_OFFLINE=0"
    if isinstance(error, LocalEntryNotFoundError):  # the client has tried for a while before it says so
        return f"could not be reached ({type(cause).__name__})"
    return None
