"""explorer/page/shell/documents.py: cards and documents as HTML pages; what they contain is safe, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from starlette.applications import Starlette
from starlette.testclient import TestClient
from tiny import tiny_dcgan, tiny_ddpm

from explorer.page.shared.links import card_path, unpack
from explorer.page.shared.studio import Studio
from explorer.page.shell.citation import bibtex
from explorer.page.shell.documents import ROOT, Documents, render
from explorer.page.tabs import TABS
from explorer.zoo import Zoo

CARD = """---
explorer: {summary: hidden}
---

# tiny-dcgan

<img src=x onerror=alert(1)> [click](javascript:alert(1)) [docs](../../docs/infogan.md) [code](../../app.py) [paper](https://arxiv.org/abs/1)

## Training

| a | b |
|---|---|
| 1 | 2 |

<details><summary>generator: 5 weights</summary>

| layer | weights |
|---|---|
| first | 5 |

</details>

## Samples

![64 samples](samples.webp)

## Licence
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    for name, model in (("tiny-dcgan", tiny_dcgan()), ("tiny-ddpm", tiny_ddpm())):
        model.save_pretrained(folder / name)
        (folder / name / "README.md").write_text(CARD)
    (folder / "tiny-dcgan" / "samples.webp").write_bytes(b"RIFF")
    return folder


@pytest.fixture(scope="module")
def web(folder) -> TestClient:
    studio = Studio(Zoo(folder))
    return TestClient(Starlette(routes=Documents(studio, TABS).routes()))


def test_a_card_is_a_page_of_its_own_without_its_front_matter(web):
    answer = web.get(f"/{card_path('tiny-dcgan')}")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    assert "<title>tiny-dcgan</title>" in answer.text and "hidden" not in answer.text
    assert "<td>1</td>" in answer.text and '<img src="samples.webp" alt="64 samples" />' in answer.text
    assert '<a href="#section-2">Samples</a>' in answer.text and '<h2 id="section-2">Samples</h2>' in answer.text
    assert "<details><summary>generator: 5 weights</summary>" in answer.text and answer.text.count("</details>") == 1
    assert bibtex().splitlines()[0] in answer.text and "default-src 'none'" in answer.headers["content-security-policy"]


def test_markup_in_a_card_is_shown_as_text(web):
    text = web.get(f"/{card_path('tiny-dcgan')}").text
    assert "<img src=x" not in text and "&lt;img src=x onerror=alert(1)&gt;" in text
    assert 'href="javascript' not in text


def test_a_link_stays_if_it_leads_to_a_document_or_to_another_site(web):
    text = web.get(f"/{card_path('tiny-dcgan')}").text
    assert '<a href="../../docs/infogan.md">docs</a>' in text and '<a href="https://arxiv.org/abs/1">paper</a>' in text
    assert "app.py" not in text and "<span>code</span>" in text


@pytest.mark.parametrize(("name", "slug"), [("tiny-dcgan", "sample"), ("tiny-ddpm", "sample")])
def test_a_card_leads_to_the_tab_that_shows_its_model(web, name, slug):
    address = re.search(r'<nav><a href="\.\./\.\./\?q=([^"]+)"', web.get(f"/{card_path(name)}").text)[1]
    state = unpack(address)
    assert state["model"] == name and state["tab"] in {tab.slug for tab in TABS}


def test_pictures_of_a_card_are_served_and_no_other_file(web):
    assert web.get("/checkpoints/tiny-dcgan/samples.webp").headers["content-type"] == "image/webp"
    paths = [
        "/checkpoints/tiny-dcgan/model.safetensors", "/checkpoints/tiny-dcgan/config.json", "/checkpoints/none/README.md",
        "/checkpoints/tiny-dcgan/..%2F..%2FREADME.md", "/checkpoints/tiny-dcgan/none.webp", "/docs/screenshots.py", "/docs/..%2Fapp.py",
        "/checkpoints/..%2Fdocs/infogan.md",
    ]  # fmt: skip
    assert {path: web.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)


def test_a_card_that_is_no_text_is_named(web, folder):
    (folder / "tiny-ddpm" / "README.md").write_bytes(b"\xff\xfe\x00")
    answer = web.get(f"/{card_path('tiny-ddpm')}")
    assert answer.status_code == 404 and "checkpoints/tiny-ddpm/README.md cannot be shown" in answer.text
    (folder / "tiny-ddpm" / "README.md").write_text(CARD)


@pytest.mark.parametrize("path", sorted(str(path.relative_to(ROOT)) for path in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]))
def test_every_document_and_picture_that_the_documents_name_is_served(web, path):
    """But for links into the checkpoints, which are others here."""
    answer = web.get(f"/{path}")
    assert answer.status_code == 200
    for source in re.findall(r'<img src="([^"]+)"', answer.text):
        target = str((Path("/") / path).parent / source)
        if "checkpoints" not in target:
            assert web.get(target.replace("/docs/../", "/")).status_code == 200, target


def test_the_citation_has_what_the_file_says():
    facts = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert bibtex() in (ROOT / "README.md").read_text()
    assert facts["title"] in bibtex() and facts["license"] in bibtex() and bibtex().count("{") == bibtex().count("}")


def test_a_document_without_sections_has_no_list_of_them():
    title, content = render("# One\n\ntext", "docs/one.md", ())
    assert title == "One" and "contents" not in content
