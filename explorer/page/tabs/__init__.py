"""The tabs, in the order in which the page shows them: first those of the group PLAY, then those of the group LEARN.

A tab is a folder of this package that defines a `TAB`. Tabs do not import each other.
"""

from . import birds, codes, diffusion, few, lab, latent, sample, trilemma

TABS = (birds.TAB, sample.TAB, latent.TAB, codes.TAB, diffusion.TAB, lab.TAB, few.TAB, trilemma.TAB)
FIRST = ("birds", "latent")  # the page opens with the first of these tabs that has a model
