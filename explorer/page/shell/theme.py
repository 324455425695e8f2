"""How the page looks: a theme for Gradio's own components, one stylesheet, one script and three typefaces, none loaded from elsewhere.

Lora (variable, Latin, OFL) travels inside the page as a data URI; IBM Plex Sans and Mono come with Gradio, of which only the regular and
bold weights are whole.
"""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

import gradio as gr

from . import modules

HERE = Path(__file__).resolve().parent
WIDGETS = HERE.parent / "widgets"

INK = gr.themes.Color(
    "#fbfaf7", "#f4f2ec", "#e9e6dd", "#d8d4c8", "#b3ada0", "#6c665b", "#615c52", "#46423a", "#2c2a25", "#1d1b18", "#131210", name="ink"
)  # fmt: skip
COBALT = gr.themes.Color(
    "#eef2ff", "#dfe6ff", "#c3cfff", "#9db0ff", "#7f95fc", "#3f5ef0", "#2f49d1", "#263ba8", "#20317f", "#1b2860", "#121a40", name="cobalt"
)  # fmt: skip

# Nothing moves for those who asked for that, Gradio's own parts neither. It is not in the stylesheet, whose rules Gradio applies to the
# page's main part alone: messages appear beside it. Play plays, which is asked for.
STILL = (
    "@media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation-duration: .01ms !important; "
    "animation-iteration-count: 1 !important; transition-duration: .01ms !important; scroll-behavior: auto !important } }"
)


def theme() -> gr.themes.Base:
    """Paper, ink and cobalt; no boxes, shadows or gradients."""
    sans = gr.themes.LocalFont("IBM Plex Sans", weights=(400, 700))
    mono = gr.themes.LocalFont("IBM Plex Mono", weights=(400, 700))
    return gr.themes.Base(
        primary_hue=COBALT, neutral_hue=INK, radius_size="sm", spacing_size="md", text_size="md",
        font=[sans, "system-ui", "sans-serif"], font_mono=[mono, "ui-monospace", "monospace"],
    ).set(
        body_background_fill="*neutral_50", body_background_fill_dark="*neutral_950",
        body_text_color="*neutral_900", body_text_color_dark="*neutral_100",
        block_background_fill="transparent", block_background_fill_dark="transparent",
        block_border_width="0px", block_shadow="none", block_padding="0px",
        block_label_background_fill="transparent", block_label_background_fill_dark="transparent",
        block_title_text_weight="400", block_title_text_size="*text_sm",
        block_title_text_color="*neutral_700", block_title_text_color_dark="*neutral_300",
        block_info_text_color="*neutral_500", block_info_text_color_dark="*neutral_400",
        input_background_fill="white", input_background_fill_dark="*neutral_900",
        input_border_color="*neutral_300", input_border_color_dark="*neutral_700",
        input_placeholder_color="*neutral_500", input_placeholder_color_dark="*neutral_400", input_border_width="1px", input_shadow="none",
        button_primary_background_fill="*primary_500", button_primary_background_fill_dark="*primary_500",
        button_primary_background_fill_hover="*primary_600", button_primary_background_fill_hover_dark="*primary_600",
        button_primary_text_color="white", button_primary_shadow="none",
        button_secondary_background_fill="white", button_secondary_background_fill_dark="*neutral_900",
        button_secondary_border_color="*neutral_300", button_secondary_border_color_dark="*neutral_700",
        button_secondary_shadow="none", slider_color="*primary_500", slider_color_dark="*primary_400", layout_gap="20px",
    )  # fmt: skip


def head() -> str:
    """The page's head: the serif typeface, the script that the widgets share, and those for visits, uploads and the drawer."""
    loads = f'data-folder="{modules.folder()}" data-names="{" ".join(modules.names())}"'
    upload = (WIDGETS / "upload.js").read_text(encoding="utf-8")
    page, visit, drawer = ((HERE / name).read_text(encoding="utf-8") for name in ("page.js", "visit.js", "drawer.js"))
    scripts = "".join(f"<script>{script}</script>" for script in (visit, upload, drawer))
    return f"<style>{_serif()}{STILL}</style><script {loads}>{page}</script>{scripts}"


def style() -> str:
    """The stylesheet: the page's, then the widgets', each beside its widget."""
    sheets = [HERE / "style.css", HERE / "document.css", *sorted(WIDGETS.glob("*.css"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in sheets)


def document_style() -> str:
    """The stylesheet of a document's own page (`documents`), with the typeface and the colours that Gradio's page has from its theme."""
    sheets = ((HERE / name).read_text(encoding="utf-8") for name in ("document_page.css", "document.css"))
    return "\n".join([_serif(), STILL, *sheets])


@cache
def _serif() -> str:
    lora = base64.b64encode((HERE / "fonts" / "lora-latin-wght-normal.woff2").read_bytes()).decode()
    return f"@font-face{{font-family:Lora;font-weight:400 700;font-display:swap;src:url(data:font/woff2;base64,{lora}) format('woff2')}}"
