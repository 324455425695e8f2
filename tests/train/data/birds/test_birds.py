"""What is told of a picture is gathered, the nearest source first."""

from train.data.birds import read, trait, without_species

TEMPLATES = [
    "a small red and black bird with a striped grey breast, a dark cap and a short grey and buff cone shaped bill.",
    "this bird has a red belly, black and white wings, yellow legs and a ring around its eye.",
]


def test_templates_are_read_into_traits():
    assert read(TEMPLATES).traits == {
        "size": ("small",),
        "primary": ("red", "black"),
        "breast": ("grey",),
        "breast pattern": ("striped",),
        "head pattern": ("cap", "eyering"),
        "bill length": ("shorter_than_head",),
        "bill": ("grey", "buff"),
        "bill shape": ("cone",),
        "belly": ("red",),
        "wing": ("black", "white"),
        "leg": ("yellow",),
    }


def test_a_template_goes_before_an_attribute_and_an_attribute_before_what_is_usual():
    names = {"1": "has_belly_color::blue", "2": "has_back_color::white", "3": "has_back_color::brown", "4": "has_upper_tail_color::grey"}
    bird = read(TEMPLATES[1:], [1, 2], names, [0.0, 10.0, 90.0, 61.0])
    assert bird.traits["belly"] == ("red",) and bird.traits["back"] == ("white",) and bird.traits["tail"] == ("grey",)
    assert trait("has_size::very_small_(3_-_5_in)") == ("size", "very small")


def test_a_head_is_what_crown_nape_and_throat_agree_on():
    said = "this bird has a blue crown, a blue nape and a blue throat."
    assert read([said]).traits["head"] == ("blue",)
    assert "head" not in read([said.replace("blue throat", "red throat")]).traits


def test_the_species_name_is_taken_out_of_a_sentence():
    caption = (
        "Black-throated Blue Warbler: blue back; like other warblers it has a white belly, unlike the Black throated Blue Warbler's mate."
    )
    found = without_species(caption, "Black throated Blue Warbler")
    assert "warbler" not in found and found.startswith("blue back")
    assert without_species("cardinal with a crest", "Cardinal") == "bird with a crest"
