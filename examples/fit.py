"""The Latent space tab in Python: searches for the latent whose picture is nearest to a photo, and interpolates to another latent.

Run `python -m examples.fit [PHOTO]` at the root of the project; it writes fitted.png and morph.gif. EXPLORER_CHECKPOINTS names another
folder of checkpoints. The times were measured on one core of an Intel Xeon (family 6, model 207), in float32.
"""

import os
import sys

os.environ.setdefault("PYTORCH_JIT", "0")  # otherwise the first fit spends half a minute on compiling functions that are never called

from explorer import images, inversion, latent
from explorer.zoo import CHECKPOINTS, Zoo

NAME = "dcgan-carrot-cake"
zoo = Zoo(os.environ.get("EXPLORER_CHECKPOINTS", CHECKPOINTS))
model = zoo.load(NAME)
encoder = inversion.encoder_of(zoo, NAME)  # None if there is none for these weights; then the search starts from a linear estimate

photo = images.read_upload(sys.argv[1] if len(sys.argv) > 1 else "explorer/pictures/coffee.jpg")
target = images.to_tensor(photo, model.image_size)  # (3, 64, 64) in [-1, 1]

# A fit in the latent space, with 4 starts and 96 evaluations of the gradient, reaches a PSNR of 16.9 dB in 9.6 s. Most of this time
# is needed only by the first fit of a model.
for fit in inversion.fit(model, target, encoder=encoder, seed=7):
    print(f"latent, step {fit.step} of {fit.steps}: {fit.psnr:.1f} dB after {fit.seconds:.1f} s")

# A fit in the extended space adds a tensor after the first layers. With 96 evaluations, it reaches 25.4 dB in 2.9 s.
for beyond in inversion.fit(model, target, encoder=encoder, seed=7, space="extended", every=50):
    print(f"after the first layers, step {beyond.step} of {beyond.steps}: {beyond.psnr:.1f} dB after {beyond.seconds:.1f} s")
images.to_pil(beyond.image).save("fitted.png")

# Generate 16 pictures on the way to another latent, and save the animation. This takes 0.4 s.
other = latent.draw(seed=3, count=1, size=model.latent_size)[0]
frames = model.generate(latent.interpolate(fit.latent, other, frames=16)).detach()
with open("morph.gif", "wb") as file:
    file.write(images.animation(frames, "gif", frames_per_second=12, scale=4))
