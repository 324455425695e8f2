"""What the Text to bird tab says: the sentence above the pictures, and how it works."""

from __future__ import annotations

from typing import Any

from explorer.card import Facts
from explorer.page.shared.lesson import lesson


def _plain(text: str) -> str:
    return text.replace("*", "")


def _strangers(unknown: list[str]) -> str:
    if not unknown:
        return ""
    words = ", ".join(f"*{_plain(word)}*" for word in unknown[:5])
    return f" No bird was ever described to it as {words}{' and more' if len(unknown) > 5 else ''}: it guesses by the letters."


def drawn(state: dict[str, Any], unknown: list[str], shown: int) -> str:
    """The sentence above the pictures; `unknown` are the words that the encoder has met in no sentence about a bird."""
    if state["other"]:
        return lesson(
            f"From *{_plain(state['sentence'])}* to *{_plain(state['other'])}* in {shown} steps, with *the noise kept*: see what the words "
            f"change, and what they leave alone.{_strangers(unknown)}"
        )
    many = "One bird" if shown == 1 else f"{shown} birds"
    return lesson(
        f"{many} for *{_plain(state['sentence'])}*, each from *a noise of its own*. Change one word, such as the colour: every bird "
        f"keeps its noise.{_strangers(unknown)}"
    )


_HOW = """
<div class="how"><h3>How it works</h3>
<p>A text encoder turns the sentence into a list of numbers, its vector: sentences about birds that look alike get vectors that lie close
together. It was taught by a larger sentence encoder and by photos of birds, and reads words by groups of letters, so that a typo or a word
it never met still means something to it, at times the wrong thing.</p>
<p>The generator is given the vector and noise. What the sentence says, the vector decides: colours, belly, crown. What it leaves open, such
as the pose, the branch and the sky, the noise decides. The sentence scales and shifts the maps in every layer, from 4 pixels up to 64.
Where a model has a Stage II, it reads the sketch together with the sentence, and adds what 64 pixels cannot show: it starts from the
enlarged sketch and learns only the correction, so pose and colours stay and edges and feathers come. It can also repeat the sketch's
mistakes in sharp.</p>
<p>Conditioning augmentation moves the vector a little at random before it is used,
c = &mu;(t) + &sigma;(t) &middot; &epsilon;, where t is the sentence's vector, &mu; and &sigma; are learned and &epsilon; is noise. The few
sentences of the training set thereby fill the space between them, and neighbouring sentences give neighbouring birds. At 0 it is off;
above 1 the sentence is heard less clearly.</p>
<p>The discriminator was shown real birds with their sentence, real birds with a wrong sentence, and drawn birds. Only the first count as
real, so a beautiful bird of the wrong colour does not pass. The judge reads colours off a picture. It learned from photos alone, and is
itself right in about two of three on species that it never saw: read its word as a hint.</p>
<p><b>How good is it, and how do we know?</b> The Fréchet distance compares the mean and covariance of the features of drawn pictures with
those of photos: |m&#8321; &minus; m&#8322;|&sup2; + tr(C&#8321; + C&#8322; &minus; 2 (C&#8321;C&#8322;)<sup>&frac12;</sup>). It depends on
the network that gives the features, on how pictures are resized, and on how many there are (fewer give a larger distance), so only numbers
with the same network and the same n can be compared; it takes features for a Gaussian cloud, which they are not; it cannot tell a model
that copies photos from one that invents; and it does not see whether a picture fits its sentence.{figures} Beside every bird stands the
training photo whose features lie nearest to its own: at a distance of 0 it would be that photo.</p>
<p><b>Where PixelShuffle fits.</b> A network that enlarges a map can repeat every pixel and convolve the large map (StackGAN), or convolve
the small map to four times the channels and lay these out in cells of 2 by 2 (PixelShuffle, from super-resolution). The second costs as
much for four times the weights, each of the four positions having its own, and can draw checkerboards. It fits wherever a map is enlarged:
in the generators of both stages. The two discriminators only make maps smaller, where strided convolutions do the work, so it has no place
there; its inverse would. Both were trained here for Stage I: after equally many pictures, repeating came out ahead (the model card
has the figures).</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/1612.03242">Zhang et al. 2017</a> (StackGAN),
<a href="https://arxiv.org/abs/1605.05396">Reed et al. 2016</a> (text to image),
<a href="https://arxiv.org/abs/2008.05865">Tao et al. 2022</a> (DF-GAN),
<a href="https://arxiv.org/abs/2111.01007">Sauer et al. 2021</a> (projected discriminators),
<a href="https://arxiv.org/abs/1609.05158">Shi et al. 2016</a> (PixelShuffle),
<a href="https://arxiv.org/abs/1706.08500">Heusel et al. 2017</a> (Fréchet distance).</p></div>
"""


def how(name: str, facts: Facts) -> str:
    """How it works, with what the model's card says of the Fréchet distance at several numbers of pictures."""
    if not facts.frechet:
        return _HOW.replace("{figures}", "")
    distances = "; ".join(f"with {n:,} pictures {ours:.1f} (photos against other photos {floor:.1f})" for n, ours, floor in facts.frechet)
    return _HOW.replace("{figures}", f" For {name}, in features of judge-birds: {distances}.")
