"""The texts of the Sample tab: the lesson above the pictures, which depends on the state, and "How it works"."""

from __future__ import annotations

from typing import Any

from explorer.page.shared.kinds import kind_of
from explorer.page.shared.lesson import lesson
from explorer.page.shared.studio import Studio


def drawing(state: dict[str, Any]) -> str:
    return lesson(f"*{state['model']}* draws one picture after the other, each from *a different seed*.")


def drawn(studio: Studio, state: dict[str, Any]) -> str:
    if state["vary"] == "class":
        kept = kind_of(studio, state["model"]).luck
        thing = "object" if studio.most_classes(state["model"]) > 1 else "class"
        return lesson(
            f"*One seed, every {thing}*: the {kept} is the same in every picture. *The seed* decides what the pictures have in common, and "
            f"*the {thing}* decides what differs."
        )
    if state["other"]:
        share = "from 0% to 100%" if state["vary"] == "mix" else f"{state['share']:.0%}"
        return lesson(
            f"The class is *{state['label']}* mixed with *{state['other']}*, {share} {state['other']}. In training, the model got only one "
            "class at a time, so it *has to invent* the mixture."
        )
    return lesson(kind_of(studio, state["model"]).lesson(studio, state))


HOW = """
<div class="how"><h3>How it works</h3>
<p>A seed starts a generator of random numbers. Depending on the model, these numbers are the picture's latent, the random choices with
which its codes are sampled, or the noise from which the picture is made. The same seed gives the same picture, so a picture can be found
again. Truncation keeps the size of each number of a latent below a limit; then the pictures become more typical and less varied. A low
temperature has the same effect on pictures that are made from codes.</p>
<p>The discriminator is either the network against which the generator was trained, or a second discriminator, which was trained at the same
time but had no influence on the generator. It estimates how real a picture is, and is easily fooled by pictures that differ from its
training data. The judge was trained on real pictures only, never on pictures of the generator.</p>
<p>The discriminator of an AC-GAN has two tasks: to recognise whether a picture is real, and which class it shows. It maximises the
log-likelihood of both answers, on real and on generated pictures. The generator maximises the log-likelihood of the requested class, and
minimises the log-likelihood that its picture is recognised as generated. So the generator is rewarded for pictures whose class is easy to
recognise. The discriminator's class head and the judge can disagree. The head was also trained on the generator's pictures, so the head and
the generator can agree on a pattern that means "frog" to them. It means nothing to the judge, which was trained on real pictures only.
Pictures that are easy to classify are also less varied. A projection discriminator (in the cgan models) has one task instead: to recognise
whether the picture and the class belong together. In addition, the generators of these models are rewarded if a classifier recognises the
class. This classifier was trained only on real pictures.</p>
<p>The discriminator of an InfoGAN does not get the class. A second head has to predict the class from the generated picture, and the
generator is rewarded if the prediction is right. This maximises a lower bound of the mutual information between class and picture. Nothing
else decides what effect the class has on the picture: "red cube" may mean a yellow cylinder, or a few odd pixels in a corner. This changes
if the head is also trained on labelled real pictures, so that it knows what a red cube looks like.</p>
<p>In a mixture, the model gets two classes at once, each with a weight. In training it got only one class at a time, so it has to invent
what lies between the two. Some mixtures look like neither class; others jump from one class to the other.</p>
<p>The strip shows the pictures of the same seeds at several steps of training, and the curves show what was measured during training. The
losses of generator and discriminator work against each other, so neither falls for long. KID is a distance between generated and real
pictures; it would be 0 if their distributions were the same. Recall is the share of real pictures to which a generated picture is similar.
PSNR measures, in decibels, the error of a picture that was encoded as codes and decoded again. Perplexity measures how many codes are in
use: it is the number of codes that would have the same entropy if all were used equally often. The prior's loss is the mean negative
log-likelihood of a code.</p>
<p class="papers">More: <a href="docs/class-conditional-gans.md">Class-conditional GANs of 2017 and of today</a>,
<a href="docs/infogan.md">The meaning of an InfoGAN's codes</a>.</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/1406.2661">Goodfellow et al. 2014</a> (the game),
<a href="https://arxiv.org/abs/1801.01401">Bińkowski et al. 2018</a> (KID),
<a href="https://arxiv.org/abs/1904.06991">Kynkäänniemi et al. 2019</a> (recall),
<a href="https://arxiv.org/abs/1809.11096">Brock et al. 2019</a> (truncation),
<a href="https://arxiv.org/abs/1610.09585">Odena et al. 2017</a> (AC-GAN),
<a href="https://arxiv.org/abs/1802.05637">Miyato and Koyama 2018</a> (projection),
<a href="https://arxiv.org/abs/1606.03657">Chen et al. 2016</a> (InfoGAN).</p></div>
"""
