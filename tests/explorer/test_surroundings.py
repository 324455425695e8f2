"""What must be so around the app is checked, and told in one sentence with exit code 2."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from explorer import surroundings


@pytest.fixture
def taken(monkeypatch) -> Iterator[int]:
    """A port that is in use, and Gradio's first."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv(surroundings.NAME, "127.0.0.1")
        monkeypatch.setenv(surroundings.PORT, str(other.getsockname()[1]))
        yield other.getsockname()[1]


def told(capsys, check) -> str:
    with pytest.raises(SystemExit) as ended:
        check()
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_a_port_that_is_in_use_is_left_for_the_next(taken):
    surroundings.find_address()


def test_where_every_port_is_in_use_the_sentence_says_so(taken, monkeypatch, capsys):
    monkeypatch.setenv(surroundings.PORTS, "1")
    sentence = f"The page cannot be served at port {taken} of 127.0.0.1 (Address already in use). Name a free one in"
    assert told(capsys, surroundings.find_address) == f"{sentence} the variable GRADIO_SERVER_PORT.\n"


@pytest.mark.parametrize("host", ["203.0.113.5", "::1", "no host"])  # the first is an address for documentation alone (RFC 5737)
def test_an_address_of_no_machine_here_is_told(monkeypatch, capsys, host):
    monkeypatch.setenv(surroundings.NAME, host)
    assert f"at {host!r}, which is no IPv4 address of this machine" in told(capsys, surroundings.find_address)


@pytest.mark.parametrize("text", ["abc", "", "0", "70000", "-1", "٣"])
def test_a_port_that_is_none_is_told(monkeypatch, capsys, text):
    monkeypatch.setenv(surroundings.PORT, text)
    expected = f"The variable GRADIO_SERVER_PORT is {text!r}; expected a whole number from 1 to 65535.\n"
    assert told(capsys, surroundings.settle) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit of open files")
@pytest.mark.parametrize(("soft", "hard", "code", "sees"), [(64, 1024, 0, "256\n"), (64, 64, 2, ""), (512, 512, 0, "512\n")])
def test_as_many_files_are_open_as_may_be(soft, hard, code, sees):
    program = f"""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
from explorer import surroundings
surroundings.settle()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (code, sees)
    assert done.stderr == ("The page needs 256 files open at a time, and may have 64. Allow more with `ulimit -n 256`.\n" if code else "")
