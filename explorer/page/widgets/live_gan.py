"""A GAN on digits that learns in the visitor's browser, in a worker (workers/live_gan.mjs), so that the page stays responsive.

The widget has its own controls, because nothing that happens here needs the server. It sends its curves to the chart of its channel.
It has no events.
"""

from __future__ import annotations

from typing import Any, TypedDict

from .base import Widget


class LiveSetting(TypedDict):
    """A setting (`explorer.page.tabs.lab.live.Setting`)."""

    key: str
    label: str
    kind: str  # "choice", "rate", "number" or "whole"
    default: Any
    options: list[list[Any]]  # text and value
    low: float
    high: float
    info: str
    restarts: bool


class LivePreset(TypedDict):
    """A button that breaks the GAN (`explorer.page.tabs.lab.live.Preset`)."""

    label: str
    start: str
    settings: dict[str, Any]
    question: str
    answer: str


class LiveValue(TypedDict):
    """What the widget needs to begin."""

    settings: list[LiveSetting]
    presets: list[LivePreset]
    mended: str  # what the button that mends says
    begins: dict[str, Any]  # the settings to begin with
    linked: bool  # whether they come from a link
    query: str  # of a link whose state's `live` becomes the settings
    libraries: dict[str, Any]  # by name, the URLs and the hash
    megabytes: int  # to load when the visitor begins
    sheet: str  # URLs relative to the root path
    healthy: dict[str, str]  # by the side of the pictures
    labels: str  # of the first digits of the sheet
    held_out: int


class LiveGAN(Widget):
    VALUE = LiveValue
    SKELETON = '<section class="live"></section>'
