"""Checkpoints that lie on the Hub: which ones, and the folders that they are downloaded to.

`checkpoints/hub.toml` names them, each pinned to a commit and to the SHA-256 of its weights; `python -m train push` writes an entry. Only
what stands there is ever asked for, once, when the app starts: a visitor cannot make the server download anything. The files are kept in
the Hub client's cache; with HF_HUB_OFFLINE=1 (as `app.py` sets it) only what is in the cache is used.

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
WANTED = [part.name for part in PARTS if part.page]
TRIES = 4  # of a download whose connection is cut; the client goes on where it was
FIELDS = {
    "name": r"[A-Za-z0-9][\w.-]{0,95}",
    "repo": r"[\w.-]{1,96}/[\w.-]{1,96}",
    "revision": r"[0-9a-f]{40}",
    "sha256": r"[0-9a-f]{64}",
}


class HubError(ValueError):
    """A checkpoint that cannot be had from the Hub; the message says which, why, and what to do."""


@dataclass(frozen=True)
class Entry:
    """A checkpoint on the Hub, pinned."""

    name: str
    repo: str
    revision: str
    sha256: str


def read_listing(path: Path) -> tuple[list[Entry], dict[str, str]]:
    """The entries of a hub.toml, and the reason for each one that is no entry by its name (or by "hub.toml"); nothing without the file."""
    if not path.is_file():
        return [], {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")).get("checkpoint", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return [], {LISTING: f"{LISTING} is not TOML ({error})"}
    entries: dict[str, Entry] = {}
    refused = {}
    for number, values in enumerate(found if isinstance(found, list) else [found]):
        values = values if isinstance(values, dict) else {}
        label = str(values.get("name", f"{LISTING}, entry {number + 1}"))[:100]
        wrong = [field for field, pattern in FIELDS.items() if not re.fullmatch(pattern, str(values.get(field, "")))]
        if wrong:
            refused[label] = f"{label}: {wrong[0]} is {values.get(wrong[0])!r} in {LISTING}, which is none"
        elif label in entries:
            refused[label] = f"{label}: stands twice in {LISTING}"
        else:
            entries[label] = Entry(**{field: values[field] for field in FIELDS})
    return [entry for name, entry in entries.items() if name not in refused], refused


def write_entry(path: Path, entry: Entry) -> None:
    """Put an entry into a hub.toml, in the place of one of the same name.

    Raises:
        HubError: if the file holds something that is no entry, which would be lost.
    """
    before, refused = read_listing(path)
    if refused:
        raise HubError(f"{next(iter(refused.values()))}; mend the file first")
    entries = [other for other in before if other.name != entry.name] + [entry]
    blocks = [
        "[[checkpoint]]\n" + "".join(f'{field} = "{getattr(each, field)}"\n' for field in FIELDS)
        for each in sorted(entries, key=lambda e: e.name)
    ]
    path.write_text(
        "# Written by `python -m train push`. What stands here is downloaded when the app starts online.\n\n" + "\n".join(blocks),
        encoding="utf-8",
    )


def fetch(entry: Entry, cache: Path | None = None, pause: float = 1.0, endpoint: str | None = None) -> Path:
    """The folder of an entry's files, downloaded (with a progress bar) unless they are in the cache; its weights are checked.

    Args:
        cache: the Hub client's, by default its own.
        endpoint: the Hub's address, by default the client's own (HF_ENDPOINT).
        pause: seconds before the second try after a cut connection; twice as long before each further one.

    Raises:
        HubError: if it is not there or may not be read, if the connection fails, or if the weights are not those of the entry.
    """
    where = f"{entry.name}: {entry.repo} on the Hub"
    for attempt in range(TRIES):
        try:
            folder = Path(snapshot_download(entry.repo, revision=entry.revision, allow_patterns=WANTED, cache_dir=cache, endpoint=endpoint))
            break
        except Exception as error:  # the client's transport errors come from another package in each of its generations
            reason = _reason(error, entry)
            if reason is None and attempt < TRIES - 1:
                time.sleep(pause * 2**attempt)
                continue
            raise HubError(f"{where} {reason or f'could not be downloaded: the connection was cut ({type(error).__name__})'}") from None
    weights = folder / WEIGHTS
    if not weights.is_file():
        raise HubError(f"{where} has no {WEIGHTS}; pickled weights are not loaded")
    if (digest := hashlib.sha256(weights.read_bytes()).hexdigest()) != entry.sha256:
        raise HubError(f"{where}: {WEIGHTS} has the SHA-256 {digest[:12]}..., {LISTING} says {entry.sha256[:12]}...; it is not loaded")
    return folder


def _reason(error: Exception, entry: Entry) -> str | None:
    """What the client's error means, in words; None if another try may help."""
    cause = error.__cause__ if isinstance(error, LocalEntryNotFoundError) and error.__cause__ is not None else error
    if isinstance(cause, RevisionNotFoundError):
        return f"has no revision {entry.revision}"
    if isinstance(cause, RepositoryNotFoundError):  # and its kin, a gated one
        return f"is not there, or may not be read without a token ({cause.response.status_code})"
    if isinstance(cause, HfHubHTTPError) and cause.response is not None:
        status = cause.response.status_code
        return f"answers too many requests ({status}); try again later" if status == 429 else f"answers {status}; try again later"
    if isinstance(cause, (LocalEntryNotFoundError, OfflineModeIsEnabled)):
        return "was not downloaded yet, and cannot be: start once online, with HF_HUB_OFFLINE=0"
    if isinstance(error, LocalEntryNotFoundError):  # the client has tried for a while before it says so
        return f"could not be reached ({type(cause).__name__})"
    return None
