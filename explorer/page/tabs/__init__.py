"""The tabs, in the order in which the page shows them. A tab is a folder here with a `TAB`; tabs do not import each other."""

from . import birds, codes, diffusion, latent, sample

TABS = (sample.TAB, birds.TAB, latent.TAB, codes.TAB, diffusion.TAB)
OPENS_WITH = ("birds", "latent")  # the page opens with the first of these tabs that has a model
