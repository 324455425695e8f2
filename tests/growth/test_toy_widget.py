"""A new widget is three files of one name: the page takes up its script and its look, and no other file is touched."""

from __future__ import annotations

import json

import growing

SEES = """
import json
from explorer.page.shell.theme import style
from explorer.page.widgets.toy import Toy
toy = Toy({"src": "data:,", "length": 0.5}, channel="anywhere")
print(json.dumps({"style": style(), "script": toy.js_on_load, "value": toy.value}))
"""


def test_a_widget_of_three_files_brings_its_script_and_its_look(tmp_path):
    root = growing.copied(tmp_path / "copy", "explorer")
    growing.add(root, *growing.WIDGET)
    seen = json.loads(growing.python(root, "-c", SEES))
    css, script = ((growing.TOYS / "explorer/page/widgets" / f"toy.{end}").read_text() for end in ("css", "js"))
    assert css in seen["style"] and script in seen["script"]
    assert json.loads(seen["value"]) == {"src": "data:,", "length": 0.5}
