"""Publishes the app as a Space of the Hub: `python -m train deploy --space me/generative-model-explorer`.

It creates the Space, uploads in one commit what the page needs, waits until the Space runs, and compares a picture of the Space with the
same picture drawn here. A second run uploads only the files that have changed. The token is the Hub client's (`hf auth login`, or
HF_TOKEN).
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

import torch
import yaml
from huggingface_hub import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, HfApi, SpaceStage
from huggingface_hub.errors import HfHubHTTPError
from PIL import Image, ImageChops

from explorer import drawing, images
from explorer.folder import PICKLED
from explorer.hub import LISTING, HubError, read_listing
from explorer.zoo import Zoo

PARTS = (
    *("app.py", "requirements.txt", "README.md", "LICENSE", "CITATION.cff", "explorer/**/*", "checkpoints/**/*", "docs/*.md"),
    "train/README.md",
)
LEFT_OUT = ("*/__pycache__/*", "*.pyi", "checkpoints/*/training.safetensors", "*/.*")
CPU_WHEELS = "--extra-index-url https://download.pytorch.org/whl/cpu\n"  # torch without CUDA, a twentieth of the size
FAILED = {SpaceStage.BUILD_ERROR, SpaceStage.RUNTIME_ERROR, SpaceStage.CONFIG_ERROR, SpaceStage.NO_APP_FILE}
IDLE = {SpaceStage.PAUSED, SpaceStage.STOPPED, SpaceStage.DELETING}
ADVICE = {  # by status
    401: "; log in with `hf auth login`, or set HF_TOKEN to a token that may write",
    403: "; the token may not write there",
    429: "; too many requests: try again later",
}
LOG_LINES = 30  # of a failed build that are shown
EVERY = 5.0  # seconds between two looks at the Space
SPACE = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")
Tell = Callable[[str], None]


def uploaded(root: Path, cpu: bool = True) -> dict[str, bytes | Path]:
    """The files of the Space by their paths: those of the project that the page needs; README.md with the models that were pushed, and
    requirements.txt with the CPU's wheels.

    Args:
        root: the project.
        cpu: whether the Space has no GPU.
    """
    found: dict[str, bytes | Path] = {}
    for pattern in PARTS:
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root).as_posix()
            if path.is_file() and path.suffix not in PICKLED and not any(fnmatch(name, left) for left in LEFT_OUT):
                found[name] = path
    found["README.md"] = _readme((root / "README.md").read_text(encoding="utf-8"), root / "checkpoints" / LISTING).encode()
    if cpu:
        found["requirements.txt"] = CPU_WHEELS.encode() + (root / "requirements.txt").read_bytes()
    return found


def _readme(text: str, listing: Path) -> str:
    """README.md whose front matter names the models that are on the Hub."""
    _, front, body = text.split("---\n", 2)
    entries = read_listing(listing)[0] if listing.is_file() else []
    matter = yaml.safe_load(front) | {"models": sorted(entry.repo for entry in entries)}
    return f"---\n{yaml.safe_dump(matter, sort_keys=False, allow_unicode=True)}---\n{body}"


def deploy(
    root: Path,
    space: str,
    *,
    private: bool = False,
    hardware: str = "cpu-basic",
    variables: Mapping[str, str] | None = None,
    dry_run: bool = False,
    endpoint: str | None = None,
    patience: float = 1800,
    tell: Tell = print,
) -> str:
    """Create or update a Space, wait until it runs, and check it.

    Args:
        root: the project.
        space: "user/name".
        private: whether only its owner may see a new Space.
        hardware: what the Space runs on, as the Hub calls it.
        variables: environment variables of the Space.
        dry_run: only list the files.
        endpoint: the Hub's address, by default the client's own (HF_ENDPOINT).
        patience: seconds to wait until the Space runs.
        tell: gets a line for each thing that happens.

    Returns:
        The address of the app; "" after a dry run.

    Raises:
        ValueError: for a name that is no Space's.
        HubError: if the Hub rejects something or cannot be reached, the Space fails, or it answers differently.
    """
    if not SPACE.fullmatch(space):
        raise ValueError(f"space is {space!r}; expected user/name")
    files = uploaded(root, cpu=hardware.startswith("cpu"))
    if dry_run:
        for name, content in files.items():
            tell(f"{_size(content):>12,}  {name}")
        tell(f"{sum(map(_size, files.values())):>12,}  in {len(files)} files; nothing was uploaded")
        return ""
    api = HfApi(endpoint=endpoint)
    with _named(space):
        api.create_repo(space, repo_type="space", space_sdk="gradio", private=private, exist_ok=True)
        for name, value in (variables or {}).items():
            api.add_space_variable(space, name, value)
        if api.get_space_runtime(space).hardware not in (None, hardware):
            api.request_space_hardware(space, hardware)
        tell(f"{space}: uploading {len(files)} files")
        gone = set(api.list_repo_files(space, repo_type="space")) - set(files) - {".gitattributes"}
        operations = [CommitOperationAdd(name, content) for name, content in files.items()]
        operations += [CommitOperationDelete(name) for name in sorted(gone)]
        commit = api.create_commit(space, operations, repo_type="space", commit_message="The app as it is now")
        tell(f"{space}: at {commit.oid[:8]}")
    return _checked(api, root, space, patience, tell)


def roll_back(root: Path, space: str, *, endpoint: str | None = None, patience: float = 1800, tell: Tell = print) -> str:
    """Bring back the files of the Space's commit before the newest, in a new commit; then as `deploy`.

    Raises:
        HubError: as `deploy`, and if there is no such commit.
    """
    api = HfApi(endpoint=endpoint)
    with _named(space):
        commits = api.list_repo_commits(space, repo_type="space")
        if len(commits) < 2:
            raise HubError(f"{space}: there is no commit before the newest")
        before = commits[1].commit_id
        old = set(api.list_repo_files(space, repo_type="space", revision=before))
        gone = set(api.list_repo_files(space, repo_type="space")) - old
        operations = [CommitOperationCopy(name, name, src_revision=before) for name in sorted(old)]
        operations += [CommitOperationDelete(name) for name in sorted(gone)]
        api.create_commit(space, operations, repo_type="space", commit_message=f"Back to {before[:8]}")
        tell(f"{space}: back to {before[:8]}")
    return _checked(api, root, space, patience, tell, compared=False)


def _checked(api: HfApi, root: Path, space: str, patience: float, tell: Tell, compared: bool = True) -> str:
    """Wait until the Space runs, and compare a picture. Returns the address of the app."""
    with _named(space):
        _wait(api, space, patience, tell)
        address = api.space_info(space).host
    if compared:
        tell(compare(root, address))
    tell(f"{space}: runs at {address}")
    return address


def _wait(api: HfApi, space: str, patience: float, tell: Tell) -> None:
    """Wait until the Space runs; tell each stage once, and of a failed one the end of its log.

    Raises:
        HubError: if it fails, is paused, or takes longer than `patience` seconds.
    """
    end, last = time.monotonic() + patience, None
    while True:
        stage = api.get_space_runtime(space).stage
        if stage != last:
            tell(f"{space}: {stage}")
            last = stage
        if stage == SpaceStage.RUNNING:
            return
        if stage in FAILED:
            log = "".join(f"\n  {line}" for line in _log(api, space, build=stage != SpaceStage.RUNTIME_ERROR))
            reason = api.get_space_runtime(space).raw.get("errorMessage") or "no reason given"
            raise HubError(f"{space}: {stage}: {reason}{log}")
        if stage in IDLE:
            raise HubError(f"{space}: {stage}; start it in its settings, then run the same command again")
        if time.monotonic() > end:
            raise HubError(f"{space}: still {stage} after {patience:.0f} s; its page on the Hub shows the log")
        time.sleep(EVERY)


def _log(api: HfApi, space: str, build: bool) -> list[str]:
    """The last lines of a Space's log; [] if the Hub has none."""
    try:
        return [line.rstrip() for line in api.fetch_space_logs(space, build=build)][-LOG_LINES:]
    except HfHubHTTPError:
        return []


