"""What the Text to bird tab says: the sentence above the pictures, and how it works."""

from __future__ import annotations

from typing import Any

from .lessons import lesson


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


HOW = """
<div class="how"><h3>How it works</h3>
<p>A text encoder turns the sentence into a list of numbers, its vector: sentences about birds that look alike get vectors that lie close
together. It was taught by a larger sentence encoder and by photos of birds, and reads words by groups of letters, so that a typo or a word
it never met still means something to it, at times the wrong thing.</p>
<p>The generator is given the vector and noise. What the sentence says, the vector decides: colours, belly, crown. What it leaves open, such
as the pose, the branch and the sky, the noise decides. The sentence scales and shifts the maps in every layer, from 4 pixels up to 64.</p>
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
with the same network and the same n can be compared; and it does not see whether a picture fits its sentence. The model card has this
model's figures beside the floor that photos against other photos reach.</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/1612.03242">Zhang et al. 2017</a> (StackGAN),
<a href="https://arxiv.org/abs/1605.05396">Reed et al. 2016</a> (text to image),
<a href="https://arxiv.org/abs/2008.05865">Tao et al. 2022</a> (DF-GAN),
<a href="https://arxiv.org/abs/2111.01007">Sauer et al. 2021</a> (projected discriminators),
<a href="https://arxiv.org/abs/1706.08500">Heusel et al. 2017</a> (Fréchet distance).</p></div>
"""
