"""A text encoder reads any sentence, also words that it never met."""

from __future__ import annotations

import zlib

import pytest
import torch
from tiny import tiny_text
from torch.nn import functional as F

from explorer.models import BirdText, Understands
from explorer.models.text import GROUPS, TextBlock, letter_groups, words_of

RUDE = ["", "   ", "🐦🐦", "a" * 5000, "bird " * 1000, "<b>red</b>", "ein roter Vogel", "红色的鸟", "\x00\x07", "'", "_", "\u0301"]


def test_words_keep_their_places_in_the_sentence():
    sentence = "A RED-bellied bird's café, isn't it?"
    found = words_of(sentence)
    assert [word for word, _, _ in found] == ["a", "red", "bellied", "bird's", "café", "isn't", "it"]
    assert all(sentence[start:end].lower() == word for word, start, end in found)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("a yel\u00adlow bird", ["a", "yellow", "bird"]),
        ("\ufeffred\u200b bi\u200drd\u200e", ["red", "bird"]),
        ("\u202ered\u202c \u2066wings\u2069", ["red", "wings"]),
        ("a ca\u0301rmi\u0301n bird's", ["a", "cármín", "bird's"]),
        ("\u00ad \u200b", []),
    ],
)
def test_what_is_not_seen_is_not_read(said, read):
    assert [word for word, _, _ in words_of(said)] == read
    encoder = tiny_text()
    assert torch.equal(encoder.understand([said]), encoder.understand([" ".join(read)]))


def test_letter_groups_are_the_word_and_its_three_to_five_letters():
    buckets = 1_000_003
    expected = ["<red>", "<re", "red", "ed>", "<red", "red>"]
    assert letter_groups("red", buckets) == tuple(1 + zlib.crc32(group.encode()) % (buckets - 1) for group in expected)
    assert letter_groups("café", buckets) == letter_groups("cafe", buckets)
    assert len(letter_groups("x" * 500, buckets)) == GROUPS and 0 not in letter_groups("x" * 500, 7)


def test_a_misspelt_word_shares_most_of_its_groups():
    right, wrong, other = (set(letter_groups(word, 10**6)) for word in ("yellowish", "yelowish", "brownest"))
    assert len(right & wrong) / len(wrong) > 0.4 > len(right & other) / len(other)


@pytest.mark.parametrize("sentence", RUDE)
def test_any_sentence_has_a_finite_vector_of_the_same_length(sentence):
    found = tiny_text().understand([sentence])
    assert found.shape == (1, 8) and found.isfinite().all() and found.norm().item() == pytest.approx(8**0.5, rel=1e-5)


def test_a_sentence_is_read_alike_beside_a_longer_one():
    model, short, long = tiny_text(), "a red bird", "this small bird has a yellow belly and black wings"
    assert torch.allclose(model.understand([short, long])[0], model.understand([short])[0], atol=1e-5)


def test_the_order_of_the_words_matters():
    one, other = tiny_text().understand(["red wings and a black belly", "black wings and a red belly"])
    assert not torch.allclose(one, other, atol=1e-3)


def test_words_that_are_not_there_are_not_attended_to():
    block = TextBlock(8, 2).eval()
    x, there = torch.randn(1, 3, 8), torch.tensor([True, True, False])[None, None, None]
    changed = x.clone()
    changed[0, 2] += 5
    assert torch.allclose(block(x, there)[0, :2], block(changed, there)[0, :2], atol=1e-6)
    query, key, value = (
        F.linear(block.norm1(x), w, b) for w, b in zip(block.attention.weight.chunk(3), block.attention.bias.chunk(3), strict=True)
    )
    slow = torch.zeros(3, 8)
    for head in (slice(0, 4), slice(4, 8)):
        for i in range(3):
            weight = (key[0, :2, head] @ query[0, i, head] / 2).softmax(0)
            slow[i, head] = weight @ value[0, :2, head]
    y = x[0] + block.mix(slow)
    assert torch.allclose(block(x, there)[0], y + block.outer(F.gelu(block.inner(block.norm2(y)))), atol=1e-5)


def test_it_tells_which_words_it_does_not_know(tmp_path):
    model = tiny_text()
    model.learn_words(["a", "Red", "bird"])
    sentence = "A red bird, quuxy!"
    assert [sentence[start:end] for start, end in model.unknown(sentence)] == ["quuxy"]
    assert len(model.unknown("bird " * 20)) == 20 - model.most_words
    model.save_pretrained(tmp_path)
    again = BirdText.from_pretrained(tmp_path)
    assert again.unknown(sentence) == model.unknown(sentence)


def test_few_strangers_are_taken_for_known():
    model = tiny_text()
    model.learn_words(f"known{i}" for i in range(3000))
    assert not any(model.unknown(f"known{i}") for i in range(3000))
    assert sum(not model.unknown(f"strange{i}") for i in range(2000)) < 40


def test_the_encoder_stays_below_its_twelve_megabytes(tmp_path):
    BirdText().save_pretrained(tmp_path)
    assert (tmp_path / "model.safetensors").stat().st_size < 12e6
    assert issubclass(BirdText, Understands)
