"""What the Sample tab says: the sentence above the pictures, and how it works."""

from __future__ import annotations

from typing import Any

from explorer.page.shared.kinds import kind_of
from explorer.page.shared.lesson import lesson
from explorer.page.shared.studio import Studio


def drawing(state: dict[str, Any]) -> str:
    return lesson(f"*{state['model']}* draws one picture after the other, each from *a seed of its own*.")


def drawn(studio: Studio, state: dict[str, Any]) -> str:
    many = "picture" if state["count"] == 1 else "pictures"
    if state["vary"] == "class":
        kept = kind_of(studio, state["model"]).luck
        thing = "object" if studio.most(state["model"]) > 1 else "class"
        return lesson(
            f"*One seed, every {thing}*: the {kept} is the same in all {state['count']} {many}. What they have in common "
            f"*the seed decided*, what differs the {thing}."
        )
    if state["other"]:
        share = "from none of it to nothing else" if state["vary"] == "mix" else f"{state['share']:.0%} of it"
        return lesson(
            f"*{state['label']}* mixed with *{state['other']}*, {share}. The model was only ever told one class at a time: between two it "
            "*has to make something up*."
        )
    return lesson(kind_of(studio, state["model"]).lesson(studio, state))


HOW = """
<div class="how"><h3>How it works</h3>
<p>A seed starts a generator of random numbers; the numbers are the picture's latent, the luck with which its codes are drawn, or the noise
that it comes out of. The same seed gives the same picture, so a picture can be found again. Truncation keeps each number of a latent below
a limit: pictures become more typical and less varied. Temperature does so for codes.</p>
<p>The discriminator is the network that the generator was trained against, or one that watched; it says how real a picture seems to it,
and it is easily fooled by what it has never seen. The judge was trained on real pictures alone, and never met the generator.</p>
<p>AC-GAN gives its discriminator a second question: not only whether a picture is real, but which class it shows. The discriminator
maximises the log-likelihood of both answers, on real and on drawn pictures alike; the generator maximises the log-likelihood of the class
that it was told, and minimises that of being found out: it is rewarded for pictures that are easy to name. So its class head and the judge
can disagree. The head learned from the generator's own pictures too, and the two can agree on a sign that means "frog" to them and nothing
to the judge, which saw real pictures only. Pictures that are easy to name are also less varied. A projection discriminator (the cgan
models) asks one question instead, whether picture and class belong together; beside it a classifier that learned from real
pictures alone rewards what it recognises.</p>
<p>InfoGAN does not tell its discriminator what was asked for. A second head has to read it from the drawn picture, and the generator is
rewarded when it can: for a lower bound of the information that the picture holds about the request. Which trace a request leaves is free.
Unless the head has learned from labelled real pictures what a red cube looks like, "red cube" may mean a yellow cylinder, or a few odd
pixels in a corner.</p>
<p>A mixture tells the model two classes at once, each by a share. It was trained on whole ones, so what lies between is its own invention:
some halves are neither, some jump.</p>
<p>The strip shows the same draws at moments of training, the curves what was measured meanwhile. A generator's and a
discriminator's loss pull against each other, so that neither falls for long; KID is the distance of the pictures from real ones
(0 would be the same), recall the share of real pictures that have a like among the drawn ones. PSNR counts the error of a picture that
was turned into codes and back, in decibels; perplexity says how many codes would be in use if all were used evenly; the prior's loss is
how much each code surprises it.</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/1406.2661">Goodfellow et al. 2014</a> (the game),
<a href="https://arxiv.org/abs/1801.01401">Bińkowski et al. 2018</a> (KID),
<a href="https://arxiv.org/abs/1904.06991">Kynkäänniemi et al. 2019</a> (recall),
<a href="https://arxiv.org/abs/1809.11096">Brock et al. 2019</a> (truncation),
<a href="https://arxiv.org/abs/1610.09585">Odena et al. 2017</a> (AC-GAN),
<a href="https://arxiv.org/abs/1802.05637">Miyato and Koyama 2018</a> (projection),
<a href="https://arxiv.org/abs/1606.03657">Chen et al. 2016</a> (InfoGAN).</p></div>
"""
