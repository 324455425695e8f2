"""The U-Net against diffusers' own, which its weights load into, and what may be asked of it."""

from __future__ import annotations

import pytest
import torch
from tiny import tiny_ddpm, tiny_unet

from explorer.models.unet import UNet


@pytest.mark.parametrize("channels", [1, 3])
def test_the_weights_load_strictly_into_diffusers_own_network_and_say_the_same(channels):
    from diffusers import UNet2DModel

    ours = tiny_ddpm(channels=channels)
    theirs = UNet2DModel(**ours._hub_mixin_config["unet"]).eval()
    theirs.load_state_dict(ours.unet.state_dict(), strict=True)
    side = ours.image_size // 2
    x, t, labels = torch.randn(3, 4 * channels, side, side), torch.tensor([0, 500, 999]), torch.tensor([0, 3, 4])
    with torch.no_grad():
        found, expected = ours.unet(x, t, torch.eye(5)[labels]), theirs(x, t, labels).sample
    assert expected.abs().max() > 0.1
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"resnet_time_scale_shift": "default"}, "expected 'scale_shift'"),
        ({"down_block_types": ["DownBlock2D"]}, "expected equal numbers"),
        ({"down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"]}, "CrossAttnDownBlock2D"),
    ],
)
def test_a_network_that_is_not_ours_to_run_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        UNet(**{**tiny_unet(4, 14, 4), **changes})
