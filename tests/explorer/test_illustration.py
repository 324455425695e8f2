import torch
from tiny import tiny_stackgan, tiny_text

from explorer import illustration


def test_a_seed_s_latent_does_not_depend_on_the_augmentation_which_scales_its_noise():
    model = tiny_stackgan()
    (latent, near), (same, twice), (again, none) = (illustration.noise(model, 4, scale) for scale in (1.0, 2.0, 0.0))
    assert torch.equal(latent, same) and torch.equal(latent, again) and latent.shape == (6,)
    assert torch.equal(twice, 2 * near) and not none.any() and near.shape == (2, 4)


def test_the_way_between_two_sentences_is_straight_and_ends_at_their_vectors():
    encoder = tiny_text()
    red, blue = encoder.understand(["a red bird"])[0], encoder.understand(["a blue bird"])[0]
    assert torch.equal(illustration.between(encoder, "a red bird", "a blue bird", 0.0), red)
    assert torch.equal(illustration.between(encoder, "a red bird", "a blue bird", 1.0), blue)
    assert torch.allclose(illustration.between(encoder, "a red bird", "a blue bird", 0.25), 0.75 * red + 0.25 * blue, atol=1e-6)


def test_the_pictures_of_a_sentence_have_seeds_in_a_row_and_those_of_a_morph_one_seed_and_equal_steps():
    model, encoder = tiny_stackgan(), tiny_text()
    alone = list(illustration.illustrate(model, encoder, "a red bird", seed=2, count=2))
    assert [(bird.seed, bird.share) for bird in alone] == [(2, 0.0), (3, 0.0)]
    first = illustration.draw(model, encoder.understand(["a red bird"])[0], 2)
    assert all(map(torch.equal, alone[0].stages, first))
    morph = list(illustration.illustrate(model, encoder, "a red bird", seed=2, count=3, other="a blue bird", augmentation=0.0))
    assert [(bird.seed, bird.share) for bird in morph] == [(2, 0.0), (2, 0.5), (2, 1.0)]
    last = illustration.draw(model, encoder.understand(["a blue bird"])[0], 2, augmentation=0.0)
    assert all(map(torch.equal, morph[-1].stages, last))


def test_every_stage_is_drawn_of_one_noise():
    model, text = tiny_stackgan(), tiny_text().understand(["a red bird"])[0]
    first, second = illustration.draw(model, text, 2)
    assert first.shape == (3, 64, 64) and second.shape == (3, 256, 256)
    assert torch.equal(first, illustration.draw(model, text, 2)[0]) and not torch.equal(first, illustration.draw(model, text, 3)[0])
