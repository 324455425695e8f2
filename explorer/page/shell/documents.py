"""Serves model cards and documents: the repository's Markdown files as HTML pages, each at its path in the repository.

At these paths, relative links between documents and to their pictures work as they do on GitHub. The page shows a card in a drawer
(drawer.js), which takes the `<article>` out of the card's HTML page.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from explorer import folder
from explorer.page.shared import links
from explorer.page.shared.links import CARD, CHECKPOINTS
from explorer.page.shared.studio import Studio

from .citation import bibtex
from .gate import requested_path
from .tab import Tab
from .theme import document_style

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = ("README.md", "train/README.md", "docs/*.md")
PICTURES = {".png": "image/png", ".svg": "image/svg+xml", ".webp": "image/webp"}
DETAILS = re.compile(r"<p>&lt;details&gt;&lt;summary&gt;(.*?)&lt;/summary&gt;</p>")  # the only HTML allowed in a document
LARGEST = 2**20  # bytes of a document
HEADERS = {
    "content-security-policy": "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; font-src data:",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True)
class Documents:
    """The documents of an app, and the routes that serve them.

    Attributes:
        tabs: the tabs of the page; a card has a link to the first of them that can show its model.
    """

    studio: Studio
    tabs: Sequence[Tab]

    def routes(self) -> list[Route]:
        """The Starlette routes of the documents and their pictures."""
        return [Route(path, self.answer) for path in ("/README.md", "/train/README.md", "/docs/{file}", "/checkpoints/{name}/{file}")]

    def answer(self, request: Request) -> Response:
        """A document as an HTML page, or a picture; status 404 for any other path."""
        path = requested_path(request.scope).lstrip("/")
        if not self.serves(path):
            return PlainTextResponse("There is no such document.", 404)
        place, file = self._place(path)
        try:
            if media := PICTURES.get(Path(file).suffix):
                return Response(folder.read(place, file), media_type=media, headers=HEADERS)
            text = folder.read(place, file, most=LARGEST).decode()
        except (folder.PartError, UnicodeDecodeError) as error:
            return PlainTextResponse(f"{path} cannot be shown: {error}.", 404)
        title, article = render(text, path, tuple(target for target in _targets(text, path) if self.serves(target)))
        return HTMLResponse(_page(title, article, *self._opener(path)), headers=HEADERS)

    def serves(self, path: str) -> bool:
        """Whether there is a document or a picture at this path, relative to the root path."""
        place, file = self._place(path)
        if place is None or "/" in file or not file:
            return False
        is_card = path.startswith(f"{CHECKPOINTS}/")
        known = file == CARD if is_card else any(Path(path).match(pattern) for pattern in DOCUMENTS)
        return (known or Path(file).suffix in PICTURES) and (place / file).is_file()

    def _place(self, path: str) -> tuple[Path | None, str]:
        """The folder and the name of the file at a path; None for an unknown model."""
        head, _, file = path.rpartition("/")
        if head.startswith(f"{CHECKPOINTS}/"):
            checkpoint = self.studio.zoo.checkpoints.get(head.removeprefix(f"{CHECKPOINTS}/"))
            return (checkpoint.folder, file) if checkpoint else (None, file)
        return (ROOT / head, file) if head in ("", "docs", "train") else (None, file)

    def _opener(self, path: str) -> tuple[str, str]:
        """The address of the app, relative to a document's, and the text of the link to it; for a card, the app with its model."""
        up = "../" * path.count("/") or "./"
        name = path.split("/")[1] if path.startswith(f"{CHECKPOINTS}/") else ""
        slug = next((tab.slug for tab in self.tabs if name in tab.needs(self.studio)), "")
        return (f"{up}?q={links.pack(slug, {'model': name})}", f"Try {name}") if slug else (up, "Generative Model Explorer")


MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@lru_cache(maxsize=64)
def render(text: str, path: str, served: tuple[str, ...]) -> tuple[str, str]:
    """A Markdown document as HTML.

    HTML in the Markdown is shown as text, except `<details><summary>`. A relative link to a file that is not served becomes plain text.
    Each table can be scrolled. Links to the sections (the headings of level 2) stand before the first of them.

    Args:
        path: of the document, relative to the root path.
        served: the paths that relative links may lead to.

    Returns:
        The first heading, and the HTML of the document. Both are safe to insert in a page.
    """
    tokens = MARKDOWN.parse(_body(text))
    headings, sections = [], []
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if token.children:
            _keep_links(token.children, path, served)
        if token.type == "heading_open":
            headings.append(after.content)
            if token.tag == "h2":
                token.attrs["id"] = f"section-{len(sections) + 1}"
                sections.append(f'<a href="#section-{len(sections) + 1}">{html.escape(after.content)}</a>')
    content = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    content = content.replace("<table>", '<div class="scrolls" tabindex="0"><table>').replace("</table>", "</table></div>")
    content = DETAILS.sub(r"<details><summary>\1</summary>", content).replace("<p>&lt;/details&gt;</p>", "</details>")
    contents = f'<p class="contents">{" ".join(sections)}</p>\n' if len(sections) > 2 else ""
    before, heading, after_heading = content.partition("<h2")
    return html.escape(headings[0] if headings else path), before + contents + heading + after_heading


def _body(text: str) -> str:
    """A document without its YAML front matter."""
    return re.sub(r"\A---\n.*?\n---\n", "", text, count=1, flags=re.DOTALL)


def _targets(text: str, path: str) -> set[str]:
    """The paths that a document's relative links lead to."""
    children = (child for token in MARKDOWN.parse(_body(text)) for child in token.children or ())
    return {_target(str(child.attrs["href"]), path) for child in children if child.type == "link_open"} - {""}


def _target(address: str, path: str) -> str:
    """The path that a link in the document at `path` leads to; "" if it leads to another site or within the document."""
    parts = urlsplit(address)
    relative = not (parts.scheme or parts.netloc) and parts.path
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path))) if relative else ""


def _keep_links(tokens: list[Token], path: str, served: Sequence[str]) -> None:
    """Turn relative links to paths that are not served into text."""
    kept = True
    for token in tokens:
        if token.type == "link_open":
            target = _target(str(token.attrs["href"]), path)
            kept = not target or target in served
        if token.type in ("link_open", "link_close") and not kept:
            token.tag, token.attrs = "span", {}


def _page(title: str, article: str, address: str, words: str) -> str:
    """A document as an HTML page of its own."""
    citation = f"<section><h2>Cite this</h2><pre>{html.escape(bibtex())}</pre></section>" if bibtex() else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{document_style()}</style>
</head>
<body>
<nav><a href="{html.escape(address)}">{html.escape(words)}</a></nav>
<main><article class="document">
{article}{citation}
</article></main>
</body>
</html>
"""
