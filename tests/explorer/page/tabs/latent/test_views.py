"""What the Latent space tab shows of a fit, a morph and a sweep."""

from __future__ import annotations

from io import BytesIO

import pytest
import torch
from PIL import Image

from explorer.page.shared import inputs
from explorer.page.shared.uris import uri
from explorer.page.tabs.latent.views import Views

NAME = "tiny-dcgan"


def test_a_share_of_nothing_is_the_latent_s_own_picture(studio, reached):
    z = studio.latent(NAME, reached["a"])[None]
    own, all_of_it = (studio.draw(NAME, z, beyond=[studio.beyond(NAME, reached["a"] | {"share": share})]) for share in (0.0, 1.0))
    assert torch.equal(own, studio.draw(NAME, z)) and not torch.equal(all_of_it, own)


def test_the_psnr_of_a_fit_is_not_told_of_a_share_of_it(studio, reached):
    whole = reached | {"a": reached["a"] | {"share": 1.0}}
    told = [Views(studio).draw(state)[1]["stage"] for state in (reached, whole)]
    assert [any(name == "PSNR" for name, *_ in stage["facts"]) for stage in told] == [False, True]
    assert [stage["pictures"][0]["title"] for stage in told] == ["cat, 75% of the added numbers", "cat, 17.2 dB"]


def test_a_fit_that_is_stopped_before_anything_was_added_is_told_as_one_of_the_latent(studio, fitted):
    state = fitted | {"target": inputs.example(studio, NAME, 0)}
    options = {
        "optimizer": "quasi-newton",
        "steps": 40,
        "restarts": 2,
        "learning_rate": None,
        "perceptual": 0.0,
        "seed": 0,
        "space": "extended",
    }
    views = Views(studio)
    seen = list(views.fit(state, options))
    lessons = [views.fitted(*one)["lesson"] for one in (seen[0], seen[-1])]
    assert "after the first" not in lessons[0] and "after the first" in lessons[1]


def test_a_morph_of_two_reached_points_ends_at_both(studio, reached):
    state = reached | {"b": {"seed": 4}, "mode": "morph", "frames": 5}
    now, view = Views(studio).morph(state)
    assert "<em>fade</em>" in view["lesson"]
    drawn = [studio.draw(NAME, studio.latent(NAME, spec)[None], beyond=[studio.beyond(NAME, spec)]) for spec in now["strip"]]
    ends = [studio.draw(NAME, studio.latent(NAME, state[slot])[None], beyond=[studio.beyond(NAME, state[slot])]) for slot in "ab"]
    assert torch.equal(drawn[0], ends[0]) and torch.equal(drawn[-1], ends[1]) and not torch.equal(drawn[2], ends[0])


def frames_of(film: bytes) -> int:
    return Image.open(BytesIO(film)).n_frames


@pytest.mark.parametrize("mode", ["fit", "morph", "sweep"])
def test_a_saved_film_shows_the_pictures_of_the_strip(studio, reached, mode):
    views = Views(studio)
    if mode == "fit":
        options = reached["a"]["settings"] | {"optimizer": "quasi-newton", "steps": 40}
        now, view = list(views.fit(reached | {"target": inputs.example(studio, NAME, 0)}, options))[-1]
        view = views.fitted(now, view)
        assert any("beyond" in spec for spec in now["strip"])
    else:
        now, view = getattr(views, mode)(reached | {"mode": mode, "frames": 5})
    shown = [frame["src"] for frame in view["strip"]["frames"]]
    assert [uri(picture) for picture in views.strip(NAME, now["strip"])[0]] == shown
    assert frames_of(views.film(now, "gif")) == len(dict.fromkeys(shown))  # Pillow stores equal frames once
