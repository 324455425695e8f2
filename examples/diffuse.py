"""The Diffusion tab in Python: generates a digit from noise step by step, with several samplers, and inpaints half of a picture.

Run `python -m examples.diffuse` at the root of the project; it writes digits.png. EXPLORER_CHECKPOINTS names another folder of
checkpoints. The seconds are of one core of an Intel Xeon (family 6, model 207), float32; the Fréchet distances, to test pictures in
the features of judge-mnist, are from the model card.
"""

import os

import torch

from explorer import diffusion, images
from explorer.zoo import CHECKPOINTS, Zoo

model = Zoo(os.environ.get("EXPLORER_CHECKPOINTS", CHECKPOINTS)).load("ddpm-mnist")
label = torch.eye(len(model.classes))[-1:]  # (1, classes)

# Fréchet distance 8.1 (n = 5,000): 12 steps with guidance, 24 evaluations of the network, 0.33 s.
for state in diffusion.denoise(model, label, seed=7, **diffusion.DEFAULT):
    print(f"t = {state.t}: signal-to-noise ratio {state.snr:.3g}, {state.evaluations} evaluations so far")

# 19.9 (n = 500; with fewer pictures the distance is larger): 4 steps, 4 evaluations, 0.06 s.
few = diffusion.sample(model, label, seed=7, sampler="ddim", steps=4, guidance=1.0)

# 17.6 (n = 500): 100 steps of the sampler of Ho et al. 2020, 100 evaluations, 1.2 s.
many = diffusion.sample(model, label, seed=7, sampler="ddpm", steps=min(100, model.timesteps), guidance=1.0)

# Inpainting: half of the first picture is generated again: 25 steps, 25 evaluations, 0.23 s.
erased = torch.zeros(model.image_size, model.image_size, dtype=torch.bool)
erased[: model.image_size // 2] = True  # the upper half is generated again, the lower half is kept
inpainted = diffusion.sample(model, label, seed=8, image=state.x[0], erased=erased, steps=min(25, model.timesteps))

images.grid(torch.cat([state.x, few, many, inpainted]), 4).save("digits.png")
