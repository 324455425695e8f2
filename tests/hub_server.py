"""A small server with the part of the Hub's API that sharing a checkpoint needs, for the real client to talk to over HTTP.

It keeps repositories of models and Spaces in memory: create, preupload, LFS, commit, revision, tree, resolve; of Spaces also the
variables, the hardware, the stages and the log. Each commit has a number of 40 hex digits. `Hub.trouble` and `Hub.space` let a test break
something: see their attributes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "hf_test"


@dataclass
class Trouble:
    """What goes wrong.

    Attributes:
        limited: so many requests for files are answered with 429 first.
        cut: so many downloads of weights break off in the middle.
        tampered: whether downloaded weights have one byte changed.
    """

    limited: int = 0
    cut: int = 0
    tampered: bool = False


@dataclass
class SpaceState:
    """How a Space is doing.

    Attributes:
        stages: what it answers to the next questions after its stage; the last one stays.
        host: the address of its app.
        error: why it failed.
        log: lines of its build.
        variables, hardware: as they were set.
        status: if not 0, every question about Spaces is answered with this status.
    """

    stages: list[str] = field(default_factory=lambda: ["RUNNING"])
    host: str = ""
    error: str | None = None
    log: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    hardware: str = "cpu-basic"
    status: int = 0


@dataclass
class Hub:
    """The server's memory: {repo: {revision: {path: content}}}, newest last, and every request as (method, path)."""

    url: str = ""
    repos: dict[str, dict[str, dict[str, bytes]]] = field(default_factory=dict)
    private: set[str] = field(default_factory=set)
    blobs: dict[str, bytes] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    trouble: Trouble = field(default_factory=Trouble)
    space: SpaceState = field(default_factory=SpaceState)

    def files(self, repo: str, revision: str) -> tuple[str, dict[str, bytes]] | None:
        """A revision's full number and its files."""
        found = self.repos.get(repo, {})
        revision = next(reversed(found), "") if revision == "main" else revision
        return (revision, found[revision]) if revision in found else None


def is_large(name: str) -> bool:
    """Whether the Hub keeps a file in LFS."""
    return name.endswith(".safetensors")


