"""The state of the Text to bird tab survives a link; every sentence that a visitor may type gives birds or a clear message."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image
from tiny import tiny_bird_judge, tiny_dcgan, tiny_stackgan, tiny_text

from explorer.page.shared import links
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.tabs.birds import session
from explorer.page.tabs.birds.views import BirdViews
from explorer.zoo import Zoo

VISITORS = (
    "a red bird", "A RED BIRD!!!", "crimson", "bird", "a bird with blue wings and a yellow belly", "tiny hummingbird, green throat",
    "a fat pigeon on a roof", "my grandmother's canary", "an angry black crow", "a bird that is not red", "parrot", "ein roter Vogel",
    "un oiseau bleu très joli", "赤い鳥", "красная птица", "🐦🐦🐦", "asdf qwer zxcv", "<script>alert(1)</script>", "<b>red</b> *bird*",
    "a red\x00 bird\x1b[31m", "'; drop table birds; --", "?!...", "a " * 150 + "red bird", "reeed brid wiht blak wigns", "a\nred\n\nbird",
)  # fmt: skip


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    root = tmp_path_factory.mktemp("zoo")
    tiny_dcgan().save_pretrained(root / "tiny-dcgan")
    tiny_text().save_pretrained(root / "tiny-text")
    tiny_stackgan(sizes=(64,)).save_pretrained(root / "stackgan-birds")
    tiny_bird_judge().save_pretrained(root / "judge-birds")
    return Studio(Zoo(root))


def settings(studio: Studio, *values) -> dict:
    """The checked state with these values, in the order of the fields."""
    return session.FIELDS.check(studio, dict(zip(session.FIELDS, values, strict=True)))


@pytest.mark.parametrize("other", ["", "a blue bird"])
def test_a_link_carries_the_whole_state(studio, other):
    state = {"model": "stackgan-birds", "sentence": "a red bird 🐦", "seed": 7, "count": 5, "other": other, "augmentation": 0.5}
    found = links.carried(links.pack(session.SLUG, state), session.SLUG)
    assert session.FIELDS.check(studio, found) == state


@pytest.mark.parametrize("said", ["a yel\u00adlow bird", "\ufeffa yellow\u200b bird", "\u202ea yellow bird\u202c", "a\u00a0yellow\tbird"])
def test_what_is_not_seen_is_not_read(said):
    assert session.sentence("sentence", said) == "a yellow bird"
    assert session.sentence("sentence", "caf" + "e\u0301") == "caf\u00e9"


@pytest.mark.parametrize("said", VISITORS)
def test_what_visitors_type_gives_birds_and_a_harmless_page(studio, said):
    state = settings(studio, "stackgan-birds", said, 0, 1, "", 1.0)
    *_, view = BirdViews(studio).request(state)
    assert len(view["grid"]["pictures"]) == 1 and view["grid"]["pictures"][0]["src"].startswith("data:image/png")
    assert "<script" not in view["lesson"] and "<b>" not in view["lesson"] and state["sentence"].isprintable()


@pytest.mark.parametrize(
    "field, values",
    [
        ("sentence", ("stackgan-birds", "", 0, 1, "", 1.0)),
        ("sentence", ("stackgan-birds", " \t\n\x00", 0, 1, "", 1.0)),
        ("sentence", ("stackgan-birds", "red " * 1250, 0, 1, "", 1.0)),
        ("sentence", ("stackgan-birds", None, 0, 1, "", 1.0)),
        ("sentence", ("stackgan-birds", ["red"], 0, 1, "", 1.0)),
        ("morph to", ("stackgan-birds", "red", 0, 1, 5, 1.0)),
        ("model", ("tiny-dcgan", "red", 0, 1, "", 1.0)),
        ("seed", ("stackgan-birds", "red", -1, 1, "", 1.0)),
        ("seed", ("stackgan-birds", "red", 2**32 - 1, 2, "", 1.0)),
        ("how many", ("stackgan-birds", "red", 0, 33, "", 1.0)),
        ("conditioning augmentation", ("stackgan-birds", "red", 0, 1, "", float("nan"))),
    ],
)
def test_what_cannot_be_used_is_named(studio, field, values):
    with pytest.raises(FieldError, match=f"^{field}: got"):
        settings(studio, *values)


def test_without_the_encoder_there_is_nothing_to_draw_sentences_with(tmp_path):
    tiny_stackgan(sizes=(64,)).save_pretrained(tmp_path / "stackgan-birds")
    assert Studio(Zoo(tmp_path)).catalogue.illustrators == []
    tiny_text().save_pretrained(tmp_path / "tiny-text")
    assert Studio(Zoo(tmp_path)).catalogue.illustrators == ["stackgan-birds"]


def test_an_edited_word_changes_the_birds_and_keeps_their_noise(studio):
    views = BirdViews(studio)
    red, blue = (settings(studio, "stackgan-birds", f"a {colour} bird", 3, 2, "", 1.0) for colour in ("red", "blue"))
    for (seed, _, before), (same, _, after) in zip(views.drawn(red), views.drawn(blue), strict=True):
        assert seed == same and not before[-1].equal(after[-1])


def test_sketches_come_before_their_larger_pictures_and_both_are_kept(studio, tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.page.tabs.birds.views.BETWEEN", 0.0)  # every view
    tiny_stackgan(sizes=(64, 256)).save_pretrained(tmp_path / "two-stages")
    tiny_text().save_pretrained(tmp_path / "tiny-text")
    views = BirdViews(Studio(Zoo(tmp_path)))
    state = settings(views.studio, "two-stages", "a red bird", 0, 3, "", 1.0)
    shown = [[len(picture["beside"][0][1]) for picture in view["grid"]["pictures"]] for view in views.request(state)]
    assert shown == [[1], [1, 1], [1, 1, 1], [2, 1, 1], [2, 2, 1], [2, 2, 2]]
    with zipfile.ZipFile(io.BytesIO(views.archive(state))) as file:
        assert [Image.open(file.open(name)).size[0] for name in ("bird-02.png", "bird-02-stage-1.png")] == [256, 64]


def test_the_judge_s_colours_stand_under_every_bird_and_unknown_words_above(studio):
    state = settings(studio, "stackgan-birds", "a grumpy bird", 0, 2, "", 1.0)
    *_, view = BirdViews(studio).request(state)
    assert "<em>grumpy</em>" in view["lesson"]
    for picture in view["grid"]["pictures"]:
        assert [name for name, _ in picture["facts"]] == ["seed", "the judge sees", "crown", "time for all"]
