"""The Text to bird tab in Python: draws birds that a sentence describes, and morphs one bird into that of another sentence.

Run `python -m examples.birds` at the root of the project; it writes birds.png and morph.gif. EXPLORER_CHECKPOINTS names another folder of
checkpoints. The times were measured on one core of an Intel Xeon (family 6, model 207), in float32.
"""

import os

import torch

from explorer import illustration, images
from explorer.zoo import CHECKPOINTS, Zoo

zoo = Zoo(os.environ.get("EXPLORER_CHECKPOINTS", CHECKPOINTS))
model, encoder = zoo.load("stackgan-birds"), zoo.load("text-birds")
RED, BLUE = "a small red bird with a short beak", "a small blue bird with a short beak"

# Encode the sentence in 5 ms. `between`, given the same sentence twice, returns the vector of this sentence.
red = illustration.between(encoder, RED, RED, share=0.0)  # (text_size,)

# Stage I draws a sketch of 64 pixels, and Stage II a picture of 256 pixels. Both together take 0.09 s.
# In 95 % of such pictures, the judge recognises the colour that the sentence names (model card, n = 120).
for stage in illustration.stages(model, red, seed=7):
    print(f"a picture of {stage.shape[-1]} pixels")

# Draw four birds from four seeds. This takes 0.33 s.
birds = [list(bird.stages)[-1] for bird in illustration.illustrate(model, encoder, RED, seed=7, count=4)]
images.grid(torch.stack(birds), 4).save("birds.png")

# Draw 8 pictures from red to blue with the noise of one seed, and save the animation. This takes 0.7 s.
frames = [list(bird.stages)[-1] for bird in illustration.illustrate(model, encoder, RED, other=BLUE, seed=7, count=8)]
with open("morph.gif", "wb") as file:
    file.write(images.animation(torch.stack(frames), "gif", frames_per_second=8))
