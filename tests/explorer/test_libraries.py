"""The browser's libraries: downloaded from an archive, checked against their hashes."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile

import pytest

from explorer import libraries
from explorer.libraries import Library, LibraryError

CONTENT = b"export const one = 1;"


def hashed(content: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


@pytest.fixture
def listed(tmp_path, monkeypatch):
    """One library, whose package the registry has."""

    def archive(package, version, folder):
        path = folder / "package.tgz"
        with tarfile.open(path, "w:gz") as packed:
            entry = tarfile.TarInfo("package/dist/one.js")
            entry.size = len(CONTENT)
            packed.addfile(entry, io.BytesIO(CONTENT))
        asked.append((package, version))
        return path

    asked: list = []
    library = Library("one.js", "@some/one", "1.2.3", "dist/one.js", hashed(CONTENT))
    monkeypatch.setattr(libraries, "listed", lambda: {"one.js": library})
    monkeypatch.setattr(libraries, "_archive", archive)
    return asked


def test_a_library_is_downloaded_once(listed, tmp_path):
    assert [path.read_bytes() for path in libraries.download(tmp_path)] == [CONTENT]
    assert [path.name for path in libraries.download(tmp_path)] == ["one.js"]
    assert listed == [("@some/one", "1.2.3")]


def test_a_damaged_library_is_downloaded_again(listed, tmp_path):
    (tmp_path / "one.js").write_bytes(CONTENT[:5])
    assert [path.read_bytes() for path in libraries.download(tmp_path)] == [CONTENT] and len(listed) == 1


def test_another_content_is_refused(listed, tmp_path, monkeypatch):
    wrong = Library("one.js", "@some/one", "1.2.3", "dist/one.js", hashed(b"other"))
    monkeypatch.setattr(libraries, "listed", lambda: {"one.js": wrong})
    with pytest.raises(LibraryError, match=r"dist/one\.js of @some/one 1\.2\.3"):
        libraries.download(tmp_path)
    assert not (tmp_path / "one.js").exists()


def test_without_npm_and_without_the_registry_the_reason_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(libraries.shutil, "which", lambda name: None)
    monkeypatch.setattr(libraries, "REGISTRY", (tmp_path / "no-such.tgz").as_uri())
    with pytest.raises(LibraryError, match=r"@some/one 1\.2\.3 cannot be downloaded: npm is not installed"):
        libraries._archive("@some/one", "1.2.3", tmp_path)


def test_the_list_names_files_with_hashes():
    for library in libraries.listed.__wrapped__().values():
        assert library.integrity.startswith("sha384-") and library.cdn.endswith(f"{library.package}@{library.version}/{library.file}")
