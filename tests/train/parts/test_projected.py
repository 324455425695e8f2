import torch

from train.parts.projected import Head, ProjectedDiscriminator, RandomProjection, spread_in_class


def test_the_frozen_parts_stay_frozen_and_pass_gradients_on():
    discriminator = ProjectedDiscriminator(64, width=8)
    before = [p.clone() for p in discriminator.frozen.features.parameters()]
    images = torch.randn(2, 3, 64, 64, requires_grad=True)
    discriminator(discriminator.project(images)).sum().backward()
    assert images.grad.abs().sum() > 0
    assert all(p.grad is None for p in discriminator.frozen.features.parameters())
    discriminator.train()
    assert not any(module.training for module in discriminator.frozen.features.modules())
    assert all(torch.equal(a, b) for a, b in zip(before, discriminator.frozen.features.parameters(), strict=True))
    assert not any(name.startswith("frozen") for name in discriminator.state_dict())


def test_the_random_projection_is_the_same_for_the_same_seed_and_leaves_the_global_generator_alone():
    torch.manual_seed(3)
    state = torch.get_rng_state()
    first, second, third = RandomProjection((4, 6), 8, seed=1), RandomProjection((4, 6), 8, seed=1), RandomProjection((4, 6), 8, seed=2)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    assert not torch.equal(next(first.parameters()), next(third.parameters()))
    fine, coarse = first([torch.randn(1, 4, 8, 8), torch.randn(1, 6, 4, 4)])
    assert fine.shape == (1, 8, 8, 8) and coarse.shape == (1, 8, 4, 4)


def test_every_scale_has_one_logit_and_the_condition_moves_it():
    head = Head(8, pixels=16, width=8, conditions=3)
    x = torch.randn(2, 8, 16, 16)
    assert head(x, torch.eye(3)[:2]).shape == (2, 16)
    assert not torch.allclose(head(x, torch.eye(3)[:2]), head(x, torch.eye(3)[1:]))
    discriminator = ProjectedDiscriminator(64, width=8)
    assert discriminator(discriminator.project(torch.zeros(2, 3, 64, 64))).shape == (2, 16 + 16 + 16 + 4 + 16)


def test_the_heads_know_their_lipschitz_bound():
    head = Head(8, pixels=4, width=8)
    for _ in range(30):
        head(torch.randn(4, 8, 4, 4))
    weight = head.eval().last.weight.flatten(1)
    assert torch.linalg.matrix_norm(weight, 2).item() < 1.05


def test_the_heads_see_what_a_whole_batch_shares():
    discriminator = ProjectedDiscriminator(64, width=8).train()
    images = torch.rand(4, 3, 64, 64) - 0.5
    small, darker = (discriminator.project(x)[-1] for x in (images, images - 0.5))
    assert torch.allclose(small - darker, torch.full_like(small, 0.5), atol=1e-5)
    colour_head = discriminator.heads[-1]
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in colour_head.modules())
    assert not torch.allclose(colour_head(small), colour_head(darker), atol=1e-4)
    assert colour_head(small).shape == (4, 16)


def test_matching_and_mismatched_conditions_cost_one_pass_and_are_as_two():
    head = Head(8, pixels=8, width=8, conditions=3).eval()
    x, labels = torch.randn(2, 8, 8, 8), torch.randn(2, 2, 3)
    together = head(x, labels)
    assert together.shape == (2, 2, 16)
    assert torch.allclose(together[0], head(x, labels[0]), atol=1e-6) and torch.allclose(together[1], head(x, labels[1]), atol=1e-6)


def test_a_condition_adds_its_projection_on_every_cell():
    head = Head(8, pixels=4, width=8, conditions=3).eval()
    x, labels = torch.randn(2, 8, 4, 4), torch.randn(2, 3)
    seen, asked = head.body(x), head.condition(labels)
    expected = head.last(seen)[:, 0] + sum(seen[:, i] * asked[:, i, None, None] for i in range(8)) / 8**0.5
    assert torch.allclose(head(x, labels), expected.flatten(1), atol=1e-5)


def test_without_batch_norm_a_logit_depends_on_its_own_picture_alone():
    images = torch.rand(4, 3, 64, 64) * 2 - 1
    for batch_norm in (False, True):
        discriminator = ProjectedDiscriminator(64, width=8, batch_norm=batch_norm)
        features = discriminator.project(images)
        for module in discriminator.modules():
            if isinstance(module, torch.nn.utils.parametrize.ParametrizationList):
                module.eval()  # spectral norm's estimate stands still
        together, alone = discriminator(features), discriminator([x[:2] for x in features])
        assert torch.allclose(together[:2], alone, atol=1e-4) != batch_norm


def test_the_spread_of_a_class_is_its_pictures_standard_deviation():
    x, labels = torch.randn(5, 3, 2, 2), torch.eye(3)[[0, 1, 0, 0, 2]]
    found = spread_in_class(x, labels)
    expected = x[[0, 2, 3]].std(0, correction=0).mean((1, 2))
    assert torch.allclose(found[[0, 2, 3]], expected.expand(3, -1), atol=1e-4)
    assert found[[1, 4]].abs().max() < 1e-3


def test_a_head_that_sees_the_spread_of_a_class_tells_alike_pictures_from_different_ones():
    head = Head(4, pixels=4, width=8, conditions=2, batch_norm=False, spread=True).eval()
    labels, different = torch.eye(2)[[0, 0, 1, 1]], torch.randn(4, 4, 4, 4)
    alike = different[[0, 0, 2, 2]]
    assert torch.allclose(head(alike, labels)[0], head(alike[:1], labels[:1])[0], atol=1e-3)
    spread = spread_in_class(head.body(different), labels)
    head.spread, kept = None, head.spread
    plain = head(different, labels)
    head.spread = kept
    assert torch.allclose(head(different, labels) - plain, kept(spread).expand_as(plain), atol=1e-5)
