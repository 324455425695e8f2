"""text-birds: a text encoder, trained to embed sentences and pictures of birds in one space.

It has two losses. Distillation (Hinton et al. 2015): on sentences about birds and on everyday sentences, it must predict the vectors of a
large sentence encoder. The contrastive loss (Radford et al. 2021, figure 3; similar to the joint embedding of Reed et al. 2016): within a
batch, each sentence must be closest to its picture, and each picture to its sentence; a sentence with a wrong colour is an additional
negative. The image encoder is a small network on frozen ImageNet features and on the picture at 8 x 8 pixels, for the colours.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.models.text import BirdText, words_of
from train import data
from train.command import command
from train.data.birds import HELD_OUT, Bird, captions
from train.data.birds import records as bird_records
from train.data.birds.words import LIKE, SHADES
from train.metrics.forced_choice import SIX
from train.metrics.retrieval import pools, reciprocal_rank, retrieved
from train.parts.backbone import FrozenFeatures
from train.parts.teacher import Teacher
from train.parts.text_baselines import CharacterText, TeacherText
from train.recipe import Recipe, warm_cosine

REPEATS = 6


class ImageTower(nn.Module):
    """The image encoder: two linear layers with dropout, from image features to the space of the sentences. `scale` is the logarithm of the
    inverse temperature in the contrastive loss."""

    def __init__(self, features: int, size: int, width: int = 768):
        super().__init__()
        self.layers = nn.Sequential(
            nn.LayerNorm(features), nn.Dropout(0.2), nn.Linear(features, width), nn.GELU(), nn.Dropout(0.3), nn.Linear(width, size)
        )
        self.scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))  # Radford et al. 2021, section 2.5

    def forward(self, features: Tensor) -> Tensor:
        """(batch, features) -> (batch, size), each row of norm 1."""
        return F.normalize(self.layers(features), dim=1)


@torch.no_grad()
def image_features(pictures: data.Pictures, size: int = 128) -> Tensor:
    """Image features, (count, features): mean and maximum of EfficientNet-Lite1's activations at four scales, and the picture at 8 x 8
    pixels."""
    network = FrozenFeatures(size).to(memory_format=torch.channels_last)
    features = []
    for numbers in torch.arange(len(pictures)).split(32):
        images = pictures.batch(numbers)["images"].contiguous(memory_format=torch.channels_last)
        scales = network(images)
        small = F.adaptive_avg_pool2d(images, 8).flatten(1) * 2
        features.append(torch.cat([*(x.mean((2, 3)) for x in scales), *(x.amax((2, 3)) / 4 for x in scales), small], 1))
    return torch.cat(features)


@dataclass(kw_only=True)
class TextRecipe(Recipe):
    """A text encoder, trained with the contrastive loss and by distillation.

    Attributes:
        birds: the annotations of each picture.
        extra: sentences of the GIST data set for each picture.
        features: image features, (pictures, features).
        distillation_set: the sentences for distillation, and the teacher's vectors of them.
        contradicted: share of the pictures in a batch with an additional negative sentence.
        taught: number of sentences for distillation in a step.
        questions: the retrieval tasks of the evaluation, by name: sentences, image features, and pools of row numbers.
    """

    model: BirdText | TeacherText | CharacterText
    birds: list[Bird]
    extra: list[list[str]]
    features: Tensor
    distillation_set: tuple[list[str], Tensor]
    contradicted: float
    taught: int
    questions: dict[str, tuple[list[list[str]], Tensor, list[Tensor]]]

    def sentence(self, row: int, rng: random.Random) -> str:
        """A random sentence for a picture: generated from its attributes, written by a person, or from GIST. One in ten is misspelt."""
        if self.extra[row] and rng.random() < 0.1:
            sentence = rng.choice(self.extra[row]).lower()
        else:
            sentence = captions.describe(self.birds[row], rng)
        return captions.misspelt(sentence, rng) if rng.random() < 0.1 else sentence

    def encode(self, sentences: list[str]) -> Tensor:
        """Encode sentences, (count, text_size), in their order. Sentences of similar length are batched, which saves half of the time."""
        order = sorted(range(len(sentences)), key=lambda i: sentences[i].count(" "))
        device = next(self.model.parameters()).device
        groups = [order[len(order) * i // 4 : len(order) * (i + 1) // 4] for i in range(4)]
        vectors = [self.parts["text"](self.model.tokens([sentences[i] for i in group]).to(device)) for group in groups if group]
        return torch.cat(vectors)[torch.tensor(order, device=device).argsort()]

    def train_step(self, batch, backward):
        rng = random.Random(int(torch.randint(2**31, ())))
        rows = batch["row"].tolist()
        device = batch["row"].device
        true = [self.sentence(row, rng) for row in rows]
        count = int(len(rows) * self.contradicted)
        false = {i: sentence for i in range(count) if (sentence := captions.contradict(self.birds[rows[i]], rng))}
        pool, vectors = self.distillation_set
        numbers = [rng.randrange(len(pool)) for _ in range(self.taught)]
        distilled = [captions.misspelt(pool[i], rng) if rng.random() < 0.15 else pool[i] for i in numbers]

        tower = self.parts["image"]
        sizes = (len(true), len(false), len(distilled))
        encoded = self.encode([*true, *false.values(), *distilled])
        true_texts, false_texts, _ = F.normalize(encoded.float(), dim=1).split(sizes)
        distilled_vectors = encoded.split(sizes)[2]
        images = tower(self.features[rows].to(device)).float()
        scale = getattr(tower, "module", tower).scale.exp().clamp(max=100)
        logits = scale * images @ true_texts.T
        contradiction = torch.full((len(rows), 1), -1e4, device=device)
        indices = torch.tensor(list(false), dtype=torch.int64, device=device)
        contradiction = contradiction.index_copy(0, indices, scale * (images[indices] * false_texts).sum(1, keepdim=True))
        labels = torch.arange(len(rows), device=device)
        contrastive = (F.cross_entropy(torch.cat([logits, contradiction], 1), labels) + F.cross_entropy(logits.T, labels)) / 2
        targets = vectors[numbers].to(device)
        distillation_loss = (1 - F.cosine_similarity(self.parts["lesson"](distilled_vectors).float(), targets, dim=1)).mean()
        self.step("all", contrastive + 4 * distillation_loss, backward)
        accuracy = (logits.argmax(0) == labels).float().mean()
        return {"contrastive_loss": contrastive.detach(), "lesson_loss": distillation_loss.detach(), "batch_rank1": accuracy}

    @torch.no_grad()
    def evaluate(self, model):
        """Rank-1 retrieval in pools, for every kind of sentence; the largest cosine between sentences with two of six colours; and `error`,
        which chooses the checkpoint: 1 minus the mean reciprocal rank of the held-out training pictures, for `REPEATS` sentences each."""
        tower, measurements = self.parts["image"], {}
        tower.eval()
        device = next(model.parameters()).device
        for name, (sentences, features, groups) in self.questions.items():
            hits = []
            for number, group in enumerate(groups):
                rng = random.Random(number)
                queries = [rng.choice(sentences[i]) for i in group.tolist()]
                images = torch.cat([tower(part.to(device)) for part in features[group].split(500)])
                hits.append(retrieved(model.understand(queries), images).float())
            if hits:
                measurements[f"rank1_{name}"] = torch.cat(hits).mean().item()
        colours = F.normalize(model.understand([f"a {colour} bird" for colour in SIX]), dim=1)
        measurements["colour_cosine"] = (colours @ colours.T - 2 * torch.eye(len(SIX), device=device)).max().item()
        sentences, features, _ = self.questions["held_out"]
        images = torch.cat([tower(part.to(device)) for part in features.split(500)])
        ranks = []
        for number in range(REPEATS):
            rng = random.Random(number)
            queries = [rng.choice(choices) for choices in sentences]
            texts = torch.cat([model.understand(queries[i : i + 100]) for i in range(0, len(queries), 100)])
            ranks.append(reciprocal_rank(texts, images))
        tower.train()
        return measurements | {"error": 1 - sum(ranks) / len(ranks)}


def _questions(sentences: list[list[str]], labels: Tensor, features: Tensor, count: int):
    """A retrieval task: the sentences and features of the pictures that have sentences, and `count` random pools of their row numbers."""
    rows = torch.tensor([i for i, texts in enumerate(sentences) if texts], dtype=torch.int64)
    if not len(rows):
        return [], features[:0], []
    return [sentences[i] for i in rows.tolist()], features[rows], pools(labels[rows], count)


def distillation_set(birds: Sequence[Bird], extra: Sequence[Sequence[str]], count: int, seed: int = 0) -> tuple[list[str], Tensor]:
    """`count` sentences for distillation, half of them about birds in pictures and half everyday English; and the teacher's vectors for
    them, minus their mean."""
    rng, teacher = random.Random(seed), Teacher()
    words = teacher.words()
    about = [captions.describe(rng.choice(birds), rng) for _ in range(count // 2)]
    gist = [sentence for sentences in extra for sentence in sentences]
    about[: len(about) // 5] = [rng.choice(gist).lower() for _ in range(len(about) // 5)] if gist else about[: len(about) // 5]
    sentences = [*about, *(captions.everyday(words, rng) for _ in range(count - len(about)))]
    vectors = teacher(sentences)
    return sentences, vectors - vectors.mean(0)


def _vocabulary(birds: Sequence[Bird], extra: Sequence[Sequence[str]], rows: Sequence[int]) -> set[str]:
    """The words in sentences about these pictures, and in all names of colours."""
    rng = random.Random(0)
    sentences = [captions.describe(birds[row], rng) for row in rows for _ in range(3)]
    sentences += [word for table in (SHADES, LIKE) for words in table.values() for word in words]
    sentences += [sentence for row in rows for sentence in (*extra[row], *birds[row].human)]
    return {word for sentence in sentences for word, _, _ in words_of(sentence)}


@command(
    "text-birds",
    images=240_000,
    summary="A small text encoder that knows what can be seen of a bird.",
    trained_on="sentences about 8,412 pictures of 150 bird species",
    data="birds",
    story="The last weights of the run ship. During it, rank 1 in pools chose, which swings by chance; the mean reciprocal rank among 443 "
    "held-out training pictures, which chooses now, was measured for its end alone. Seed 0.",
    evaluate_every=40_000,
)
def text_birds(
    encoder: Literal["student", "minilm", "char-cnn-rnn"] = "student",
    batch_size: int = 192,
    rate: float = 1e-3,
    weight_decay: float = 0.05,
    contradicted: float = 0.33,
    taught: int = 64,
    distilled: int = 24_000,
    limit: int | None = None,
) -> Recipe:
    """A text encoder, distilled from a larger one and trained with pictures.

    Args:
        encoder: "student", which is shipped; or a baseline: "minilm", the frozen teacher with two trained layers, or "char-cnn-rnn" (Reed
            et al. 2016).
        batch_size: pictures per step, each with one sentence.
        rate: learning rate of AdamW, with warm-up and a cosine schedule.
        weight_decay: of AdamW.
        contradicted: share of the pictures whose sentence with a wrong colour is an additional negative.
        taught: sentences for distillation per step.
        distilled: how many sentences the teacher encodes before the run.
        limit: use only this many pictures, for a quick try.
    """
    pictures, test = (data.load("birds", split, 128, limit=limit) for split in ("train", "test"))
    birds = bird_records.describe("train", limit)
    gist = bird_records.sentences("train", "captions_gist", limit)
    features, test_features = image_features(pictures), image_features(test)
    numbers = torch.arange(len(pictures))
    train_rows, held_out = numbers[numbers % HELD_OUT != 0], numbers[numbers % HELD_OUT == 0]
    model = {"student": BirdText, "minilm": TeacherText, "char-cnn-rnn": CharacterText}[encoder]()
    pool = distillation_set([birds[i] for i in train_rows.tolist()], [gist[i] for i in train_rows.tolist()], distilled)
    if isinstance(model, BirdText):
        model.learn_words(_vocabulary(birds, gist, train_rows.tolist()))
    parts: dict[str, nn.Module] = {
        "text": model,
        "image": ImageTower(features.shape[1], model.text_size),
        "lesson": nn.Linear(model.text_size, Teacher.size),
    }
    weights, labels = [weight for part in parts.values() for weight in part.parameters()], pictures.labels["label"]
    templates = bird_records.sentences("train", "captions_from_attributes", limit)
    questions = {"held_out": _questions([templates[i] for i in held_out.tolist()], labels[held_out], features[held_out], 10)}
    for name, column in (("template", "captions_from_attributes"), ("human", "captions"), ("gist", "captions_gist")):
        questions[name] = _questions(bird_records.sentences("test", column, limit), test.labels["label"], test_features, 10)
    return TextRecipe(
        model=model,
        parts=parts,
        optimizers={"all": torch.optim.AdamW(weights, lr=rate, betas=(0.9, 0.98), weight_decay=weight_decay)},
        data=data.Pictures(data.InMemory(torch.zeros(len(train_rows), 3, 1, 1, dtype=torch.uint8)), {"row": train_rows}),
        batch_size=batch_size,
        metric="error",
        rates={"all": rate},
        rate=warm_cosine(0.05, 0.01),
        birds=birds,
        extra=gist,
        features=features,
        distillation_set=pool,
        contradicted=contradicted,
        taught=taught,
        questions=questions,
    )
