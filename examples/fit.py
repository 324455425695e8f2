"""The Latent space tab in Python: searches for the latent whose picture is nearest to a photo, and interpolates to another latent.

Run `python -m examples.fit [PHOTO]` at the root of the project; it writes fitted.png and morph.gif. EXPLORER_CHECKPOINTS names another
folder of checkpoints. The seconds are of one core of an Intel Xeon (family 6, model 207), float32.
"""

import os
import sys

os.environ.setdefault("PYTORCH_JIT", "0")  # otherwise the first fit compiles, for half a minute, functions that it never calls

from explorer import images, inversion, latent
from explorer.zoo import CHECKPOINTS, Zoo

NAME = "dcgan-carrot-cake"
zoo = Zoo(os.environ.get("EXPLORER_CHECKPOINTS", CHECKPOINTS))
model = zoo.load(NAME)
encoder = inversion.encoder_of(zoo, NAME)  # None if no encoder was trained for these weights: then the search starts from a linear estimate

photo = images.read_upload(sys.argv[1] if len(sys.argv) > 1 else "explorer/pictures/coffee.jpg")
target = images.to_tensor(photo, model.image_size)  # (3, 64, 64) in [-1, 1]

# In the latent space: 16.9 dB; 96 evaluations of the gradient, 4 starts, 9.6 s, most of it only in the first fit of a model.
for fit in inversion.fit(model, target, encoder=encoder, seed=7):
    print(f"latent, step {fit.step} of {fit.steps}: {fit.psnr:.1f} dB after {fit.seconds:.1f} s")

# In the extended space, with a tensor added after the first layers: 25.4 dB; again 96 evaluations, 2.9 s.
for beyond in inversion.fit(model, target, encoder=encoder, seed=7, space="extended", every=50):
    print(f"after the first layers, step {beyond.step} of {beyond.steps}: {beyond.psnr:.1f} dB after {beyond.seconds:.1f} s")
images.to_pil(beyond.image).save("fitted.png")

# 16 pictures on the way to another latent, and the animation: 0.4 s.
other = latent.draw(seed=3, count=1, size=model.latent_size)[0]
frames = model.generate(latent.interpolate(fit.latent, other, frames=16)).detach()
with open("morph.gif", "wb") as file:
    file.write(images.animation(frames, "gif", frames_per_second=12, scale=4))
