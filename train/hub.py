"""Uploads a checkpoint to the Hub: `python -m train push NAME --namespace me`.

The folder is uploaded in one commit, to a model repository of the same name. `hub.toml` in the parent folder stores the commit and the
SHA-256 of the weights, so that an app with this file downloads exactly this checkpoint. The token is the Hub client's (`hf auth login`, or
HF_TOKEN).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from explorer.folder import PICKLED, files
from explorer.hub import LISTING, Entry, HubError, read_listing, write_entry
from explorer.models.base import WEIGHTS
from explorer.zoo import inspect


def check(folder: Path) -> None:
    """Check that a folder is a usable checkpoint whose card has metrics.

    Raises:
        ValueError: with the reason.
    """
    index = inspect(folder).card.get("model-index") or []
    metrics = [metric for model in index for result in model.get("results", []) for metric in result.get("metrics", [])]
    if not metrics:
        raise ValueError(f"{folder.name}: its card (README.md) has no metrics; `python -m train card {folder}` measures them")
    if pickled := [path.name for path in files(folder) if path.suffix in PICKLED]:
        raise ValueError(f"{folder.name}: {pickled[0]} is pickled and is not shared")


def push(folder: Path, namespace: str, *, private: bool = False, dry_run: bool = False, endpoint: str | None = None) -> Entry | None:
    """Upload a checkpoint folder, and write its entry to hub.toml in the parent folder.

    Args:
        folder: checkpoints/NAME.
        namespace: a user or an organisation of the Hub.
        private: whether only members of the namespace may read it; an existing repository is not changed.
        dry_run: only check the folder.
        endpoint: the Hub's address, by default the client's own (HF_ENDPOINT).

    Returns:
        The pinned entry; None after a dry run.

    Raises:
        ValueError: for a folder that fails `check`.
        HubError: if hub.toml has an invalid entry, the Hub rejects the upload, or it cannot be reached.
    """
    check(folder)
    repo = f"{namespace}/{folder.name}"
    if dry_run:
        return None
    if invalid := read_listing(folder.parent / LISTING)[1]:
        raise HubError(f"{next(iter(invalid.values()))}; fix the file first")
    api = HfApi(endpoint=endpoint)
    try:
        api.create_repo(repo, private=private, exist_ok=True)
        commit = api.upload_folder(
            repo_id=repo,
            folder_path=folder,
            commit_message=f"Checkpoint {folder.name}",
            ignore_patterns=[".*", "**/.*"],
            delete_patterns="*",
        )
    except HfHubHTTPError as error:
        status = error.response.status_code
        advice = "; log in with `hf auth login`, or set HF_TOKEN to a token that may write" if status in (401, 403) else ""
        raise HubError(f"{repo}: the Hub answers {status}{advice}") from None
    except Exception as error:  # no connection, or HF_HUB_OFFLINE=1
        raise HubError(f"{repo}: the Hub could not be reached ({type(error).__name__}: {error})") from None
    entry = Entry(folder.name, repo, commit.oid, hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest())
    write_entry(folder.parent / LISTING, entry)
    return entry
