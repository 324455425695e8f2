"""The texts of the Text to bird tab: the lesson above the pictures, which depends on the state, and "How it works"."""

from __future__ import annotations

from typing import Any

from explorer.card import Facts
from explorer.page.shared.lesson import lesson


def _plain(text: str) -> str:
    return text.replace("*", "")


def _unknown_words(unknown: list[str]) -> str:
    if not unknown:
        return ""
    words = ", ".join(f"*{_plain(word)}*" for word in unknown[:5])
    more = " and more" if len(unknown) > 5 else ""
    return f" The text encoder was trained without {words}{more}, so it guesses the meaning from the letters."


def drawn(state: dict[str, Any], unknown: list[str], shown: int) -> str:
    """The lesson when `shown` pictures have been drawn; `unknown` are the words that are in no training sentence of the text encoder."""
    if state["other"]:
        return lesson(
            f"From *{_plain(state['sentence'])}* to *{_plain(state['other'])}* in {shown} steps, with *the same noise*: see what the words "
            f"change and what stays the same.{_unknown_words(unknown)}"
        )
    birds, noise = ("One bird", "from *random noise*") if shown == 1 else (f"{shown} birds", "each from *different noise*")
    return lesson(
        f"{birds} for *{_plain(state['sentence'])}*, {noise}. Change one word, such as the colour: every bird keeps its noise."
        f"{_unknown_words(unknown)}"
    )


_HOW = """
<div class="how"><h3>How it works</h3>
<p>A text encoder turns the sentence into a vector. Sentences about birds that look alike get vectors that are close together. The encoder
was trained to imitate a larger sentence encoder, and to match sentences with photos of birds. It looks at groups of letters, so it can also
encode a typo or a word that was not in its training data, though sometimes with the wrong meaning.</p>
<p>The generator gets the vector and noise. The vector decides what the sentence says, such as the colours of the belly and the crown. The
noise decides what the sentence leaves open, such as the pose, the branch and the sky. The vector scales and shifts the feature maps of
every layer, whose side grows from 4 to 64 pixels. Some models have a Stage II. It gets the sketch (the picture of Stage I) together with
the vector, and adds the details that 64 pixels cannot show. It starts from the enlarged sketch and learns only a correction. So the pose
and the colours stay the same, and edges and feathers are added. Stage II can also add details to the mistakes of the sketch.</p>
<p>Conditioning augmentation moves the vector a little at random before it is used: c = &mu;(t) + &sigma;(t) &middot; &epsilon;, where t is
the sentence's vector, &mu; and &sigma; are learned and &epsilon; is noise. In this way the few sentences of the training set also cover the
space between them, and similar sentences give similar birds. If the augmentation is 0, it is off; if it is above 1, the birds follow the
sentence less closely.</p>
<p>In training, the discriminator gets real birds with their own sentence, real birds with a wrong sentence, and generated birds. It learns
to accept only real birds with their own sentence, so a beautiful bird of the wrong colour is rejected. The judge predicts a bird's colours
from the picture. It was trained on photos only. For species that were not in its training data, about two of three answers are right, so
take its answer as a hint.</p>
<p><b>How good is it, and how do we know?</b> The Fréchet distance compares the mean and covariance of the features of generated pictures
with those of photos: |m&#8321; &minus; m&#8322;|&sup2; + tr(C&#8321; + C&#8322; &minus; 2 (C&#8321;C&#8322;)<sup>&frac12;</sup>). It
depends on the network that computes the features, on how the pictures are resized, and on the number of pictures n: fewer pictures give a
larger distance. So distances can only be compared if the network and n are the same. The Fréchet distance assumes that the features have a
Gaussian distribution, which they do not have. It cannot distinguish a model that copies photos from one that invents pictures, and it does
not measure whether a picture fits its sentence.{figures} For the selected bird, the page names the training photo with the nearest
features. If the distance were 0, the bird would be a copy of that photo.</p>
<p><b>Where PixelShuffle can be used.</b> There are two ways to enlarge a feature map. StackGAN repeats every pixel and then convolves the
large map. PixelShuffle, which comes from super-resolution, convolves the small map to four times as many channels, and arranges these in
cells of 2 by 2 pixels. It needs as much computation but has four times as many weights, because each of the four positions has its own
weights, and it can produce checkerboard patterns. It can be used wherever a map is enlarged, that is, in the generators of both stages. The
two discriminators only make maps smaller, with strided convolutions, so they cannot use PixelShuffle; they could use its inverse. We
trained Stage I with both methods. After the same number of pictures, repeating pixels was better (the figures are in the model card).</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/1612.03242">Zhang et al. 2017</a> (StackGAN),
<a href="https://arxiv.org/abs/1605.05396">Reed et al. 2016</a> (text to image),
<a href="https://arxiv.org/abs/2008.05865">Tao et al. 2022</a> (DF-GAN),
<a href="https://arxiv.org/abs/2111.01007">Sauer et al. 2021</a> (projected discriminators),
<a href="https://arxiv.org/abs/1609.05158">Shi et al. 2016</a> (PixelShuffle),
<a href="https://arxiv.org/abs/1706.08500">Heusel et al. 2017</a> (Fréchet distance).</p></div>
"""


def how(name: str, facts: Facts) -> str:
    """The text "How it works" as HTML, with the Fréchet distances at several numbers of pictures from the model's card."""
    if not facts.frechet:
        return _HOW.replace("{figures}", "")
    distances = "; ".join(
        f"{ours:.1f} with {n:,} pictures ({floor:.1f} between photos and other photos)" for n, ours, floor in facts.frechet
    )
    return _HOW.replace("{figures}", f" For {name}, in features of judge-birds, the Fréchet distance is {distances}.")