def compare(root: Path, address: str) -> str:
    """Let the app at an address draw a picture, and draw the same one here. Returns a sentence about them.

    Raises:
        HubError: if the app does not answer, or a pixel differs by more than one of 255 levels.
    """
    from gradio_client import Client

    try:
        client = Client(address, verbose=False)
        model = next(entry["name"] for entry in client.predict(api_name="/models") if "generate" in entry["can"] and "classes" not in entry)
        (path,), _ = client.predict(model=model, seed=0, count=1, api_name="/sample")
        theirs = Path(path).read_bytes()
    except Exception as error:
        raise HubError(f"{address}: the app does not answer ({type(error).__name__}: {error})") from None
    with torch.inference_mode():
        drawn = drawing.draw(Zoo(root / "checkpoints").load(model), 0, None, {"truncation": None})
    ours = images.png(images.to_pil(drawn.picture))
    if theirs == ours:
        return f"{model}, seed 0: the same bytes as here"
    pictures = [Image.open(io.BytesIO(each)).convert("RGB") for each in (theirs, ours)]
    if pictures[0].size != pictures[1].size:
        raise HubError(f"{address}: {model} draws pictures of another size than here: other weights")
    apart = max(high for _, high in ImageChops.difference(*pictures).getextrema())
    if apart > 1:
        raise HubError(f"{address}: {model}, seed 0 differs from the picture drawn here by up to {apart} of 255 levels: other weights")
    return f"{model}, seed 0: the same picture as here, up to one of 255 levels (another processor)"


def _size(content: bytes | Path) -> int:
    return content.stat().st_size if isinstance(content, Path) else len(content)


@contextmanager
def _named(space: str) -> Iterator[None]:
    """A context in which errors of the Hub become a `HubError` that names the Space and says what to do."""
    try:
        yield
    except HubError:
        raise
    except HfHubHTTPError as error:
        status = error.response.status_code
        raise HubError(f"{space}: the Hub answers {status}{ADVICE.get(status, '')}") from None
    except Exception as error:  # no connection, or HF_HUB_OFFLINE=1
        raise HubError(f"{space}: the Hub could not be reached ({type(error).__name__}: {error})") from None


def variables_of(pairs: list[str]) -> dict[str, str]:
    """Environment variables from texts such as "EXPLORER_METRICS=1".

    Raises:
        ValueError: for a text without "=".
    """
    if wrong := next((pair for pair in pairs if "=" not in pair), None):
        raise ValueError(f"variable is {wrong!r}; expected NAME=VALUE")
    return dict(pair.split("=", 1) for pair in pairs)
