"""Lists of models are computed once, until the zoo refuses another checkpoint."""

from __future__ import annotations

import pytest
from safetensors.torch import load_file, save_file

from explorer.page.shared.catalogue import Catalogue
from explorer.zoo import CheckpointError, Zoo


def test_a_list_is_kept_until_a_checkpoint_is_refused(checkpoints):
    weights = load_file(path := checkpoints / "tiny-gan32" / "model.safetensors")
    save_file({key: value * float("nan") for key, value in weights.items()}, path)
    catalogue = Catalogue(Zoo(checkpoints))
    assert catalogue.generators is catalogue.generators == ["tiny-dcgan", "tiny-gan32"]
    with pytest.raises(CheckpointError, match="not finite"):
        catalogue.zoo.load("tiny-gan32")
    assert catalogue.generators == ["tiny-dcgan"] and catalogue.shown == ["tiny-dcgan"] and catalogue.default == "tiny-dcgan"


def test_a_folder_without_models_has_no_default(tmp_path):
    assert Catalogue(Zoo(tmp_path)).default is None
