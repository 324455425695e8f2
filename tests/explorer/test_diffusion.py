"""Noise in closed form against a thousand single steps, the samplers against diffusers' own, and what a run promises."""

from __future__ import annotations

import math

import pytest
import torch
from tiny import tiny_ddpm, tiny_latent_ddpm

from explorer import diffusion
from explorer.models.ddpm import alpha_bars


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_the_closed_form_is_a_thousand_single_steps_in_distribution(schedule):
    levels = alpha_bars(schedule, 1000)
    pictures, generator = 40_000, torch.Generator().manual_seed(0)
    start = torch.tensor([-0.7, 0.2, 1.0])
    walk = start.expand(pictures, 3).clone()
    for t in range(1, 1001):
        kept = (levels[t] / levels[t - 1]).item()
        walk = math.sqrt(kept) * walk + math.sqrt(1 - kept) * torch.randn(pictures, 3, generator=generator)
        if t in (1, 250, 600, 1000):
            direct = diffusion.add_noise(start.expand(pictures, 3), torch.randn(pictures, 3, generator=generator), levels[t])
            error = 4 * walk.std(0) / math.sqrt(pictures)
            assert ((walk.mean(0) - math.sqrt(levels[t]) * start).abs() <= error).all()
            assert ((direct.mean(0) - math.sqrt(levels[t]) * start).abs() <= error).all()
            for cloud in (walk, direct):
                assert ((cloud.var(0) / (1 - levels[t]) - 1).abs() <= 4 * math.sqrt(2 / pictures)).all()


def theirs(kind: str, model, x, labels, steps: int, seed: int, clip: bool):
    """The same run by diffusers' scheduler on our network."""
    import diffusers

    common = {
        "num_train_timesteps": 1000, "beta_schedule": {"cosine": "squaredcos_cap_v2", "linear": "linear"}[model.schedule],
        "beta_start": 1e-4, "beta_end": 0.02, "prediction_type": {"v": "v_prediction", "epsilon": "epsilon"}[model.prediction],
        "timestep_spacing": "trailing",
    }  # fmt: skip
    if kind == "dpm-solver++":
        scheduler = diffusers.DPMSolverMultistepScheduler(**common, final_sigmas_type="zero")
    else:
        scheduler = {"ddpm": diffusers.DDPMScheduler, "ddim": diffusers.DDIMScheduler}[kind](**common, clip_sample=clip)
    scheduler.set_timesteps(steps)
    generators = [torch.Generator().manual_seed(seed + i) for i in range(len(x))]
    for generator in generators:
        torch.randn(x.shape[1:], generator=generator)
    for t in scheduler.timesteps:
        with torch.no_grad():
            said = model.predict(x, torch.full((len(x),), int(t) + 1), labels)
        more = {"use_clipped_model_output": True} if kind == "ddim" else {}
        more |= {"generator": generators} if kind == "ddpm" else {}
        x = scheduler.step(said, t, x, **more).prev_sample
    return x


# Not the noise under the cosine schedule: at t = T it tells nothing of the picture, and both would divide by almost nothing.
@pytest.mark.parametrize(("prediction", "schedule"), [("v", "linear"), ("v", "cosine"), ("epsilon", "linear")])
@pytest.mark.parametrize("kind", ["ddpm", "ddim", "dpm-solver++"])
@pytest.mark.parametrize("steps", [4, 25])
def test_the_samplers_agree_with_those_of_diffusers(kind, schedule, prediction, steps):
    model, labels = tiny_ddpm(prediction=prediction, schedule=schedule), torch.eye(4)[:2]
    clip = kind != "dpm-solver++"
    first, *_ = diffusion.denoise(model, labels, seed=5, steps=steps)
    found = diffusion.sample(model, labels, seed=5, sampler=kind, steps=steps, clip=clip)
    expected = theirs(kind, model, first.x, labels, steps, 5, clip)
    assert expected.std() > 0.05
    scale = expected.abs().max()
    torch.testing.assert_close(found / scale, expected / scale, atol=2e-3, rtol=0)


@pytest.mark.parametrize("kind", list(diffusion.SAMPLERS))
def test_a_perfect_belief_is_reached_whatever_the_number_of_steps(kind):
    model, picture = tiny_ddpm(), torch.rand(1, 28, 28) * 1.8 - 0.9
    model.denoise = lambda x, t, labels: picture.expand_as(x)
    for steps in (1, 2, 7):
        torch.testing.assert_close(diffusion.sample(model, torch.zeros(2, 4), sampler=kind, steps=steps), picture.expand(2, -1, -1, -1))


