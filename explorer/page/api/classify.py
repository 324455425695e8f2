"""The endpoint of judges: /classify."""

import time
from collections.abc import Callable

from explorer import images, judges
from explorer.models import Judges
from explorer.page.shared.checks import FieldError, choice, whole
from explorer.page.shared.inputs import as_seen
from explorer.page.shared.studio import Studio
from explorer.page.shell.messages import for_api

from .parts import File, details, file, noted, upload


def endpoints(studio: Studio) -> list[Callable]:
    """The functions, each under its endpoint's name."""

    @for_api
    def classify(image: File, model: str, labels: int = 0) -> tuple[list[File], dict]:
        """Classify a picture with a judge, a small classifier that was trained on real pictures only, or a digit with a classifier that has
        seen few labels.

        A judge chooses among the classes that it was trained on. If a picture shows none of them, it still returns the most similar ones.

        Args:
            image: a picture file (PNG, JPEG, WebP, AVIF, HEIC or GIF) of at most 25 MB and 40 megapixels; a JPEG may have 100 megapixels.
                A judge of scenes gets the whole picture, squashed to a square, as CLEVR's 4:3 frames were in its training. A judge of
                digits gets the digit, cropped and centred as in MNIST, unless the picture has 28 x 28 pixels. All other judges get the
                centre square.
            model: the name of an installed judge, such as judge-iclevr, judge-cifar10 or judge-mnist, or of a model with few labels, such
            as
                sgan-mnist or fixmatch-mnist.
            labels: how many labels the classifier has seen, for a model with few labels: 25, 50, 100 or 1000; 0 for the most. For a judge
            0.

        Returns:
            The picture that the judge was given, and details: model, revision, and answers: for each question the probability of each
            answer, the likeliest first. Each object of a scene has a probability of its own; the probabilities of the answers to any other
            question add up to 1.
        """
        start = time.perf_counter()
        judge = _classifier(studio, model, labels)
        opened = upload(image)
        input_picture = images.whole(opened, judge.image_size) if set(judges.TOGETHER) & set(judge.answers) else as_seen(judge, opened)
        picture = file(images.to_pil(input_picture), "seen.png")
        return [picture], details(studio, model, start, answers=judges.answers(judge, input_picture), **noted(opened))

    return [classify]


def _classifier(studio: Studio, model: str, labels: int) -> Judges:
    """The judge of this name, or the classifier of a model with few labels that has seen so many labels; 0: the most.

    Raises:
        FieldError: for an unknown model, or a number of labels that it does not have.
    """
    if model not in studio.catalogue.recognisers:
        choice("model", model, [*studio.catalogue.judges, *studio.catalogue.recognisers])
        if labels != 0:
            raise FieldError("labels", labels, f"0 for {model}, which has seen all labels")
        return studio.judge(model)
    network = studio.recogniser(model)
    count = whole("labels", labels, 0, max(network.counts)) or max(network.counts)
    if count not in network.counts:
        raise FieldError("labels", labels, f"one of 0, {', '.join(map(str, network.counts))} for {model}")
    return network.judge_with(count)
