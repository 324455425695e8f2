"""The texts of the Training lab: the sentence above the pictures, and "How it works"."""

from __future__ import annotations

from explorer.page.shared.fields import State
from explorer.page.shared.lesson import lesson

from .stories import find


def shown(state: State) -> str:
    """The sentence above the pictures: the question of a story, its answer, or what to look at."""
    if state["story"]:
        story = find(state["story"])
        return lesson(story.answer if state["answer"] == "shown" else story.question)
    if len(state["runs"]) == 1:
        return lesson("One training, step by step: *the same sixteen latents* at every step. Drag the strip and watch *the curves*.")
    count = ("Two", "Three")[len(state["runs"]) - 2]
    return lesson(f"{count} trainings side by side: *the same sixteen latents* at the same step. Drag the strip: where do they *part*?")


HOW = """
<div class="how"><h3>How it works</h3>
<p>A GAN is <em>a game of two networks</em>. The generator G makes a picture G(z) from a latent z. The discriminator D gets pictures and
says for each one how likely it is real. D is trained to tell them apart, G to fool D:</p>
<p class="equation">min<sub>G</sub> max<sub>D</sub> &nbsp; E<sub>x</sub> log D(x) + E<sub>z</sub> log(1 − D(G(z)))</p>
<p>In each step, D first takes a step against the current G, and then G takes a step against the current D. When D takes its step, the
weights of G are left alone, and the other way round. If G's pictures are distributed like the real ones, the best D can only say ½. Its
loss is then 2 ln 2.</p>
<p><em>Vanishing gradient.</em> If D is certain, log(1 − D(G(z))) is flat, and its gradient tells G nothing. The
<em>non-saturating</em> loss −log D(G(z)) has the same fixed point and a steep slope there.</p>
<p><em>Non-convergence.</em> Gradient steps on a game need not settle. On the game x · y, the two players circle each other, and finite
steps even lead them away. Penalties on the gradient of D, spectral norm and noise damp the circling.</p>
<p><em>Mode collapse.</em> G is paid for pictures that fool the current D, not for different pictures. It may draw only a few kinds,
and change to others when D has learned to recognise them. A D that sees several pictures at once can tell that they are too alike.</p>
<p><em>Wasserstein.</em> A critic f with a slope of at most 1 measures how far generated pictures have to be moved to become real
ones: the largest E f(x) − E f(G(z)). <em>Clipping</em> f's weights bounds the slope, but by an unknown number K, so that a clipped critic
estimates K times the distance. <em>The gradient penalty</em> λ E (‖∇f(x̂)‖ − 1)² asks for the slope 1 itself, at points x̂ on lines between
real and generated pictures. It is a penalty on the gradient with respect to the picture, not on the weights.</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/1406.2661">Goodfellow et al. 2014</a> (the game),
<a href="https://arxiv.org/abs/1511.06434">Radford et al. 2016</a> (DCGAN),
<a href="https://arxiv.org/abs/1701.04862">Arjovsky &amp; Bottou 2017</a> (vanishing gradient, noise),
<a href="https://arxiv.org/abs/1701.07875">Arjovsky et al. 2017</a> (Wasserstein, clipping),
<a href="https://arxiv.org/abs/1704.00028">Gulrajani et al. 2017</a> (gradient penalty),
<a href="https://arxiv.org/abs/1802.05957">Miyato et al. 2018</a> (spectral norm),
<a href="https://arxiv.org/abs/1801.04406">Mescheder et al. 2018</a> (convergence, R1),
<a href="https://arxiv.org/abs/1706.08500">Heusel et al. 2017</a> (two rates),
<a href="https://arxiv.org/abs/1712.04086">Lin et al. 2018</a> (packing).</p>
</div>
"""
