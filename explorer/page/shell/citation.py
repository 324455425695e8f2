"""How to cite this software, from CITATION.cff."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).resolve().parents[3] / "CITATION.cff"


@cache
def bibtex() -> str:
    """A BibTeX entry (biblatex's type @software); "" if the app was installed without CITATION.cff."""
    if not FILE.is_file():
        return ""
    facts = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    fields = {
        "title": f"{{{facts['title']}}}",
        "author": " and ".join(f"{{{author['name']}}}" for author in facts["authors"]),
        "version": facts["version"],
        "date": facts["date-released"],
        "license": facts["license"],
    }
    lines = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
    return f"@software{{generative-model-explorer,\n{lines}\n}}"
