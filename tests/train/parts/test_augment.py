import pytest
import torch

from train.parts.augment import augment, augmentations, colour, cutout, mirrored, translation


@pytest.mark.parametrize("names", [("translation",), ("colour",), ("cutout",), ("colour", "translation", "cutout")])
def test_gradients_reach_the_pictures(names):
    images = torch.randn(4, 3, 16, 16, requires_grad=True)
    augment(images, names).square().sum().backward()
    assert images.grad.abs().sum() > 0


def test_translation_moves_whole_pictures_and_fills_with_zeros():
    torch.manual_seed(0)
    images = torch.arange(1.0, 257).reshape(1, 1, 16, 16).repeat(64, 1, 1, 1)
    moved = translation(images)
    assert (moved[:, 0] == 0).any()
    for picture in moved[:, 0]:
        rows, columns = torch.nonzero(picture, as_tuple=True)
        shift = picture[rows[0], columns[0]] - 1 - (rows[0] * 16 + columns[0])
        assert (picture[rows, columns] == 1 + rows * 16 + columns + shift).all()
        assert rows.max() - rows.min() >= 13 and columns.max() - columns.min() >= 13
    assert len({tuple(picture.flatten().tolist()) for picture in moved}) > 10


def test_colour_keeps_a_grey_picture_grey():
    torch.manual_seed(0)
    grey = torch.rand(8, 1, 16, 16).repeat(1, 3, 1, 1)
    changed = colour(grey)
    assert torch.allclose(changed[:, 0], changed[:, 2], atol=1e-5)
    assert not torch.allclose(changed, grey, atol=0.05)


def test_cutout_blanks_at_most_a_quarter_and_leaves_the_rest():
    torch.manual_seed(0)
    images = torch.ones(64, 3, 16, 16)
    cut = cutout(images)
    share = 1 - cut.mean((1, 2, 3))
    assert share.max() <= 0.25 and share.min() > 0.05
    assert set(cut.unique().tolist()) == {0.0, 1.0}


def test_no_augmentation_returns_the_pictures():
    images = torch.randn(2, 3, 8, 8)
    assert augment(images, ()) is images


def test_an_unknown_augmentation_is_named():
    with pytest.raises(ValueError, match="'rotation' is unknown"):
        augment(torch.zeros(1, 3, 8, 8), ("rotation",))


def test_about_half_of_the_pictures_are_mirrored_and_the_others_are_not():
    torch.manual_seed(0)
    images = torch.arange(6.0).reshape(1, 1, 2, 3).repeat(400, 1, 1, 1)
    changed = mirrored(images)
    flipped = (changed == images.flip(3)).all(dim=(1, 2, 3))
    assert ((changed == images).all(dim=(1, 2, 3)) ^ flipped).all() and 160 < flipped.sum() < 240


def test_the_option_for_augmentations_lists_them():
    assert augmentations("translation,cutout") == ("translation", "cutout") and augmentations("none") == augmentations("") == ()
