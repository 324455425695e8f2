"""The recipes of the birds: what is asked of the text encoder and of the judge, and which sentences a picture meets."""

import pytest
import torch
from tiny import tiny_stackgan, tiny_text

from train.data.birds import Bird
from train.metrics.forced_choice import ELEVEN
from train.recipes import discover

COMMANDS = discover()
BIRDS = [Bird({"primary": ("red", "grey"), "belly": ("white",)}), Bird({"primary": ("blue", "black")}), Bird({})]


def recipe(name, tmp_path, **options):
    tiny_text().save_pretrained(tmp_path)
    return COMMANDS[name].build(text=str(tmp_path), limit=8, batch_size=4, said=2, contradicted=1, **options)


def test_rare_colours_come_more_often_and_keep_their_sentences(explorer_data, tmp_path):
    found = recipe("stackgan-birds", tmp_path)
    rows = found.data.labels["row"]
    assert rows.bincount().tolist() == [3, 3, 1, 1, 3, 3, 1, 1]  # red, blue, yellow, black
    images = found.data.fetch(torch.arange(4))
    assert torch.equal(images[0], images[2]) and not torch.equal(images[0], images[3])
    true, _ = found.sentences({"row": torch.tensor([5, 5, 5, 5])})
    own = found.true[5].float()
    assert all(any(torch.equal(row, one) for one in own) for row in true)


def test_an_untrue_sentence_is_the_pictures_own_or_the_true_one_of_its_neighbour(explorer_data, tmp_path):
    found, rows = recipe("stackgan-birds", tmp_path), torch.tensor([4, 5, 6, 7])
    kinds = set()
    for seed in range(20):
        torch.manual_seed(seed)
        true, false = found.sentences({"row": rows})
        for i, row in enumerate(false):
            own = any(torch.equal(row, one.float()) for one in found.false[rows[i]])
            assert own or torch.equal(row, true[i - 1])
            kinds.add(own)
    assert kinds == {True, False}


@pytest.mark.parametrize("name", ["stackgan-birds", "stackgan-birds-paper"])
def test_each_network_learns_by_its_own_loss(explorer_data, tmp_path, name):
    found = recipe(name, tmp_path)
    other = next(key for key in found.parts if key != "first")

    batch = found.data.batch([0, 1, 2, 3])
    for still, moves in ((other, "first"), ("first", other)):
        found.rates |= {still: 0.0, moves: 1e-3}
        before = {key: [p.clone() for p in part.parameters()] for key, part in found.parts.items()}
        found.train_step(batch, torch.Tensor.backward)
        same = {key: all(map(torch.equal, before[key], part.parameters())) for key, part in found.parts.items()}
        assert same == {still: True, moves: False}


def test_the_generator_hears_what_is_said_of_its_patches_by_their_weight(explorer_data, tmp_path):
    learned = []
    for weight in (0.0, 0.5, 2.0):
        torch.manual_seed(0)
        found = recipe("stackgan-birds", tmp_path, pixels=weight)
        assert ("patches" in found.parts) == bool(weight)
        found.rates |= dict.fromkeys(found.parts, 0.0)
        torch.manual_seed(1)
        told = found.train_step(found.data.batch([0, 1, 2, 3]), torch.Tensor.backward)
        assert ("patches_loss" in told) == bool(weight)
        learned.append(torch.cat([weights.grad.flatten() for weights in found.parts["first"].parameters()]))
    assert not torch.equal(learned[0], learned[1]) and not torch.equal(learned[1], learned[2])


def test_the_discriminator_on_patches_learns_to_tell_them(explorer_data, tmp_path):
    found = recipe("stackgan-birds", tmp_path, pixels=1.0)
    real, flat = found.data.batch([0, 1, 2, 3])["images"], torch.zeros(4, 3, 64, 64)
    first, *_, last = (found.learn_patches(real, flat, torch.Tensor.backward) for _ in range(20))
    assert last < first / 2


def test_the_second_stage_leaves_the_first_as_it_was(explorer_data, tmp_path):
    found = recipe("stackgan-birds", tmp_path, stage=2, size=128)
    before = {key: value.clone() for key, value in found.model.first.state_dict().items()}
    found.train_step(found.data.batch([0, 1, 2, 3]), torch.Tensor.backward)
    assert all(torch.equal(value, found.model.first.state_dict()[key]) for key, value in before.items())


def test_a_stage_without_its_size_and_a_missing_encoder_are_named(explorer_data, tmp_path):
    with pytest.raises(ValueError, match="stage 2 with size 64"):
        recipe("stackgan-birds", tmp_path, stage=2)
    with pytest.raises(ValueError, match="no text encoder in nowhere"):
        COMMANDS["stackgan-birds"].build(text="nowhere")


def test_pictures_of_the_timeline_share_a_latent_in_a_row(explorer_data, tmp_path):
    found = recipe("stackgan-birds", tmp_path)
    model = tiny_stackgan(sizes=(64,))
    asked = []
    model.first.register_forward_pre_hook(lambda module, given: asked.append(given))
    pictures = found.preview(model)
    text, z = (torch.cat([given[i] for given in asked]) for i in (0, 1))
    assert pictures.shape == (64, 3, 64, 64)
    assert torch.equal(z[:8], z[:1].expand(8, -1)) and not torch.equal(z[0], z[8])
    assert torch.equal(text[:8], text[8:16]) and len(text[:8].unique(dim=0)) == 8


def test_a_colour_is_obeyed_where_the_judge_sees_it(explorer_data, tmp_path, monkeypatch):
    found = recipe("stackgan-birds", tmp_path)
    red = torch.zeros(1, len(ELEVEN))
    red[0, ELEVEN.index("red")] = 1.0

    class SeesRed:
        def judge(self, images):
            return {"primary": red.expand(len(images), -1)}

    monkeypatch.setattr(type(found), "_reader", SeesRed())
    monkeypatch.setattr(type(found), "per_colour", 2)
    assert found.obeyed(tiny_stackgan(sizes=(64,))) == pytest.approx(1 / 6)
