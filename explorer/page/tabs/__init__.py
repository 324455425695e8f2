"""The tabs, in the order in which the page shows them: those to play with, then those to learn from.

A tab is a folder here with a `TAB`; tabs do not import each other.
"""

from . import birds, codes, diffusion, latent, sample

TABS = (birds.TAB, sample.TAB, latent.TAB, codes.TAB, diffusion.TAB)
FIRST = ("birds", "latent")  # the page opens with the first of these tabs that has a model
