"""What the VQ codes tab does: turn a digit into a map of codes, change one, erase some, and let the prior guess them.

Run `python -m examples.codes [PICTURE]` at the root of the project; it writes codes.png. EXPLORER_CHECKPOINTS names another folder of
checkpoints. The seconds are of one core of an Intel Xeon (family 6, model 207), float32.
"""

import os
import sys

import torch

from explorer import codes, images
from explorer.likeness import psnr
from explorer.zoo import CHECKPOINTS, Zoo

model = Zoo(os.environ.get("EXPLORER_CHECKPOINTS", CHECKPOINTS)).load("vqvae-mnist-nll")
photo = images.read_upload(sys.argv[1] if len(sys.argv) > 1 else "explorer/pictures/digits.png")
digit = images.to_digit(photo if len(sys.argv) > 1 else photo.crop((84, 0, 112, 28)))  # (1, 28, 28): the 3 of ten digits in a row

with torch.inference_mode():
    # 49 codes of 6 bits, 37 bytes, and the picture that they stand for, at 24.8 dB: 6 ms.
    cells = model.encode(digit[None])[0]  # (7, 7) numbers below 64
    drawn = model.decode(cells[None])[0]
    print(f"{cells.numel()} codes, {codes.bits(model) / 8:.0f} bytes, {psnr(drawn, digit):.1f} dB")

    # The picture with one code changed, which moves the pixels around its cell alone: 1 ms.
    swapped = model.decode(codes.swap(cells, row=3, column=3, code=5, size=model.codebook_size)[None])[0]
    print(f"one code changes {int(((swapped - drawn).abs() > 1 / 255).sum())} of {digit.numel()} pixels")

# The prior guesses nine erased cells in view of the others: 25 ms; one pass of the prior for each cell of the map.
cells = cells.clone()
cells[2:5, 2:5] = -1
for filling in codes.fill(model, cells, torch.zeros(len(model.classes)), seed=7):
    print(f"cell {filling.cell}: code {filling.code}, to which the prior gave {filling.probabilities[filling.code]:.0%}")

with torch.inference_mode():
    # A digit written from nothing, and the sheet: 0.12 s; over 5,000 of them the judge reads 94.6 % as asked (the card).
    written = model.decode(codes.write(model, torch.eye(len(model.classes))[-1:], seed=7))[0]
    images.grid(torch.stack([digit, drawn, swapped, model.decode(filling.codes[None])[0], written]), 5).save("codes.png")