def oid_of(name: str, files: dict[str, bytes]) -> str | None:
    """The number by which the Hub knows a file's content: of Git, or of LFS; None if it has no such file."""
    if (content := files.get(name)) is None:
        return None
    return hashlib.sha256(content).hexdigest() if is_large(name) else hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args) -> None:
            pass

        def answer(self, status: int, body: object = b"", **headers: str) -> None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length") or 0)) if not self._chunked() else b"".join(self._chunks())

        def _chunked(self) -> bool:
            return self.headers.get("Transfer-Encoding", "").lower() == "chunked"

        def _chunks(self) -> Iterator[bytes]:
            while size := int(self.rfile.readline().strip() or b"0", 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()

        def may(self, repo: str | None, write: bool = False) -> bool:
            """Whether the token may do this; answers 401 otherwise, as the Hub does for what may not be known either."""
            if self.headers.get("Authorization") == f"Bearer {TOKEN}" or not (write or repo in hub.private):
                return True
            self.answer(401, {"error": "Invalid username or password."}, X_Error_Code="RepoNotFound" if not write else "Unauthorized")
            return False

        def do_POST(self) -> None:
            path, content = unquote(urlsplit(self.path).path), self.body()
            hub.requests.append(("POST", path))
            if path.startswith("/api/spaces/"):
                if hub.space.status:
                    return self.answer(hub.space.status, {"error": "trouble"})
                if path.endswith(("/variables", "/hardware")):
                    return self.may(None, write=True) and self.set_up(path, json.loads(content))
                path = path.replace("/api/spaces/", "/api/models/")
            if path == "/api/validate-yaml":
                return self.answer(200, {"errors": [], "warnings": []})
            if not self.may(None, write=True):
                return None
            if path == "/api/repos/create":
                wanted = json.loads(content)
                repo = f"{wanted.get('organization') or 'me'}/{wanted['name']}"
                if repo in hub.repos:
                    return self.answer(409, {"error": "exists", "url": f"{hub.url}/{repo}"})
                hub.repos[repo] = {hashlib.sha1(repo.encode()).hexdigest(): {}}  # the Hub begins with a commit of its own
                if wanted.get("private") or wanted.get("visibility") == "private":
                    hub.private.add(repo)
                return self.answer(200, {"url": f"{hub.url}/{repo}", "name": repo})
            if path.endswith("/info/lfs/objects/batch"):
                objects = [  # what the Hub has already is not uploaded again
                    {**each, **({} if each["oid"] in hub.blobs else {"actions": {"upload": {"href": f"{hub.url}/lfs/{each['oid']}"}}})}
                    for each in json.loads(content)["objects"]
                ]
                return self.answer(200, {"transfer": "basic", "objects": objects})
            repo, action = path.removeprefix("/api/models/").split("/preupload/")[0].split("/commit/")[0], path
            if "/paths-info/" in path:
                return self.paths_info(*repo.split("/paths-info/"), content)
            if repo not in hub.repos:
                return self.answer(404, {"error": "Repository not found"}, X_Error_Code="RepoNotFound")
            before = hub.files(repo, "main")
            files = dict(before[1]) if before else {}
            if "/preupload/" in action:
                modes = [
                    {"path": name, "uploadMode": "lfs" if is_large(name) else "regular", "shouldIgnore": False, "oid": oid_of(name, files)}
                    for name in (f["path"] for f in json.loads(content)["files"])
                ]
                return self.answer(200, {"files": modes})
            for line in content.splitlines():
                entry = json.loads(line)
                value = entry["value"]
                if entry["key"] == "file":
                    files[value["path"]] = base64.b64decode(value["content"])
                elif entry["key"] == "lfsFile":
                    files[value["path"]] = hub.blobs[value["oid"]]
                elif entry["key"] == "deletedFile":
                    files.pop(value["path"], None)
            revision = hashlib.sha1(content + str(len(hub.repos[repo])).encode()).hexdigest()
            hub.repos[repo][revision] = files
            return self.answer(200, {"success": True, "commitOid": revision, "commitUrl": f"{hub.url}/{repo}/commit/{revision}"})

        def do_PUT(self) -> None:
            hub.requests.append(("PUT", self.path))
            content = self.body()
            hub.blobs[hashlib.sha256(content).hexdigest()] = content
            self.answer(200)

        def set_up(self, path: str, wanted: dict) -> None:
            """Set a variable or the hardware of a Space."""
            if path.endswith("/variables"):
                hub.space.variables[wanted["key"]] = wanted["value"]
                return self.answer(200, {key: {"value": value} for key, value in hub.space.variables.items()})
            hub.space.hardware = wanted["flavor"]
            return self.answer(200, self.runtime())

        def runtime(self) -> dict:
            stages = hub.space.stages
            stage = stages.pop(0) if len(stages) > 1 else stages[0]
            return {
                "stage": stage,
                "hardware": {"current": hub.space.hardware, "requested": hub.space.hardware},
                "errorMessage": hub.space.error,
            }

        def paths_info(self, repo: str, revision: str, content: bytes) -> None:
            files = hub.files(repo, revision)[1]
            rows = []
            for name in filter(files.__contains__, parse_qs(content.decode())["paths"]):
                oid = oid_of(name, files)
                lfs = {"lfs": {"oid": oid, "size": len(files[name]), "pointerSize": 100}} if is_large(name) else {}
                rows.append({"type": "file", "path": name, "size": len(files[name]), "oid": oid, **lfs})
            self.answer(200, rows)

        def space(self, path: str) -> bool:
            """Answer what only Spaces have; whether it was such a question."""
            if path.endswith("/runtime"):
                self.answer(200, self.runtime())
            elif "/logs/" in path:
                events = "".join(f"data: {json.dumps({'data': line, 'timestamp': ''})}\n\n" for line in hub.space.log)
                self.answer(200, events.encode(), Content_Type="text/event-stream")
            elif "/commits/" in path:
                repo = path.removeprefix("/api/spaces/").split("/commits/")[0]
                about = {"title": "t", "message": "", "authors": [], "date": "2026-01-01T00:00:00.000Z"}
                self.answer(200, [{"id": revision, **about} for revision in reversed(hub.repos[repo])])
            else:
                return False
            return True

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            hub.requests.append((self.command, path))
            if path.startswith("/api/spaces/"):
                if hub.space.status:
                    return self.answer(hub.space.status, {"error": "trouble"})
                if self.space(path):
                    return None
                path = path.replace("/api/spaces/", "/api/models/")
            path = "/" + path.removeprefix("/spaces/") if path.startswith("/spaces/") else path
            if "/resolve/" in path:
                return self.resolve(path)
            repo, _, rest = path.removeprefix("/api/models/").partition("/revision/")
            tree = "/tree/" in path
            if tree:
                repo, _, rest = path.removeprefix("/api/models/").partition("/tree/")
            if not self.may(repo):
                return None
            if repo not in hub.repos:
                return self.answer(404, {"error": "Repository not found"}, X_Error_Code="RepoNotFound")
            found = hub.files(repo, rest.split("/")[0] or "main")
            if found is None:
                return self.answer(404, {"error": "Invalid rev id"}, X_Error_Code="RevisionNotFound")
            revision, files = found
            if tree:
                rows = [
                    {"type": "file", "path": name, "size": len(data), "oid": hashlib.sha1(data).hexdigest()} for name, data in files.items()
                ]
                return self.answer(200, rows)
            siblings = [{"rfilename": name} for name in files]
            about = {"id": repo, "modelId": repo, "sha": revision, "private": repo in hub.private, "siblings": siblings}
            return self.answer(200, about | {"host": hub.space.host})

        do_HEAD = do_GET  # noqa: N815

        def resolve(self, path: str) -> None:
            repo, _, rest = path.strip("/").partition("/resolve/")
            revision, _, name = rest.partition("/")
            if not self.may(repo):
                return None
            found = hub.files(repo, revision)
            if found is None or name not in found[1]:
                return self.answer(404, {"error": "Entry not found"}, X_Error_Code="EntryNotFound")
            if hub.trouble.limited > 0:
                hub.trouble.limited -= 1
                return self.answer(429, {"error": "Too many requests"}, Retry_After="0")
            content = found[1][name]
            headers = {
                "ETag": f'"{hashlib.sha256(content).hexdigest()}"', "X-Repo-Commit": found[0], "Accept-Ranges": "bytes",
            }  # fmt: skip
            weights = name.endswith(".safetensors")
            if weights and hub.trouble.tampered:
                content = content[:-1] + bytes([content[-1] ^ 1])
            start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").partition("-")[0])
            part = content[start:]
            if start:
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self.send_response(206 if start else 200)
            for key, value in {**headers, "Content-Length": str(len(part))}.items():
                self.send_header(key, value)
            self.end_headers()
            if self.command == "HEAD":
                return None
            if weights and hub.trouble.cut > 0:
                hub.trouble.cut -= 1
                self.wfile.write(part[: len(part) // 2])
                self.wfile.flush()
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return None
            self.wfile.write(part)
            return None

    return Handler


@contextmanager
def running_hub() -> Iterator[Hub]:
    """A Hub of one's own on a free port of this machine, while the block lasts."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
