import inspect

from train.recipes import discover
from train.recipes.dcgan import SUBJECTS

COMMANDS = discover()


def test_one_recipe_serves_three_sets_with_one_difference_in_its_options():
    options = {name: inspect.signature(COMMANDS[f"dcgan-{name}"].build).parameters for name in SUBJECTS}
    assert set(options["stickers"]) - set(options["carrot-cake"]) == {"variants"}
    assert list(options["carrot-cake"]) == list(options["abstract-art"]) == [key for key in options["stickers"] if key != "variants"]
    differing = {key for key in options["carrot-cake"] if len({options[name][key].default for name in SUBJECTS}) > 1}
    assert differing == {"anneal_after"}


def test_variants_of_a_sticker_are_learned_from_only_if_they_are_asked_for(explorer_data):
    settings = {"discriminator": "plain", "batch_size": 4}
    without, with_variants = (COMMANDS["dcgan-stickers"].build(variants=wanted, **settings) for wanted in (False, True))
    assert 0 < len(without.data) < len(with_variants.data)
