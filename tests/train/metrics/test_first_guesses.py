from tiny import tiny_dcgan, tiny_encoder

from explorer.latent import draw
from train.metrics.first_guesses import first_guesses


def test_a_guess_that_names_the_latent_draws_the_photo_again():
    turned = tiny_dcgan()
    for norm in turned.generator.norms:
        norm.running_var.fill_(0.01)  # an untrained network is nearly flat without this
    z = draw(3, 2, 8)
    model = tiny_encoder()
    model.estimate = lambda photos: z
    scores = first_guesses(model, turned, turned.generate(z).detach())
    assert min(scores["encoder"]) > 100 > max(scores["seed 0"])