def test_the_ancestral_step_keeps_the_marginals_of_the_forward_process():
    now, after, generator = 0.2, 0.6, torch.Generator().manual_seed(0)
    x0 = torch.full((200_000,), 0.4)
    x = diffusion.add_noise(x0, torch.randn(len(x0), generator=generator), now)
    step = diffusion.Step(x, x0, torch.zeros(0), now, after, lambda: torch.randn(len(x0), generator=generator))
    found = diffusion.ancestral(step)
    assert math.isclose(found.mean().item(), math.sqrt(after) * 0.4, abs_tol=0.005)
    assert math.isclose(found.var().item(), 1 - after, rel_tol=0.02)


def test_ddim_and_the_solver_draw_nothing_but_the_first_noise_and_ddpm_does():
    model, labels = tiny_ddpm(), torch.eye(4)[:1]
    runs = {kind: [diffusion.sample(model, labels, seed=3, sampler=kind, steps=6) for _ in range(2)] for kind in diffusion.SAMPLERS}
    assert all(torch.equal(a, b) for a, b in runs.values())
    drawn = []
    for kind in diffusion.SAMPLERS:
        step = diffusion.Step(*(torch.zeros(1),) * 3, 0.3, 0.6, lambda kind=kind: drawn.append(kind) or torch.zeros(1))
        diffusion.SAMPLERS[kind](step)
    assert drawn == ["ddpm"]


def test_a_picture_depends_on_its_own_seed_whatever_the_batch():
    model = tiny_ddpm()
    many = diffusion.sample(model, torch.eye(4)[[0, 1, 2]], seed=7, sampler="ddpm", steps=5)
    one = diffusion.sample(model, torch.eye(4)[[2]], seed=9, sampler="ddpm", steps=5)
    torch.testing.assert_close(many[2], one[0], atol=1e-4, rtol=0)


def test_a_run_tells_where_it_is():
    model = tiny_ddpm()
    run = list(diffusion.denoise(model, torch.eye(4)[:1], steps=4, guidance=2.5))
    assert [each.t for each in run] == [1000, 750, 500, 250, 0]
    assert [each.evaluations for each in run] == [2, 4, 6, 8, 8]
    assert run[-1].snr == math.inf and torch.equal(run[-1].x, run[-1].x0)
    for each in run[:-1]:
        level = model.alpha_bar[each.t].item()
        assert math.isclose(each.snr, level / (1 - level))
        torch.testing.assert_close(math.sqrt(level) * each.x0 + math.sqrt(1 - level) * each.noise, each.x, atol=1e-4, rtol=1e-4)
        assert each.x0.abs().max() <= 1


@pytest.mark.parametrize(("guidance", "labels", "cost"), [(0.0, 1, 1), (1.0, 1, 1), (3.0, 1, 2), (3.0, 0, 1)])
def test_the_network_runs_as_often_as_is_told(guidance, labels, cost):
    model, asked, seen = tiny_ddpm(), torch.eye(4)[:1] * labels, []
    original = model.denoise
    model.denoise = lambda x, t, conditional: seen.append(len(x)) or original(x, t, conditional)
    *_, last = diffusion.denoise(model, asked, steps=3, guidance=guidance)
    assert sum(seen) == last.evaluations == 3 * cost


def test_guidance_goes_from_the_belief_without_the_class_beyond_the_one_with_it():
    model, labels = tiny_ddpm(), torch.eye(4)[:1]
    x, t = torch.randn(1, 1, 28, 28), torch.tensor([500])
    with torch.no_grad():
        conditional, unconditional = model.denoise(x, t, labels), model.denoise(x, t, torch.zeros(1, 4))
    torch.testing.assert_close(
        diffusion.predict_x0(model, x, 500, labels, 3.0), unconditional + 3 * (conditional - unconditional), atol=1e-4, rtol=1e-4
    )
    torch.testing.assert_close(diffusion.predict_x0(model, x, 500, labels, 0.0), unconditional, atol=1e-5, rtol=0)


def test_a_run_from_a_picture_begins_at_that_picture_under_noise():
    model, picture = tiny_ddpm(), torch.rand(1, 28, 28) * 2 - 1
    first, *_ = diffusion.denoise(model, torch.zeros(1, 4), seed=4, image=picture, start=300, steps=5)
    noise = torch.randn(1, 28, 28, generator=torch.Generator().manual_seed(4))
    torch.testing.assert_close(first.x[0], diffusion.add_noise(picture, noise, model.alpha_bar[300]))
    assert first.t == 300


