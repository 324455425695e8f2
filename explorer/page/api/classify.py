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
        """Let a judge read a picture: a small classifier that was trained on real pictures alone.

        A judge knows nothing but its own answers, so of a picture from elsewhere it names the ones that fit least badly.

        Args:
            image: a picture file of at most 25 MB: PNG, JPEG, WebP, AVIF, HEIC or GIF of 40 megapixels, or a JPEG of 100. Judges of
                scenes see the whole of it, squashed to a square, as they saw CLEVR's 4:3 frames in training; judges of digits look for
                the digit and centre it as MNIST does, unless it has 28 x 28 pixels; all others see its centre square.
            model: the judge: judge-iclevr, judge-cifar10, judge-mnist or another that is there.

        Returns:
            The picture as the judge sees it, and details: model, revision, and answers, for every question the probability of each answer,
            the likeliest first. The objects of a scene have each their own probability; all other answers add up to one.
        """
        start = time.perf_counter()
        judge = studio.judge(model)
        opened = upload(image)
        input_picture = images.whole(opened, judge.image_size) if set(judges.TOGETHER) & set(judge.answers) else as_seen(judge, opened)
        picture = file(images.to_pil(input_picture), "seen.png")
        return [picture], details(studio, model, start, answers=judges.answers(judge, input_picture), **noted(opened))

    return [classify]
