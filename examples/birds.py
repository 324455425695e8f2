"""The Text to bird tab in Python: draws a sentence, draws another sentence with the same noise, and pictures between both.

Run `python -m examples.birds` at the root of the project; it writes birds.png and morph.gif. EXPLORER_CHECKPOINTS names another folder of
checkpoints. The seconds are of one core of an Intel Xeon (family 6, model 207), float32.
"""

import os

import torch

from explorer import illustration, images
from explorer.zoo import CHECKPOINTS, Zoo

zoo = Zoo(os.environ.get("EXPLORER_CHECKPOINTS", CHECKPOINTS))
model, encoder = zoo.load("stackgan-birds"), zoo.load("text-birds")
RED, BLUE = "a small red bird with a short beak", "a small blue bird with a short beak"

# Encode the sentence, 5 ms. (`between` a sentence and itself is the vector of the sentence.)
red = illustration.between(encoder, RED, RED, share=0.0)  # (text_size,)

# Stage I, a sketch of 64 pixels, then Stage II, 256 pixels: 0.09 s.
# In 95 % of such pictures, the judge recognises the colour in the sentence (model card, n = 120).
for stage in illustration.stages(model, red, seed=7):
    print(f"a picture of {stage.shape[-1]} pixels")

# Four seeds, four birds: 0.33 s.
birds = [list(bird.stages)[-1] for bird in illustration.illustrate(model, encoder, RED, seed=7, count=4)]
images.grid(torch.stack(birds), 4).save("birds.png")

# From red to blue with the noise of one seed: 8 pictures and the animation, 0.7 s.
frames = [list(bird.stages)[-1] for bird in illustration.illustrate(model, encoder, RED, other=BLUE, seed=7, count=8)]
with open("morph.gif", "wb") as file:
    file.write(images.animation(torch.stack(frames), "gif", frames_per_second=8))
