import pytest
import torch
from tiny import tiny_encoder

from explorer.models import Estimates, LatentEncoder


def test_it_turns_pictures_into_latents():
    model = tiny_encoder()
    assert isinstance(model, Estimates)
    assert model.estimate(torch.zeros(3, 3, 64, 64)).shape == (3, 8)


def test_a_picture_s_guess_does_not_depend_on_its_batch():
    model, pictures = tiny_encoder(), torch.rand(4, 3, 64, 64) * 2 - 1
    torch.testing.assert_close(model.estimate(pictures)[2:3], model.estimate(pictures[2:3]))


def test_widths_must_lead_to_four_pixels():
    with pytest.raises(ValueError, match="lead to 4 pixels from 16, not from 64"):
        LatentEncoder("dcgan", "0" * 64, widths=(8, 8))


def test_it_comes_back_from_a_folder_with_what_it_belongs_to(tmp_path):
    tiny_encoder("some-gan", "abc").save_pretrained(tmp_path)
    again = LatentEncoder.from_pretrained(tmp_path)
    assert (again.generator, again.drawn_by, again.latent_size) == ("some-gan", "abc", 8)
