"""The texts of the Few labels tab: the sentence above the pictures, and "How it works"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from explorer.page.shared.lesson import lesson

from .session import MOST


def read(answers: Sequence[tuple[str, int, str]], rows: int) -> str:
    """The sentence about what the networks read.

    Args:
        answers: for each classifier the name of its method, how many labels it has seen, and what it reads.
        rows: how many methods there are.
    """
    counts = Counter(answer for _, _, answer in answers)
    if len(counts) == 1:
        return lesson(f"All {len(answers)} classifiers read a *{answers[0][2]}*. Draw a digit that makes *those with few labels* disagree.")
    (first, votes), *others = counts.most_common()
    fewest = min(count for _, count, _ in answers)
    at_fewest = [f"{method} a *{answer}*" for method, count, answer in answers if count == fewest]
    others_read = " or ".join(f"a {answer}" for answer, _ in others)
    return lesson(
        f"{votes} of {len(answers)} classifiers read a *{first}*, the others {others_read}. With {fewest} labels, "
        f"{', '.join(at_fewest[:-1])} and {at_fewest[-1]}."
        if rows > 1
        else f"{votes} of {len(answers)} classifiers read a *{first}*, the others {others_read}."
    )


def label(given: int) -> str:
    """The sentence about the visitor's labels."""
    if not given:
        return lesson(
            f"Here are digits without labels. *Which {MOST} would you label*, if a network had to learn to read from your labels alone? "
            "Choose one, and type what it is."
        )
    if given < MOST:
        return lesson(f"You have labelled *{given}* of {MOST} digits. Are all ten digits among them, and *the ways people write them*?")
    return lesson(
        f"Your *{MOST} labels* are complete. Train two networks on them: one sees nothing else, the other *also* plays a GAN's game with "
        "6,000 digits that nobody has labelled."
    )


def trained(cnn: float, sgan: float | None, mistakes: int) -> str:
    """The sentence after a visitor's training; accuracies are shares of test digits."""
    wrong = f" {mistakes} of your labels differ from those of MNIST." if mistakes else ""
    if sgan is None:
        return lesson(f"Your labels teach the CNN to read *{cnn:.0%}* of 1,000 test digits.{wrong}")
    gain = "The unlabelled digits helped." if sgan > cnn else "The unlabelled digits did not help this time."
    return lesson(f"From your labels, the CNN reads *{cnn:.0%}* of 1,000 test digits, the SGAN *{sgan:.0%}*. {gain}{wrong}")


HOW = """
<div class="how"><h3>How it works</h3>
<p>Labels are expensive: somebody has to look at every picture. Pictures without labels are cheap. <em>Semi-supervised learning</em> asks
what the cheap ones can add.</p>
<p><em>CNN.</em> Three convolutions and one linear layer turn a digit x into ten numbers, the logits l<sub>0</sub> … l<sub>9</sub>. Softmax
makes them probabilities, and the cross-entropy with the labels is the loss. With 25 labels, the network soon knows all of them by
heart.</p>
<p><em>SGAN.</em> The same network is also the discriminator of a GAN. It needs no eleventh output: with Z the sum of the exponentials of
its logits,</p>
<p class="equation">D(x) = Z(x) / (Z(x) + 1), &nbsp; Z(x) = Σ<sub>k</sub> exp l<sub>k</sub>(x)</p>
<p>says how likely x is real. If all logits are low, D says that x is generated; if one is high, D says that x is real, and softmax says
which digit. In each step, the network takes one step on labelled digits, and one step against the generator, for which labels are not
needed. So its convolutions learn the strokes of all digits, not only of the labelled ones.</p>
<p><em>VAE-GAN.</em> The generator is the decoder of a variational autoencoder. Its encoder gives each digit a place in a plane, the mean of
q(z|x), with a deviation. Three losses: L<sub>prior</sub> = KL(q(z|x) ‖ N(0, I)), L<sub>pixel</sub>, the squared distance between a digit
and its reconstruction, and L<sub>GAN</sub>, the discriminator's, on real, reconstructed and drawn digits.</p>
<p><em>FixMatch</em> has no generator. It guesses labels: if the network is at least 95 % sure of a slightly shifted digit, then a turned,
sheared and scaled copy of it must get the same label. It knows that such a copy is the same digit, which the other methods are not
told.</p>
<p><em>The draw matters as much as the method.</em> Which 25 digits are labelled changes the accuracy by several points. Therefore the
chart has error bars: the standard deviation over draws of labels, the same draws for every method. No test digit chose anything.</p>
<p><em>What was published.</em> Mean error on MNIST's test digits in percent. None of these methods shifts or turns digits; FixMatch does,
which is why its place in the chart is not theirs.</p>
<div class="scrolls" tabindex="0" role="region" aria-label="Published errors"><table>
<tr><th scope="col">method</th><th scope="col">20 labels</th><th scope="col">50 labels</th><th scope="col">100 labels</th></tr>
<tr><th scope="row">GAN with feature matching (Salimans et al. 2016)</th><td>16.8</td><td>2.2</td><td>0.93</td></tr>
<tr><th scope="row">Triple-GAN (Li et al. 2017)</th><td>4.8</td><td>1.6</td><td>0.91</td></tr>
<tr><th scope="row">ladder network (Pezeshki et al. 2016)</th><td></td><td></td><td>1.00</td></tr>
</table></div>
<p class="papers">Papers: <a href="https://arxiv.org/abs/1606.01583">Odena 2016</a> (SGAN),
<a href="https://arxiv.org/abs/1606.03498">Salimans et al. 2016</a> (D from ten logits, feature matching),
<a href="https://arxiv.org/abs/1703.02291">Li et al. 2017</a> (Triple-GAN),
<a href="https://arxiv.org/abs/1511.06430">Pezeshki et al. 2016</a> (ladder networks),
<a href="https://arxiv.org/abs/1512.09300">Larsen et al. 2016</a> (VAE-GAN),
<a href="https://arxiv.org/abs/2001.07685">Sohn et al. 2020</a> (FixMatch),
<a href="https://arxiv.org/abs/1703.01780">Tarvainen and Valpola 2017</a> (averaged teachers).</p>
</div>
"""
