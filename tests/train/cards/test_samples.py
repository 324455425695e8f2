from PIL import Image

from tests.tiny import tiny_acgan
from train.cards.samples import sheet


def test_the_sheet_of_a_model_of_classes_has_a_column_for_each(tmp_path):
    lines = sheet(tiny_acgan(), tmp_path / "samples.webp", "cifar10")
    assert "66 unselected pictures, seed 40000. The columns show cat, dog, frog." in lines
    assert Image.open(tmp_path / "samples.webp").size == (3 * 34 - 2, 22 * 34 - 2)
