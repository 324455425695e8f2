"""The base of every model: a module whose weights are saved as safetensors and loaded strictly.

`huggingface_hub.PyTorchModelHubMixin` provides `from_pretrained`, `save_pretrained` and `push_to_hub`. `Model` overrides three of its
defaults: it does not load strictly (missing weights stay random), it falls back to pickled weights, and it does not save the class.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from huggingface_hub import PyTorchModelHubMixin, hf_hub_download
from safetensors.torch import load_file, save_file
from torch import nn

CONFIG, WEIGHTS = "config.json", "model.safetensors"


def stored(state: dict[str, torch.Tensor], matrices: torch.dtype = torch.float16) -> dict[str, torch.Tensor]:
    """The state dict as it is saved: matrices and kernels in the dtype `matrices`, vectors (norms, biases, running statistics)
    unchanged."""
    return {
        name: (value.to(matrices) if value.is_floating_point() and value.dim() > 1 else value).detach().cpu().contiguous()
        for name, value in state.items()
    }


class Model(nn.Module, PyTorchModelHubMixin):
    """A network that can be saved and loaded. The arguments of its constructor must be JSON. The methods of a subclass say what it can
    do."""

    def _save_pretrained(self, save_directory: Path) -> None:
        path = Path(save_directory) / WEIGHTS
        save_file(stored(self.state_dict()), path, metadata={"format": "pt"})
        path.chmod(0o644)  # safetensors lets only the owner read

    def save_pretrained(self, save_directory: str | Path, **kwargs) -> None:
        """Write config.json (constructor's arguments and `"model"`, the class) and model.safetensors; an existing README.md stays.

        The mixin's model card template is not used: `train.cards` writes the cards, from measurements.
        """
        folder = Path(save_directory)
        folder.mkdir(parents=True, exist_ok=True)
        config = {"model": type(self).__name__, **self._hub_mixin_config}
        (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        self._save_pretrained(folder)

    @classmethod
    def _from_pretrained(cls, *, model_id, revision, cache_dir, force_download, local_files_only, token, strict=True, **model_kwargs):
        folder = Path(model_id)
        if folder.is_dir():
            path = folder / WEIGHTS
            if not path.is_file():
                raise FileNotFoundError(f"{folder.name} has no {WEIGHTS}; pickled weights are not loaded")
        else:
            path = hf_hub_download(
                repo_id=model_id, filename=WEIGHTS, revision=revision, cache_dir=cache_dir,
                force_download=force_download, local_files_only=local_files_only, token=token,
            )  # fmt: skip
        model_kwargs.pop("map_location", None)
        model = cls(**model_kwargs)
        model.load_state_dict(load_file(path), strict=True)
        return model.eval()
