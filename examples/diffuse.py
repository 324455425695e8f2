"""What the Diffusion tab does: take a digit out of noise step by step, with several samplers, and make a part of a picture anew.

Run `python -m examples.diffuse` at the root of the project; it writes digits.png. EXPLORER_CHECKPOINTS names another folder of
checkpoints. The seconds are of one core of an Intel Xeon (family 6, model 207), float32; the Fréchet distances are the card's, to test
pictures in judge-mnist's features.
"""

import os

import torch

from explorer import diffusion, images
from explorer.zoo import CHECKPOINTS, Zoo

model = Zoo(os.environ.get("EXPLORER_CHECKPOINTS", CHECKPOINTS)).load("ddpm-mnist")
label = torch.eye(len(model.classes))[-1:]  # (1, classes)

# Fréchet distance 8.1 (n = 5,000): 12 steps with guidance, 24 evaluations of the network, 0.33 s.
for moment in diffusion.denoise(model, label, seed=7, **diffusion.DEFAULT):
    print(f"t = {moment.t}: signal to noise {moment.snr:.3g}, {moment.evaluations} evaluations so far")

# 19.9 (n = 500, where fewer pictures give a larger distance): 4 steps, 4 evaluations, 0.06 s.
few = diffusion.sample(model, label, seed=7, sampler="ddim", steps=4, guidance=1.0)

# 17.6 (n = 500): 100 steps of the sampler of Ho et al. 2020, 100 evaluations, 1.2 s.
many = diffusion.sample(model, label, seed=7, sampler="ddpm", steps=min(100, model.timesteps), guidance=1.0)

# Half of the first picture made anew, the other half kept: 25 steps, 25 evaluations, 0.23 s.
erased = torch.zeros(model.image_size, model.image_size, dtype=torch.bool)
erased[: model.image_size // 2] = True  # the upper half is made anew, the lower half is kept
inpainted = diffusion.sample(model, label, seed=8, image=moment.x[0], erased=erased, steps=min(25, model.timesteps))

images.grid(torch.cat([moment.x, few, many, inpainted]), 4).save("digits.png")
