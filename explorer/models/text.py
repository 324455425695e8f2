"""A small text encoder for sentences about birds, which can also encode words that were not in its training data.

The vector of a word is the mean of the vectors of its letter groups, the character n-grams of Bojanowski et al. 2017, "Enriching Word
Vectors with Subword Information". A misspelt word shares most groups with its correct spelling. A small transformer encodes the sequence of
words (Vaswani et al. 2017); the output of a learned start token is the sentence's vector. The encoder is distilled from a large sentence
encoder (Hinton et al. 2015), and trained on pictures, so that sentences about birds that look different get distant vectors (Reed et al.
2016; Radford et al. 2021): see train/recipes/text.py.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .base import Model

INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"  # soft hyphen, zero width, direction, BOM
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_WITHIN = f"\u0300-\u036f{INVISIBLE}"  # what may follow a letter within a word: combining accents and invisible characters
_LETTERS = rf"[^\W_](?:[^\W_]|[{_WITHIN}])*"
_WORD = re.compile(rf"{_LETTERS}(?:'[{_WITHIN}]*{_LETTERS})*")
GROUPS = 24  # the most letter groups of a word
FILTER = 65536  # bits of the Bloom filter of known words


def visible(text: str) -> str:
    """Remove invisible characters (soft hyphens, zero-width and directional ones, byte order marks), and normalise the text to NFC."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def words_of(sentence: str) -> list[tuple[str, int, int]]:
    """The words of a sentence in lower case, each with the positions of its start and end. Invisible characters, such as soft hyphens, are
    removed from the words, and a letter with a separate accent becomes one character.

    >>> words_of("A red-bellied bird!")
    [('a', 0, 1), ('red', 2, 5), ('bellied', 6, 13), ('bird', 14, 18)]
    """
    return [(visible(match[0]).lower(), match.start(), match.end()) for match in _WORD.finditer(sentence)]


def _hash(text: str, salt: int = 0) -> int:
    return zlib.crc32(text.encode(), salt)


@lru_cache(maxsize=50_000)
def letter_groups(word: str, buckets: int) -> tuple[int, ...]:
    """Hash values, from 1 to buckets - 1, of a word and of its groups of 3 to 5 letters; at most `GROUPS`. "<" and ">" mark the beginning
    and the end of the word. Accents are removed, so that "café" and "cafe" are the same word.
    """
    word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    marked = f"<{word}>"
    groups = [marked] + [marked[i : i + n] for n in (3, 4, 5) for i in range(len(marked) - n + 1) if n < len(marked)]
    return tuple(1 + _hash(group) % (buckets - 1) for group in groups[:GROUPS])


class TextBlock(nn.Module):
    """Self-attention over the words, padding masked, then a two-layer network, each with pre-norm and a residual connection."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        if width % heads:
            raise ValueError(f"{heads} heads cannot share a width of {width}; expected a multiple")
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention, self.mix = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.inner, self.outer = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(batch, n, width), and (batch, 1, 1, n) True where there is a word -> (batch, n, width)."""
        query, key, value = self.attention(self.norm1(x)).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        x = x + self.mix(F.scaled_dot_product_attention(query, key, value, attn_mask=mask).transpose(1, 2).flatten(2))
        return x + self.outer(F.gelu(self.inner(self.norm2(x))))


class BirdText(Model):
    """Sentences -> vectors.

    Args:
        text_size: size of a sentence's vector; its norm is sqrt(text_size).
        width, layers, heads: of the transformer.
        buckets: the number of hash values for letter groups.
        most_words: the largest number of words of a sentence; more words are ignored.
    """

    def __init__(
        self, text_size: int = 256, width: int = 192, layers: int = 3, heads: int = 6, buckets: int = 12_288, most_words: int = 40
    ):
        super().__init__()
        self.text_size, self.buckets, self.most_words = text_size, buckets, most_words
        self.groups = nn.EmbeddingBag(buckets, width, mode="mean", padding_idx=0)
        self.start = nn.Parameter(nn.init.normal_(torch.empty(width), std=0.02))
        self.places = nn.Embedding(most_words + 1, width)
        self.blocks = nn.ModuleList(TextBlock(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.last = nn.Linear(width, text_size)
        self.register_buffer("known", torch.zeros(FILTER, dtype=torch.uint8))
        nn.init.normal_(self.places.weight, 0.0, 0.02)

    def tokens(self, sentences: Sequence[str]) -> Tensor:
        """The hash values of the letter groups, (batch, words, GROUPS) int64. 0 is padding, up to the longest sentence, or to one word."""
        sentence_groups = [[letter_groups(word, self.buckets) for word, _, _ in words_of(s)[: self.most_words]] for s in sentences]
        tokens = torch.zeros(len(sentence_groups), max(1, *(len(words) for words in sentence_groups), 1), GROUPS, dtype=torch.int64)
        for row, words in enumerate(sentence_groups):
            for column, groups in enumerate(words):
                tokens[row, column, : len(groups)] = torch.tensor(groups)
        return tokens

    def gather(self, tokens: Tensor) -> Tensor:
        """Letter groups (batch, words, GROUPS) -> (batch, width), the output of the first token."""
        batch, words, _ = tokens.shape
        x = self.groups(tokens.flatten(0, 1)).unflatten(0, (batch, words))
        x = torch.cat([self.start.expand(batch, 1, -1), x], 1) + self.places.weight[: words + 1]
        mask = F.pad(tokens[:, :, 0] > 0, (1, 0), value=True)[:, None, None]
        for block in self.blocks:
            x = block(x, mask)
        return self.norm(x[:, 0])

    def forward(self, tokens: Tensor) -> Tensor:
        """Letter groups (batch, words, GROUPS) -> sentence vectors (batch, text_size), each of norm sqrt(text_size)."""
        return F.normalize(self.last(self.gather(tokens)), dim=1) * self.text_size**0.5

    def understand(self, sentences: Sequence[str]) -> Tensor:
        """Sentences -> (batch, text_size). A sentence without words has a vector too."""
        return self(self.tokens(sentences).to(self.start.device))

    @torch.no_grad()
    def learn_words(self, words: Iterable[str]) -> None:
        """Add words to the list of known words. It is a Bloom filter (Bloom 1970), so a few unknown words count as known."""
        for word in words:
            for salt in (1, 2):
                self.known[_hash(word.lower(), salt) % FILTER] = 1

    def unknown(self, sentence: str) -> list[tuple[int, int]]:
        """The positions of the start and end of every word that is not in the list of known words, or comes after `most_words` words."""
        return [
            (start, end)
            for number, (word, start, end) in enumerate(words_of(sentence))
            if number >= self.most_words or not all(self.known[_hash(word, salt) % FILTER] for salt in (1, 2))
        ]