@pytest.mark.parametrize("kind", list(diffusion.SAMPLERS))
def test_what_is_not_erased_stays_and_what_is_erased_does_not(kind):
    model, picture = tiny_ddpm(), torch.rand(1, 28, 28) * 1.6 - 0.8
    hole = torch.zeros(28, 28, dtype=torch.bool)
    hole[8:20, 8:20] = True
    made = diffusion.sample(model, torch.zeros(1, 4), seed=1, sampler=kind, steps=8, image=picture, erased=hole)[0]
    torch.testing.assert_close(made[:, ~hole], picture[:, ~hole], atol=1e-5, rtol=0)
    assert (made[:, hole] - picture[:, hole]).abs().mean() > 0.05


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sampler": "euler"}, "sampler is 'euler'"),
        ({"steps": 0}, "steps is 0"),
        ({"steps": 10**6}, "steps is 1000000"),
        ({"steps": 2.5}, "steps is 2.5"),
        ({"guidance": float("nan")}, "guidance is nan"),
        ({"guidance": -1}, "guidance is -1"),
        ({"start": 500}, "image is None"),
        ({"start": 1001, "image": torch.zeros(1, 28, 28)}, "start is 1001"),
        ({"start": 10, "steps": 11, "image": torch.zeros(1, 28, 28)}, "steps is 11"),
        ({"image": torch.zeros(3, 28, 28)}, "image has the shape"),
        ({"image": torch.zeros(1, 28, 28), "erased": torch.zeros(4, 4, dtype=torch.bool)}, "erased has the shape"),
        ({"erased": torch.zeros(28, 28, dtype=torch.bool)}, "image is None"),
    ],
)
def test_settings_out_of_range_are_refused_at_the_call(settings, message):
    with pytest.raises(ValueError, match=message):
        diffusion.denoise(tiny_ddpm(), torch.zeros(1, 4), **settings)


def test_labels_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"labels have the shape \(1, 3\)"):
        diffusion.denoise(tiny_ddpm(), torch.zeros(1, 3))


def test_a_model_without_classes_runs_and_is_asked_once_a_step():
    run = list(diffusion.denoise(tiny_ddpm(classes=()), torch.zeros(2, 0), steps=3, guidance=4.0))
    assert run[-1].x.shape == (2, 1, 28, 28) and run[-1].evaluations == 3


def test_latent_diffusion_runs_in_latents_and_ends_in_a_picture():
    model = tiny_latent_ddpm()
    run = list(diffusion.denoise(model, torch.zeros(2, 0), seed=5, steps=3))
    assert all(each.shape == (2, 4, 8, 8) for moment in run for each in (moment.x, moment.x0, moment.noise))
    assert run[0].x0.abs().max() > 1  # a latent has no bounds
    drawn = diffusion.sample(model, torch.zeros(2, 0), seed=5, steps=3)
    assert drawn.shape == (2, 3, 32, 32)
    torch.testing.assert_close(drawn, model.picture(run[-1].x))


def test_a_picture_is_noised_as_its_latent():
    model, picture = tiny_latent_ddpm(), torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(2)) * 2 - 1
    x = diffusion.noised(model, picture, 300, seed=4)
    noise = torch.randn(4, 8, 8, generator=torch.Generator().manual_seed(4))
    torch.testing.assert_close(x, diffusion.add_noise(model.latent(picture[None])[0], noise, model.alpha_bar[300]))
    first, *_ = diffusion.denoise(model, torch.zeros(1, 0), seed=4, image=picture, start=300, steps=5)
    torch.testing.assert_close(first.x[0], x)
    with pytest.raises(ValueError, match=r"image has the shape \(4, 8, 8\); expected \(3, 32, 32\)"):
        diffusion.denoise(model, torch.zeros(1, 0), image=x)


def test_a_cell_of_a_latent_is_new_where_one_of_its_pixels_is_erased():
    model = tiny_latent_ddpm()
    picture = model.picture(torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(3)))[0]
    hole = torch.zeros(32, 32, dtype=torch.bool)
    hole[5, 9] = True  # in cell 1, 2
    made = diffusion.sample(model, torch.zeros(1, 0), steps=4, image=picture, erased=hole)[0]
    changed = (made - picture).abs().amax(0) > 1e-4
    assert changed[4:8, 8:12].all() and changed.sum() == 16
