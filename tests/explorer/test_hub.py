"""A hub.toml names checkpoints; what is no entry gets its reason, and the others work on."""

from __future__ import annotations

import pytest

from explorer.hub import Entry, HubError, read_listing, write_entry

GOOD = Entry("a-model", "someone/a-model", "0" * 40, "f" * 64)


def text(**changes: object) -> str:
    values = {**vars(GOOD), **changes}
    return "[[checkpoint]]\n" + "".join(f"{key} = {value!r}\n".replace("'", '"') for key, value in values.items() if value is not None)


def test_no_file_is_no_entries(tmp_path):
    assert read_listing(tmp_path / "hub.toml") == ([], {})


def test_written_entries_are_read_back_and_replaced_by_name(tmp_path):
    path = tmp_path / "hub.toml"
    write_entry(path, GOOD)
    other = Entry("b-model", "someone/b-model", "1" * 40, "e" * 64)
    write_entry(path, other)
    newer = Entry("a-model", "someone/a-model", "2" * 40, "d" * 64)
    write_entry(path, newer)
    assert read_listing(path) == ([newer, other], {})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "../up"}, "name"),
        ({"name": None}, "name"),
        ({"repo": "https://example.com/x"}, "repo"),
        ({"repo": "alone"}, "repo"),
        ({"revision": "main"}, "revision"),
        ({"revision": 7}, "revision"),
        ({"sha256": "F" * 64}, "sha256"),
        ({"sha256": None}, "sha256"),
    ],
)
def test_an_entry_that_is_none_is_refused_and_the_others_stay(tmp_path, changes, field):
    path = tmp_path / "hub.toml"
    other = Entry("b-model", "someone/b-model", "1" * 40, "e" * 64)
    write_entry(path, other)
    path.write_text(path.read_text() + text(**changes))
    entries, refused = read_listing(path)
    assert entries == [other] and len(refused) == 1 and f"{field} is " in next(iter(refused.values()))


@pytest.mark.parametrize("content", [b"[[checkpoint", b"\xff\xfe", b"checkpoint = 3"])
def test_a_file_that_is_no_listing_is_refused(tmp_path, content):
    (tmp_path / "hub.toml").write_bytes(content)
    entries, refused = read_listing(tmp_path / "hub.toml")
    assert entries == [] and len(refused) == 1


def test_a_name_that_stands_twice_is_refused(tmp_path):
    (tmp_path / "hub.toml").write_text(text() + text())
    entries, refused = read_listing(tmp_path / "hub.toml")
    assert entries == [] and "have this name" in refused["a-model"]


def test_a_damaged_listing_is_not_written_over(tmp_path):
    path = tmp_path / "hub.toml"
    path.write_text("<<<<<<< a merge\n")
    with pytest.raises(HubError, match="fix the file first"):
        write_entry(path, GOOD)
    assert path.read_text() == "<<<<<<< a merge\n"
