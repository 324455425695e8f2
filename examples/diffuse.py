"""The Diffusion tab in Python: generates a digit from noise step by step, with several samplers, and inpaints half of a picture.

Run `python -m examples.diffuse` at the root of the project; it writes digits.png. EXPLORER_CHECKPOINTS names another folder of
checkpoints. The times were measured on one core of an Intel Xeon (family 6, model 207), in float32. The Fréchet distances are from the
model card; they compare generated pictures with test pictures in the features of judge-mnist.
"""

import os

import torch

from explorer import diffusion, images
from explorer.zoo import CHECKPOINTS, Zoo

model = Zoo(os.environ.get("EXPLORER_CHECKPOINTS", CHECKPOINTS)).load("ddpm-mnist")
label = torch.eye(len(model.classes))[-1:]  # (1, classes)

# 12 steps with guidance need 24 evaluations of the network, and take 0.33 s. The Fréchet distance is 8.1 (n = 5,000).
for state in diffusion.denoise(model, label, seed=7, **diffusion.DEFAULT):
    print(f"t = {state.t}: signal-to-noise ratio {state.snr:.3g}, {state.evaluations} evaluations so far")

# 4 steps without guidance need 4 evaluations, and take 0.06 s. The Fréchet distance is 19.9 (n = 500; it is larger for a smaller n).
few = diffusion.sample(model, label, seed=7, sampler="ddim", steps=4, guidance=1.0)

# 100 steps of the sampler of Ho et al. 2020 need 100 evaluations, and take 1.2 s. The Fréchet distance is 17.6 (n = 500).
many = diffusion.sample(model, label, seed=7, sampler="ddpm", steps=min(100, model.timesteps), guidance=1.0)

# Inpainting generates half of the first picture again. 25 steps need 25 evaluations, and take 0.23 s.
erased = torch.zeros(model.image_size, model.image_size, dtype=torch.bool)
erased[: model.image_size // 2] = True  # the upper half is generated again, the lower half is kept
inpainted = diffusion.sample(model, label, seed=8, image=state.x[0], erased=erased, steps=min(25, model.timesteps))

images.grid(torch.cat([state.x, few, many, inpainted]), 4).save("digits.png")
