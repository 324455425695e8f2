"""Python programs as processes of their own that need not import torch and Gradio again: they are forked from one that has.

A fresh interpreter spends most of an app's start on these two. `launch` and `run` take what one writes after `python`, and the program
finds its own packages, arguments, folder and environment, as in a fresh one. Variables that torch, Gradio or the Hub's client read when
they are imported have no effect: for those, start a real interpreter. Forks are for Linux; elsewhere each program gets a real one.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn
from unittest import mock

LINUX = sys.platform.startswith("linux")
PREPARED = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",
    "PYTORCH_JIT": "0",
}


class _Nursery:
    """The process that has imported torch and Gradio; it forks, and it knows how its children ended."""

    def __init__(self):
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | PREPARED
        self._process = subprocess.Popen(
            [sys.executable, __file__], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, *request: Any) -> Any:
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


_nursery = functools.cache(_Nursery)


class Forked:
    """A program that runs in a fork; what tests use of `subprocess.Popen`."""

    def __init__(self, pid: int):
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = _nursery().ask("ended", self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.02)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:  # its number is not given to another process before `poll` has told its end
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def launch(words: list[str], cwd: Path, env: Mapping[str, str], output: Path, errors: Path | None = None) -> subprocess.Popen | Forked:
    """Begin `python WORDS`, which reads nothing and writes to files.

    Args:
        errors: where it writes its errors; by default to `output`, too.
    """
    if LINUX:
        return Forked(_nursery().ask("fork", words, str(cwd), dict(env), str(output), str(errors or output)))
    with output.open("wb") as out, (errors or output).open("ab") as err:
        return subprocess.Popen([sys.executable, *words], cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err)


def run(
    words: list[str], cwd: Path, env: Mapping[str, str], timeout: float = 300, imports: Sequence[str] = ()
) -> subprocess.CompletedProcess:
    """What `python WORDS` prints, and how it ends.

    Args:
        imports: more packages that are imported once for this program and later ones.
    """
    if LINUX:
        for name in imports:
            _nursery().ask("import", name)
    with tempfile.TemporaryDirectory() as folder:
        output, errors = Path(folder, "output"), Path(folder, "errors")
        process = launch(words, cwd, env, output, errors)
        try:
            code = process.wait(timeout)
        finally:
            process.kill()
        return subprocess.CompletedProcess(words, code, output.read_text(encoding="utf-8"), errors.read_text(encoding="utf-8"))


def _leave(run: Callable[[], None]) -> NoReturn:
    """Run a program and end as an interpreter does, but without taking its modules apart, which costs more than many a program."""
    code: object = None
    try:
        run()
    except SystemExit as wanted:
        code = wanted.code
    except BaseException:
        traceback.print_exc()
        code = 1
    if not isinstance(code, int | None):
        print(code, file=sys.stderr)
    threading._shutdown()  # waits for threads that are no daemons
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def _become(words: list[str], cwd: str, environment: dict[str, str], output: str, errors: str) -> None:
    """In a fork: run a program as if the interpreter had just begun."""
    for descriptor, path, mode in ((0, os.devnull, os.O_RDONLY), (1, output, os.O_WRONLY), (2, errors, os.O_WRONLY)):
        opened = os.open(path, mode | (os.O_CREAT | os.O_APPEND if descriptor else 0), 0o644)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    option, *rest = words
    sys.path[0] = cwd
    if option == "-c":
        sys.argv = ["-c", *rest[1:]]
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
    elif option == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        runpy.run_path(option, run_name="__main__")


def _fork() -> int:
    gc.collect()
    gc.freeze()  # so that no collection of a child writes on the memory that it shares
    return os.fork()


def _differentiate(torch: ModuleType) -> None:
    """Import what torch imports when a batch norm is first differentiated forwards, as at an app's first fit: seconds of an app's start."""
    torch.set_num_threads(1)  # no pool of threads may exist when a process forks
    layer = torch.nn.BatchNorm1d(1).eval()
    torch.func.jvp(layer, (torch.zeros(1, 1),), (torch.ones(1, 1),))


def _serve() -> None:
    """Fork for each request, and tell how children ended: a status as `Popen.returncode`, or None while they run."""
    import torch

    with mock.patch("inspect.getfile", side_effect=OSError):  # as in app.py, where it halves the time
        import gradio
    gradio.component_meta.create_or_modify_pyi = lambda *_: None
    _differentiate(torch)
    while line := sys.stdin.readline():
        what, *request = json.loads(line)
        if what == "ended":
            pid, status = os.waitpid(request[0], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        elif what == "import":
            importlib.import_module(*request)
            answer = None
        elif not (answer := _fork()):
            _leave(lambda request=request: _become(*request))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _serve()
