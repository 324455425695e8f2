"""The endpoint of judges: /classify."""

import time
from collections.abc import Callable

from explorer import images, judges
from explorer.page.shared.inputs import as_seen
from explorer.page.shared.studio import Studio
from explorer.page.shell.messages import for_api

from .parts import File, details, file, noted, upload


def endpoints(studio: Studio) -> list[Callable]:
    """The functions, each under its endpoint's name."""

    @for_api
    def classify(image: File, model: str) -> tuple[list[File], dict]:
        """Classify a picture with a judge, a small classifier that was trained on real pictures only.

        A judge chooses among the classes that it was trained on. If a picture shows none of them, it still returns the most similar ones.

        Args:
            image: a picture file (PNG, JPEG, WebP, AVIF, HEIC or GIF) of at most 25 MB and 40 megapixels; a JPEG may have 100 megapixels.
                A judge of scenes gets the whole picture, squashed to a square, as CLEVR's 4:3 frames were in its training. A judge of
                digits gets the digit, cropped and centred as in MNIST, unless the picture has 28 x 28 pixels. All other judges get the
                centre square.
            model: the name of an installed judge, such as judge-iclevr, judge-cifar10 or judge-mnist.

        Returns:
            The picture that the judge was given, and details: model, revision, and answers: for each question the probability of each
            answer, the likeliest first. Each object of a scene has a probability of its own; the probabilities of the answers to any other
            question add up to 1.
        """
        start = time.perf_counter()
        judge = studio.judge(model)
        opened = upload(image)
        input_picture = images.whole(opened, judge.image_size) if set(judges.TOGETHER) & set(judge.answers) else as_seen(judge, opened)
        picture = file(images.to_pil(input_picture), "seen.png")
        return [picture], details(studio, model, start, answers=judges.answers(judge, input_picture), **noted(opened))

    return [classify]
