"""The browser's libraries: npm packages that a widget loads when it needs them. They are not part of the repository.

explorer/page/libraries.json lists their files, each with the SHA-384 hash that the browser checks (Subresource Integrity).
`python -m explorer.libraries` (make libraries) downloads them from the npm registry into explorer/page/libraries/. A page without
this folder lets the browser load them from a public CDN, which serves the same files.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PAGE = Path(__file__).resolve().parent / "page"
LIST, FOLDER = PAGE / "libraries.json", PAGE / "libraries"
REGISTRY = "https://registry.npmjs.org/{package}/-/{name}-{version}.tgz"
CDN = "https://cdn.jsdelivr.net/npm/{package}@{version}/{file}"


class LibraryError(RuntimeError):
    """Raised for a library that cannot be downloaded, or that is not the expected one."""


@dataclass(frozen=True)
class Library:
    """One file of an npm package.

    Attributes:
        name: of the file in the folder of libraries, and in its URL.
        package, version, file: the npm package, its version, and the path in it.
        integrity: "sha384-" and the hash in base64.
    """

    name: str
    package: str
    version: str
    file: str
    integrity: str

    @property
    def path(self) -> Path:
        """Where `download` puts the file."""
        return FOLDER / self.name

    @property
    def cdn(self) -> str:
        """The URL of the file on a public CDN."""
        return CDN.format(package=self.package, version=self.version, file=self.file)

    def matches(self, content: bytes) -> bool:
        """Whether this is the content of the file."""
        return self.integrity == "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


@cache
def listed() -> dict[str, Library]:
    """The libraries by name, cached."""
    return {name: Library(name, **entry) for name, entry in json.loads(LIST.read_text(encoding="utf-8")).items()}


def download(folder: Path = FOLDER) -> list[Path]:
    """Download the libraries that are not in the folder yet, or not whole. Returns the paths of all of them.

    Raises:
        LibraryError: if a package cannot be had, or a file does not have the expected hash.
    """
    folder.mkdir(exist_ok=True)
    paths = {library: folder / library.name for library in listed().values()}
    missing = [library for library, path in paths.items() if not path.is_file() or not library.matches(path.read_bytes())]
    with tempfile.TemporaryDirectory() as temporary:
        for package in {(library.package, library.version) for library in missing}:
            archive = _archive(*package, Path(temporary))
            with tarfile.open(archive) as packed:
                for library in missing:
                    if (library.package, library.version) == package:
                        _extract(packed, library, paths[library])
    return list(paths.values())


def _archive(package: str, version: str, folder: Path) -> Path:
    """The archive of a package: by npm, which knows the registry and the proxy that its user has configured, or else from the registry."""
    name = package.rpartition("/")[2]
    if npm := shutil.which("npm"):
        command = [npm, "pack", f"{package}@{version}", "--silent", "--pack-destination", str(folder)]
        packed = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
        if packed.returncode == 0:
            return folder / packed.stdout.split()[-1]
        reason = packed.stderr.strip()
    else:
        reason = "npm is not installed"
    url, path = REGISTRY.format(package=package, name=name, version=version), folder / f"{name}.tgz"
    try:
        with urllib.request.urlopen(url, timeout=60) as answer, open(path, "wb") as file:
            shutil.copyfileobj(answer, file)
    except OSError as error:
        raise LibraryError(f"{package} {version} cannot be downloaded: {reason}; {url}: {error}") from error
    return path


def _extract(packed: tarfile.TarFile, library: Library, path: Path) -> None:
    """Write one file of an archive, if it has the expected hash."""
    content = packed.extractfile(f"package/{library.file}").read()
    if not library.matches(content):
        raise LibraryError(f"{library.file} of {library.package} {library.version} does not have the hash in {LIST.name}")
    whole = path.with_suffix(".part")
    whole.write_bytes(content)
    whole.replace(path)


if __name__ == "__main__":
    try:
        print("\n".join(f"{path.stat().st_size:>9,} bytes  {path.name}" for path in download()))
    except LibraryError as error:
        sys.exit(f"{error}\nWithout these files, browsers load them from a public CDN.")
