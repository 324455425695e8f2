"""What the Latent space tab does: find the latent vector that draws a photo, and go from there to another picture.

Run `python -m examples.fit [PHOTO]` at the root of the project; it writes fitted.png and morph.gif. EXPLORER_CHECKPOINTS names another
folder of checkpoints. The seconds are of one core of an Intel Xeon (family 6, model 207), float32.
"""

import os
import sys

os.environ.setdefault("PYTORCH_JIT", "0")  # else the first fit compiles functions that it never calls, for half a minute

from explorer import images, inversion, latent
from explorer.zoo import CHECKPOINTS, Zoo

NAME = "dcgan-carrot-cake"
zoo = Zoo(os.environ.get("EXPLORER_CHECKPOINTS", CHECKPOINTS))
model = zoo.load(NAME)
encoder = inversion.encoder_of(zoo, NAME)  # None where no encoder was trained for these weights: the search begins from a linear guess

photo = images.read_upload(sys.argv[1] if len(sys.argv) > 1 else "explorer/pictures/coffee.jpg")
target = images.to_tensor(photo, model.image_size)  # (3, 64, 64) in [-1, 1]

# A vector of the latent space: 16.9 dB; 96 evaluations of the gradient, 4 starts, 9.6 s, most of it once for a model.
for fit in inversion.fit(model, target, encoder=encoder, seed=7):
    print(f"latent, step {fit.step} of {fit.steps}: {fit.psnr:.1f} dB after {fit.seconds:.1f} s")

# What no latent draws, added behind the first layers: 25.4 dB; again 96 evaluations, 2.9 s.
for beyond in inversion.fit(model, target, encoder=encoder, seed=7, space="extended", every=50):
    print(f"behind the first layers, step {beyond.step} of {beyond.steps}: {beyond.psnr:.1f} dB after {beyond.seconds:.1f} s")
images.to_pil(beyond.image).save("fitted.png")

# 16 pictures on the way to another latent, and the film: 0.4 s.
other = latent.draw(seed=3, count=1, size=model.latent_size)[0]
frames = model.generate(latent.interpolate(fit.latent, other, frames=16)).detach()
with open("morph.gif", "wb") as file:
    file.write(images.animation(frames, "gif", frames_per_second=12, scale=4))
