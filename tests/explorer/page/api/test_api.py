"""The API as a program uses it: every endpoint through `gradio_client`, against the running app."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image
from serving import start, stop
from tiny import (
    save_with_card,
    seeded,
    tiny_acgan,
    tiny_bird_judge,
    tiny_cgan,
    tiny_dcgan,
    tiny_ddpm,
    tiny_gan32,
    tiny_judge,
    tiny_scene_judge,
    tiny_stackgan,
    tiny_text,
    tiny_vqvae,
)

from explorer import codes, diffusion, extended, illustration, images, inversion, judges, latent
from explorer.likeness import psnr
from explorer.models import DCGAN, DDPM, VQVAE, FewLabels
from explorer.zoo import Zoo

NAME, SIZE = "tiny-dcgan", 8
CODER, DENOISER = "tiny-mnist-vqvae", "tiny-mnist-ddpm"
SCENES = "tiny-iclevr-cgan"
BIRDS = "stackgan-birds"
FEW = "tiny-few"
DIGIT = Path(__file__).resolve().parents[4] / "explorer" / "pictures" / "digits.png"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("api")
    tiny_dcgan().save_pretrained(folder / "tiny-dcgan")
    tiny_gan32().save_pretrained(folder / "tiny-gan32")
    tiny_acgan().save_pretrained(folder / "tiny-acgan")
    save_with_card(tiny_cgan(), folder / SCENES, data="iclevr")
    save_with_card(tiny_vqvae(), folder / CODER, data="mnist")
    save_with_card(tiny_ddpm(), folder / DENOISER, data="mnist")
    tiny_judge().save_pretrained(folder / "judge-mnist")
    tiny_scene_judge().save_pretrained(folder / "judge-iclevr")
    tiny_bird_judge().save_pretrained(folder / "judge-birds")
    seeded(lambda: FewLabels(width=4)).save_pretrained(folder / FEW)
    tiny_text().save_pretrained(folder / "tiny-text")
    tiny_stackgan(sizes=(64,)).save_pretrained(folder / BIRDS)
    (folder / "tiny-dcgan" / "history.jsonl").write_text('{"step": 1, "images": 4, "kid": 2.0}\n{"step": 2, "images": 8, "kid": 1.5}\n')
    (folder / "tiny-dcgan" / "README.md").write_text("---\nexplorer:\n  summary: A toy.\n  held_out_psnr: [1.0, 2.0, 90.0, 95.0]\n---\n")
    return folder


@pytest.fixture(scope="module")
def client(folder) -> Iterator[Client]:
    server = start(folder / "log.txt", EXPLORER_CHECKPOINTS=str(folder))
    yield Client(server.url, verbose=False, download_files=str(folder / "downloads"))
    stop(server)


@pytest.fixture(scope="module")
def model(folder) -> DCGAN:
    return DCGAN.from_pretrained(folder / NAME, **{"latent_size": SIZE, "channels": (8, 8, 4, 4), "discriminator_channels": (4, 4, 8, 8)})


def png(model, z: torch.Tensor) -> bytes:
    with torch.inference_mode():
        return images.png(images.to_pil(model.generate(z[None])[0]))


def contents(files: list[str]) -> list[bytes]:
    return [Path(file).read_bytes() for file in files]


def test_each_endpoint_stands_once_under_its_name(client):
    named = client.view_api(return_format="dict")["named_endpoints"]
    assert sorted(named) == [
        "/classify", "/decode", "/denoise", "/directions", "/encode", "/fit", "/history", "/interpolate", "/models", "/noise", "/sample",
        "/sweep", "/text_to_bird", "/tradeoff",
    ]  # fmt: skip
    values = [value["parameter_name"] for value in named["/sample"]["parameters"]]
    assert values == ["model", "seed", "count", "truncation", "labels", "settings"]


def test_models_are_listed_with_what_their_card_says(client):
    first, second, scenes, classes, third, fourth, birds, few = client.predict(api_name="/models")
    assert few["can"] == ["recognise"] and few["counts"] == [25, 50, 100, 1000]
    assert birds["can"] == ["illustrate"] and birds["image_size"] == 64
    assert (scenes["name"], scenes["can"], len(scenes["classes"])) == (SCENES, ["generate"], 3)
    assert (classes["name"], classes["classes"]) == ("tiny-acgan", ["cat", "dog", "frog"])
    assert (first["name"], first["latent_size"], first["image_size"], first["summary"]) == (NAME, SIZE, 64, "A toy.")
    assert (second["name"], second["image_size"]) == ("tiny-gan32", 32)
    assert len(first["revision"]) == 64 and first["can"] == ["generate", "directions"]
    assert (third["name"], third["can"]) == (CODER, ["encode", "write"])
    assert (fourth["name"], fourth["can"], fourth["timesteps"], fourth["classes"]) == (DENOISER, ["denoise"], 1000, list("0123"))
    assert (third["map_size"], third["codebook_size"], third["classes"]) == (7, 16, list("0123"))


def test_a_sample_is_what_the_package_draws_from_the_seed(client, model):
    files, details = client.predict(model=NAME, seed=5, count=3, truncation=1.5, api_name="/sample")
    rows = latent.draw(5, 3, SIZE, 1.5)
    assert contents(files) == [png(model, z) for z in rows]
    assert details["seeds"] == [5, 6, 7] and details["latents"] == rows.tolist()


def test_a_seed_gives_the_same_bytes_whatever_the_count_and_the_call(client):
    many, _ = client.predict(model=NAME, seed=10, count=4, api_name="/sample")
    alone, _ = client.predict(model=NAME, seed=12, api_name="/sample")
    assert contents(many)[2] == contents(alone)[0]


def test_the_ends_of_an_interpolation_are_the_endpoints_own_pictures(client):
    ends = [client.predict(model=NAME, seed=seed, api_name="/sample") for seed in (3, 4)]
    given = ends[1][1]["latents"][0]
    for path in ("slerp", "lerp"):
        files, details = client.predict(model=NAME, start=3, end=given, frames=5, path=path, api_name="/interpolate")
        assert len(files) == 5 and details["along"] == path
        assert [contents(files)[0], contents(files)[-1]] == [contents(files)[0] for files, _ in ends]


def test_a_sweep_sets_one_number_or_moves_several_or_follows_a_direction(client, model):
    z, values = latent.draw(9, 1, SIZE)[0], torch.linspace(-2, 2, 3)
    several = torch.zeros(SIZE).index_fill(0, torch.tensor([1, 6]), 1.0)
    way = latent.directions(model.latent_weight(), 2).vectors[1]
    for kind, index, direction in (("coordinate", 6, 6), ("coordinate", [1, 6], several), ("direction", 2, way)):
        files, details = client.predict(model=NAME, start=9, kind=kind, index=index, low=-2, high=2, frames=3, api_name="/sweep")
        rows = latent.sweep(z, direction, values)
        torch.testing.assert_close(torch.tensor(details["latents"]), rows)
        assert contents(files) == [png(model, torch.tensor(row)) for row in details["latents"]]


def test_directions_are_orthogonal_and_come_with_their_share_and_a_strip(client):
    files, details = client.predict(model=NAME, count=3, seed=1, api_name="/directions")
    vectors = torch.tensor(details["vectors"])
    torch.testing.assert_close(vectors @ vectors.T, torch.eye(3), atol=1e-5, rtol=0)
    assert details["shares"] == sorted(details["shares"], reverse=True) and 0 < sum(details["shares"]) <= 1
    assert len(files) == 3 and all(Image.open(file).height == 64 for file in files)


def test_a_fit_of_a_generated_picture_finds_it_and_says_how_it_did(client, model, tmp_path):
    (file,), _ = client.predict(model=NAME, seed=77, api_name="/sample")
    (found, target), details = client.predict(image=handle_file(file), model=NAME, seed=1, api_name="/fit")
    photo = images.to_tensor(Image.open(file), 64)
    assert contents([target]) == contents([file])
    assert contents([found])[0] == png(model, torch.tensor(details["latent"]))
    assert details["psnr"] == pytest.approx(psnr(images.to_tensor(Image.open(found), 64), photo), abs=1.5)
    assert details["psnr"] > 30 and details["percentile"] == 50.0
    assert details["seed"] == 1 and details["settings"]["optimizer"] in inversion.OPTIMIZERS


def test_a_fit_behind_the_first_layers_can_be_varied(client, model):
    photo = handle_file("explorer/pictures/rocket.jpg")
    _, near = client.predict(image=photo, model=NAME, api_name="/fit")
    (found, _), far = client.predict(image=photo, model=NAME, space="extended", api_name="/fit")
    assert "beyond" not in near and far["percentile"] is None
    assert len(extended.unpacked(far["beyond"])) == extended.extension(model).size
    point = {"latent": far["latent"], "beyond": far["beyond"]}
    files, _ = client.predict(model=NAME, start=point, end=point | {"share": 0}, frames=3, api_name="/interpolate")
    own = png(model, torch.tensor(far["latent"]))
    assert [contents(files)[0], contents(files)[-1]] == [contents([found])[0], own]
    files, _ = client.predict(model=NAME, start=point, index=2, low=far["latent"][2], high=3, frames=2, api_name="/sweep")
    assert contents(files)[0] == contents([found])[0]


def test_a_masked_fit_answers_for_what_is_shown(client, tmp_path):
    (file,), _ = client.predict(model=NAME, seed=77, api_name="/sample")
    picture, mask = Image.open(file).convert("RGB"), Image.new("L", (64, 64), 255)
    for part in (picture, mask):
        part.paste(0, (32, 0, 64, 64))
    picture.save(tmp_path / "spoilt.png"), mask.save(tmp_path / "mask.png")
    spoilt, shown = handle_file(tmp_path / "spoilt.png"), handle_file(tmp_path / "mask.png")
    _, details = client.predict(image=spoilt, model=NAME, mask=shown, api_name="/fit")
    _, without = client.predict(image=spoilt, model=NAME, api_name="/fit")
    assert details["psnr"] > 30 > without["psnr"] and details["percentile"] is None


def test_details_are_enough_to_make_the_pictures_again(client):
    (file,), details = client.predict(model=NAME, seed=2**32 - 1, api_name="/sample")
    kept = json.loads(json.dumps(details))
    again, _ = client.predict(model=kept["model"], start=kept["latents"][0], end=kept["latents"][0], frames=2, api_name="/interpolate")
    assert contents(again) == contents([file]) * 2


@pytest.fixture(scope="module")
def coder(folder) -> VQVAE:
    return Zoo(folder).load(CODER)


@pytest.fixture
def digit(tmp_path) -> Path:
    """A test digit of MNIST, a seven."""
    path = tmp_path / "seven.png"
    Image.open(DIGIT).convert("L").crop((196, 0, 224, 28)).save(path)
    return path


def test_codes_decode_to_the_shown_reconstruction_exactly(client, coder, digit):
    (shown, target), details = client.predict(image=handle_file(digit), model=CODER, api_name="/encode")
    image = images.to_digit(Image.open(digit))
    assert torch.equal(torch.tensor(details["codes"]), coder.encode(image[None])[0])
    assert Image.open(target).tobytes() == Image.open(digit).tobytes()
    (again,), told = client.predict(codes=details["codes"], model=CODER, api_name="/decode")
    assert contents([again]) == contents([shown]) and told["codes"] == details["codes"]
    assert contents([shown])[0] == images.png(images.to_pil(coder.decode(torch.tensor([details["codes"]]))[0]))
    assert details["psnr"] == pytest.approx(psnr(coder.decode(coder.encode(image[None]))[0], image), abs=1e-3)
    assert details["bytes"]["codes"] == 25 and details["bytes"]["jpeg"] > 25 and details["bytes"]["webp"] > 25  # 49 x 4 bits
    assert len(details["distances"]) == 7 and min(map(min, details["distances"])) >= 0


def test_a_sample_of_the_prior_is_what_the_package_writes(client, coder, folder):
    labels = [0.0, 0.0, 1.0, 0.0]
    settings = {"temperature": 0.7, "top": 5}
    files, details = client.predict(model=CODER, seed=11, count=3, labels=labels, settings=settings, api_name="/sample")
    maps = codes.write(coder, torch.tensor([labels]).expand(3, -1), seed=11, **settings)
    assert details["codes"] == maps.tolist() and details["settings"] == settings and details["seeds"] == [11, 12, 13]
    drawn = torch.cat([coder.decode(each[None]) for each in maps])
    assert contents(files) == [images.png(images.to_pil(image)) for image in drawn]
    expected = [(found.label, pytest.approx(found.probability, abs=1e-5)) for found in judges.read(Zoo(folder).load("judge-mnist"), drawn)]
    assert [(found["label"], found["probability"]) for found in details["readings"]] == expected
    alone, _ = client.predict(model=CODER, seed=13, labels=labels, settings=settings, api_name="/sample")
    assert contents(alone) == contents(files)[2:]


def test_a_history_is_the_log_of_the_training(client):
    assert client.predict(model=NAME, api_name="/history") == [
        {"step": 1, "images": 4, "kid": 2.0},
        {"step": 2, "images": 8, "kid": 1.5},
    ]
    assert client.predict(model=CODER, api_name="/history") == []


@pytest.fixture(scope="module")
def denoiser(folder) -> DDPM:
    return Zoo(folder).load(DENOISER)


def test_a_noised_picture_is_the_closed_form(client, denoiser, digit):
    (noised, target), details = client.predict(image=handle_file(digit), model=DENOISER, t=300, seed=8, api_name="/noise")
    picture = images.to_digit(Image.open(digit))
    noise = torch.randn(picture.shape, generator=torch.Generator().manual_seed(8))
    level = denoiser.alpha_bar[300].item()
    assert contents([noised])[0] == images.png(images.to_pil(diffusion.add_noise(picture, noise, level)))
    assert Image.open(target).tobytes() == Image.open(digit).tobytes()
    assert (details["t"], details["seed"], details["alpha_bar"]) == (300, 8, pytest.approx(level))
    assert details["snr"] == pytest.approx(level / (1 - level))
    (same, _), details = client.predict(image=handle_file(digit), model=DENOISER, t=0, api_name="/noise")
    assert Image.open(same).tobytes() == Image.open(digit).tobytes() and details["snr"] is None


def test_a_denoised_picture_is_what_the_package_makes_and_its_film_ends_with_it(client, denoiser):
    settings = {"sampler": "ddpm", "steps": 5, "guidance": 3.0}
    labels = [0.0, 0.5, 0.25, 0.0]
    (film, picture), details = client.predict(model=DENOISER, seed=6, labels=labels, settings=settings, api_name="/denoise")
    run = list(diffusion.denoise(denoiser, torch.tensor([labels]), seed=6, **settings))
    assert contents([picture])[0] == images.png(images.to_pil(run[-1].x[0]))
    assert [frame["t"] for frame in details["frames"]] == [1000, 800, 600, 400, 200, 0]
    assert [frame["evaluations"] for frame in details["frames"]] == [2, 4, 6, 8, 10, 10] and details["evaluations"] == 10
    assert details["frames"][1]["snr"] == pytest.approx(run[1].snr) and details["frames"][-1]["snr"] is None
    assert details["settings"] == settings and details["seed"] == 6 and details["labels"] == labels
    with Image.open(film) as shown:
        shown.seek(shown.n_frames - 1)
        last = shown.convert("L").resize((28, 28), Image.Resampling.NEAREST)
    apart = torch.tensor(list(last.getdata())) - torch.tensor(list(Image.open(picture).getdata()))
    assert apart.abs().max() <= 8  # a GIF has 256 colours


def test_a_run_from_a_picture_keeps_what_is_not_erased(client, digit):
    rows = [[int(10 <= row < 18 and 10 <= column < 18) for column in range(28)] for row in range(28)]
    (_, made), _ = client.predict(
        model=DENOISER, seed=2, settings={"steps": 4}, image=handle_file(digit), start=900, erased=rows, api_name="/denoise"
    )
    before, after = (torch.tensor(list(Image.open(path).getdata())).view(28, 28) for path in (digit, made))
    hole = torch.tensor(rows).bool()
    assert (before - after)[~hole].abs().max() <= 1 and (before - after)[hole].abs().max() > 10


def test_a_sample_of_a_diffusion_model_is_its_run_and_depends_on_its_own_seed(client, denoiser, folder):
    labels, settings = [0.0, 0.0, 1.0, 0.0], {"sampler": "ddim", "steps": 3, "guidance": 1.0}
    files, details = client.predict(model=DENOISER, seed=20, count=3, labels=labels, settings=settings, api_name="/sample")
    drawn = diffusion.sample(denoiser, torch.tensor([labels]).expand(3, -1), seed=20, **settings)
    assert contents(files) == [images.png(images.to_pil(image)) for image in drawn]
    assert details["settings"] == settings and details["seeds"] == [20, 21, 22]
    expected = [found.label for found in judges.read(Zoo(folder).load("judge-mnist"), drawn)]
    assert [found["label"] for found in details["readings"]] == expected
    (alone,), _ = client.predict(model=DENOISER, seed=22, labels=labels, settings=settings, api_name="/sample")
    pixels = [torch.tensor(list(Image.open(path).getdata())) for path in (alone, files[2])]
    assert (pixels[0] - pixels[1]).abs().max() <= 1


def test_a_judge_reads_a_digit_as_the_page_would(client, folder):
    ((seen,), details) = client.predict(image=handle_file(DIGIT), model="judge-mnist", api_name="/classify")
    expected = images.to_digit(Image.open(DIGIT))
    assert contents([seen])[0] == images.png(images.to_pil(expected))
    found = details["answers"]["class"]
    assert found == pytest.approx(judges.answers(Zoo(folder).load("judge-mnist"), expected)["class"], abs=1e-6)
    assert sum(found.values()) == pytest.approx(1, abs=1e-5) and len(details["revision"]) == 64


@pytest.mark.parametrize(("labels", "count"), [(25, 25), (0, 1000)])
def test_a_digit_is_read_by_the_classifier_that_has_seen_so_many_labels(client, folder, labels, count):
    _, details = client.predict(image=handle_file(DIGIT), model=FEW, labels=labels, api_name="/classify")
    network = Zoo(folder).load(FEW)
    expected = network.recognise(images.to_digit(Image.open(DIGIT))[None], count)[0].softmax(0)
    assert [details["answers"]["class"][str(digit)] for digit in range(10)] == pytest.approx(expected.tolist(), abs=1e-6)


@pytest.mark.parametrize(("model", "labels"), [(FEW, 30), (FEW, -1), ("judge-mnist", 25)])
def test_a_number_of_labels_that_no_classifier_has_seen_is_named(client, model, labels):
    with pytest.raises(AppError, match=f"labels: got {labels}, allowed is"):
        client.predict(image=handle_file(DIGIT), model=model, labels=labels, api_name="/classify")


def test_a_judge_of_scenes_sees_the_whole_frame(client, folder, tmp_path):
    frame = Image.new("RGB", (160, 120), "gray")
    frame.paste("red", (0, 30, 15, 60))  # what the centre square lacks
    frame.save(tmp_path / "frame.png")
    ((seen,), details) = client.predict(image=handle_file(tmp_path / "frame.png"), model="judge-iclevr", api_name="/classify")
    assert Image.open(seen).size == (64, 64) and Image.open(seen).getpixel((2, 24)) == (255, 0, 0)
    found = judges.answers(Zoo(folder).load("judge-iclevr"), images.whole(frame, 64))
    assert details["answers"] == {question: pytest.approx(row, abs=1e-6) for question, row in found.items()}
    assert sorted(found) == ["ground", "objects"]


def test_a_conditional_gan_draws_what_it_is_told_by_name_or_by_number(client, folder):
    network, asked = Zoo(folder).load(SCENES), torch.tensor([1.0, 1.0, 0.0])
    files, details = client.predict(model=SCENES, seed=4, count=2, labels=["cyan sphere", "red cube"], api_name="/sample")
    rows = latent.draw(4, 2, 6)
    with torch.inference_mode():
        drawn = [network.generate(z[None], asked[None])[0] for z in rows]
        real = [network.discriminate(picture[None], asked[None]).sigmoid().item() for picture in drawn]
    assert contents(files) == [images.png(images.to_pil(picture)) for picture in drawn]
    assert details["labels"] == asked.tolist() and details["realness"] == pytest.approx(real, abs=1e-5)
    again, _ = client.predict(model=SCENES, seed=4, count=2, labels=asked.tolist(), api_name="/sample")
    other, _ = client.predict(model=SCENES, seed=4, count=2, labels=["red cube"], api_name="/sample")
    assert contents(again) == contents(files) and contents(other) != contents(files)


def test_the_objects_of_a_scene_are_found_or_missed_by_the_score_of_the_course(client, folder):
    _, details = client.predict(model=SCENES, seed=1, count=5, labels=["gray cylinder", "cyan sphere"], api_name="/sample")
    network, judge, asked = Zoo(folder).load(SCENES), Zoo(folder).load("judge-iclevr"), torch.tensor([[0.0, 1.0, 1.0]])
    for z, found in zip(latent.draw(1, 5, 6), details["found"], strict=True):
        with torch.inference_mode():
            expected = judges.hits(judge.judge(network.generate(z[None], asked))["objects"], asked)[0]
        assert found == {"cyan sphere": bool(expected[1]), "gray cylinder": bool(expected[2])}


def test_two_classes_are_mixed_by_their_shares(client, folder):
    shares = [0.25, 0.0, 0.75]
    (file,), details = client.predict(model="tiny-acgan", seed=8, labels=shares, api_name="/sample")
    with torch.inference_mode():
        drawn = Zoo(folder).load("tiny-acgan").generate(latent.draw(8, 1, 6), torch.tensor([shares]))
    assert contents([file])[0] == images.png(images.to_pil(drawn[0])) and details["labels"] == shares and details["found"] == []


def test_a_bird_is_its_sentence_s_and_its_seed_s_whatever_the_count(client):
    pictures, details = client.predict("a red bird with a grumpyish look", BIRDS, seed=3, count=3, api_name="/text_to_bird")
    ((alone,), _) = client.predict("a red bird with a grumpyish look", BIRDS, seed=4, api_name="/text_to_bird")
    assert contents(pictures)[1] == Path(alone).read_bytes() and Image.open(alone).size == (64, 64)
    assert details["seeds"] == [3, 4, 5] and details["shares"] == [0.0, 0.0, 0.0] and "grumpyish" in details["unknown"]
    for reading in details["readings"]:
        assert sum(reading["primary"].values()) == pytest.approx(1) and "species" not in reading


def test_a_morph_begins_and_ends_with_its_sentences_own_birds(client):
    pictures, details = client.predict("a red bird", BIRDS, seed=1, count=4, other="a blue bird", api_name="/text_to_bird")
    ((red,), _) = client.predict("a red bird", BIRDS, seed=1, api_name="/text_to_bird")
    ((blue,), _) = client.predict("a blue bird", BIRDS, seed=1, api_name="/text_to_bird")
    made = contents(pictures)
    assert made[0] == Path(red).read_bytes() and made[-1] == Path(blue).read_bytes() and len(set(made)) == 4
    assert details["seeds"] == [1] * 4 and details["shares"] == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_without_conditioning_augmentation_the_sentence_is_drawn_as_it_is(client, folder):
    ((file,), _) = client.predict("a red bird", BIRDS, seed=5, augmentation=0, api_name="/text_to_bird")
    zoo = Zoo(folder)
    model, text = zoo.load(BIRDS), zoo.load("tiny-text").understand(["a red bird"])
    latent_ = illustration.noise(model, 5)[0]
    with torch.inference_mode():
        expected = model.illustrate(text, latent_[None], torch.zeros(1, 1, model.condition_size))[0][0]
    assert Path(file).read_bytes() == images.png(images.to_pil(expected))


@pytest.mark.parametrize(
    "field, values",
    [
        ("sentence", {"sentence": ""}),
        ("count", {"count": 33}),
        ("other", {"other": 5}),
        ("augmentation", {"augmentation": 4}),
        ("seed", {"seed": -1}),
    ],
)
def test_what_a_bird_cannot_be_drawn_from_is_named(client, field, values):
    with pytest.raises(Exception, match=f"{field}: got"):
        client.predict(**{"sentence": "a red bird", "model": BIRDS, **values}, api_name="/text_to_bird")
