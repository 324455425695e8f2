"""The one training loop: any recipe, on a CPU, a GPU or several (accelerate), stopped and resumed at will.

Everything random in step n depends on the seed and on n alone: the generators are reseeded before each step, and the order of the
pictures follows from the epoch's number. A run that was killed therefore ends as an unbroken one would have.
"""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from accelerate import Accelerator
from torch import Tensor
from torch.optim.swa_utils import AveragedModel
from tqdm.auto import tqdm

from .recipe import Recipe
from .sprites import write_sprite
from .state import History, Progress, goes_on, keep_earlier, keep_timeline, load_warm_start, resume, save, states, write_weights

TIMELINE_MOMENTS = 20


@dataclass
class Schedule:
    """When things happen, all counted in steps but for the saves.

    Attributes:
        steps: the whole run.
        log_every: a row of history, with the mean of each loss since the row before.
        evaluate_every: metrics, and the choice of the best checkpoint.
        save_seconds: how often the state for resuming is written.
        minutes: stop (resumable) after so long; None for no limit.
    """

    steps: int
    log_every: int
    evaluate_every: int
    save_seconds: float = 180
    minutes: float | None = None

    def moments(self) -> set[int]:
        """Steps of the timeline: quadratically spaced, since most changes early."""
        return {round(self.steps * (k / (TIMELINE_MOMENTS - 1)) ** 2) for k in range(TIMELINE_MOMENTS)}


class InterruptedRunError(Exception):
    """The run was asked to stop; its state is saved."""


@dataclass
class Run:
    """A run that is ready to go on: everything that the loop reads and changes.

    Attributes:
        recipe: its parts and optimisers are the accelerator's.
        folder: state-*/, history.jsonl, timeline/, best/, preview.png.
        schedule: when to stop, log, evaluate and save.
        accelerator: the devices.
        averages: moving averages of parts, by name.
        progress: how far the run is.
        history: None on all processes but the main one.
        fresh: whether it begins with nothing behind it, no state and no checkpoint that it continues.
        started: the moment at which it would have begun, had it never been interrupted, in `time.monotonic` seconds, as are the others.
        deadline: when it has to stop.
        saved: when its state was last written.
    """

    recipe: Recipe
    folder: Path
    schedule: Schedule
    accelerator: Accelerator
    averages: dict[str, AveragedModel]
    progress: Progress
    history: History | None
    fresh: bool
    started: float
    deadline: float
    saved: float

    @property
    def last(self) -> bool:
        """Whether all steps are done."""
        return self.progress.step == self.schedule.steps

    def observe(self) -> None:
        """Everything that looks at the model and does not change it: the timeline's pictures, and a row of history."""
        progress, schedule = self.progress, self.schedule
        progress.seconds = time.monotonic() - self.started
        images = progress.step * self.recipe.batch_size
        if self.history and progress.step in schedule.moments():
            model = self.recipe.snapshot({name: average.module for name, average in self.averages.items()})
            if (pictures := self.recipe.preview(model)) is not None:
                write_sprite(pictures, self.folder / "timeline" / f"{images:09d}.webp")
                write_sprite(pictures, self.folder / "preview.png")
        row: dict[str, float] = {}
        if progress.step % schedule.log_every == 0 or self.last:
            row = {name: total / max(progress.summed, 1) for name, total in progress.sums.items()}
            progress.sums, progress.summed = {}, 0
        if self.history and (progress.step % schedule.evaluate_every == 0 or self.last):
            row |= evaluate(self.recipe, self.averages, progress, self.folder)
        if row and self.history:
            self.history.append({"step": progress.step, "images": images, "seconds": round(progress.seconds, 1), **row})

    def step(self, seed: int) -> dict[str, float]:
        """One step of the recipe; its losses go into the sums of the next row."""
        self.recipe.done = self.progress.step / self.schedule.steps
        losses = _step(self.recipe, self.accelerator, self.progress.step, seed, self.averages)
        self.progress.step += 1
        for name, value in losses.items():
            self.progress.sums[name] = self.progress.sums.get(name, 0.0) + value
        self.progress.summed += 1
        return losses

    def save(self) -> None:
        """Write the state to go on from."""
        self.progress.seconds = time.monotonic() - self.started
        save(self.accelerator, self.folder, self.progress)
        self.saved = time.monotonic()


def train(
    recipe: Recipe,
    run: Path,
    schedule: Schedule,
    *,
    seed: int = 0,
    precision: str = "auto",
    warm_start: Path | None = None,
    progress_bar: bool = True,
) -> Progress:
    """Run a recipe to its last step, from the newest state in `run` if there is one.

    Args:
        recipe: what to train; its parts are moved to the device.
        run: the run's folder: state-*/, history.jsonl, timeline/, best/, preview.png.
        schedule: when to stop, log, evaluate and save.
        seed: of the order of the pictures and of every random number.
        precision: "bf16" (autocast), "no" (float32), or "auto": bf16 on a GPU that has it, float32 on a CPU, where bf16 doubles the
            speed of some processors and halves that of others (docs/training-log.md).
        warm_start: a checkpoint folder whose weights the parts start from, unless the run has a state of its own. The run goes on with its
            history, or, if that is another network's (an earlier stage) or of other pictures, keeps it in earlier.json.
        progress_bar: a live bar with the losses.

    Raises:
        InterruptedRunError: after Ctrl-C, SIGTERM or the minutes of the schedule, with the state saved.
    """
    now = prepare(recipe, run, schedule, precision, warm_start)
    hidden = not progress_bar or now.history is None
    with _interruptible() as interrupted, tqdm(total=schedule.steps, initial=now.progress.step, disable=hidden, unit="step") as bar:
        if now.fresh:
            now.observe()
        while now.progress.step < schedule.steps:
            losses = now.step(seed)
            now.observe()
            bar.update()
            bar.set_postfix({name: f"{value:.3f}" for name, value in losses.items()}, refresh=False)
            stop = interrupted() or time.monotonic() > now.deadline
            if stop or now.last or time.monotonic() - now.saved > schedule.save_seconds:
                now.save()
            if stop and not now.last:
                raise InterruptedRunError(f"stopped at step {now.progress.step} of {schedule.steps}; the same command goes on from there")
    recipe.parts.update({name: now.accelerator.unwrap_model(part) for name, part in recipe.parts.items()})
    return now.progress


def prepare(recipe: Recipe, folder: Path, schedule: Schedule, precision: str = "auto", warm_start: Path | None = None) -> Run:
    """Everything before the first step: weights of a warm start, devices, averages, and the newest state in the folder if there is one.

    Args:
        recipe, schedule, precision, warm_start: as in `train`.
        folder: the run's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    accelerator = Accelerator(mixed_precision=_precision(precision), cpu=not torch.cuda.is_available())
    before = load_warm_start(recipe, warm_start) if warm_start else []
    if warm_start and not states(folder) and not goes_on(recipe, warm_start):
        keep_earlier(warm_start, folder)
    averages = _placed(recipe, accelerator)
    progress, resumed = resume(accelerator, folder), bool(states(folder))
    if before and not resumed:
        _continue(recipe, progress, before[-1], averages)
        write_weights(recipe, recipe.snapshot({}), folder / "best")
        keep_timeline(warm_start, folder, before[-1]["images"])
    history = History(folder / "history.jsonl", progress.step, [] if resumed else before) if accelerator.is_main_process else None
    now = time.monotonic()
    deadline = now + 60 * schedule.minutes if schedule.minutes else float("inf")
    fresh = progress.step == 0 and not before
    return Run(recipe, folder, schedule, accelerator, averages, progress, history, fresh, now - progress.seconds, deadline, now)


def _placed(recipe: Recipe, accelerator: Accelerator) -> dict[str, AveragedModel]:
    """Put parts, optimisers and pictures of a recipe on the accelerator's device; returns the moving averages of its parts."""
    averages = {
        name: AveragedModel(recipe.parts[name], multi_avg_fn=_average(recipe.average_decay), use_buffers=True) for name in recipe.averaged
    }
    for name, part in dict(recipe.parts).items():
        if any(weight.requires_grad for weight in part.parameters()):
            recipe.parts[name] = accelerator.prepare(part.to(memory_format=torch.channels_last).train())
        else:  # running averages alone: nothing to distribute, but to save
            accelerator.register_for_checkpointing(part.to(accelerator.device))
    for name, optimizer in recipe.optimizers.items():
        recipe.optimizers[name] = accelerator.prepare(optimizer)
    for average in averages.values():
        average.to(accelerator.device)
        accelerator.register_for_checkpointing(average)
    recipe.data = recipe.data.to(accelerator.device)
    return averages


def _continue(recipe: Recipe, progress: Progress, row: dict[str, float], averages: dict[str, AveragedModel]) -> None:
    """Let a run go on counting from a row of the history of its warm start."""
    progress.step, progress.seconds = row["images"] // recipe.batch_size, row["seconds"]
    if measured := [row[name] for name in (recipe.metric, f"{recipe.metric}_raw") if name in row]:
        progress.best = {recipe.metric: min(measured), "step": progress.step, "raw": 0.0}
    for average in averages.values():
        average.n_averaged.fill_(progress.step)


def _step(recipe: Recipe, accelerator: Accelerator, step: int, seed: int, averages: dict[str, AveragedModel]) -> dict[str, float]:
    indices = picture_order(len(recipe.data), recipe.batch_size, step, seed)
    indices = indices[accelerator.process_index :: accelerator.num_processes]
    torch.manual_seed(_mixed(seed, step * accelerator.num_processes + accelerator.process_index))
    with accelerator.autocast():
        losses = recipe.train_step(recipe.data.batch(indices, accelerator.device), accelerator.backward)
    for name, average in averages.items():
        if recipe.averages(name):
            average.update_parameters(accelerator.unwrap_model(recipe.parts[name]))
    return {name: float(value) for name, value in losses.items()}


def _mixed(seed: int, moment: int) -> int:
    """One seed for both. It stays within 32 bits, since the CPU generator ignores the others."""
    return (seed * 1_000_003 + moment) % 2**32


def picture_order(count: int, batch_size: int, step: int, seed: int) -> Tensor:
    """The pictures of a step, (batch_size,): each epoch is one permutation of all, and batches run across the epochs' borders."""
    first = step * batch_size
    wanted = torch.arange(first, first + batch_size)
    parts = []
    for epoch in range(first // count, (first + batch_size - 1) // count + 1):
        order = torch.randperm(count, generator=torch.Generator().manual_seed(_mixed(seed, epoch)))
        parts.append(order[wanted[wanted // count == epoch] % count])
    return torch.cat(parts)


def evaluate(recipe: Recipe, averages: dict[str, AveragedModel], progress: Progress, run: Path) -> dict[str, float]:
    """Metrics of the averaged weights, and of the raw ones as `NAME_raw` where they compete; the best model so far, or the last one where
    nothing chooses, goes to run/best."""
    found: dict[str, float] = {}
    candidates = [("", {name: average.module for name, average in averages.items()})]
    if recipe.compare_raw and averages:
        candidates.append(("_raw", {}))
    for suffix, parts in candidates:
        model = recipe.snapshot(parts)
        metrics = recipe.evaluate(model)
        found |= {name + suffix: value for name, value in metrics.items()}
        if recipe.metric in metrics and metrics[recipe.metric] < progress.best.get(recipe.metric, float("inf")):
            progress.best = {recipe.metric: metrics[recipe.metric], "step": progress.step, "raw": float(bool(suffix))}
            write_weights(recipe, model, run / "best")
        elif recipe.metric not in metrics and not progress.best and not suffix:
            write_weights(recipe, model, run / "best")
    return found


def _precision(wanted: str) -> str:
    if wanted != "auto":
        return wanted
    return "bf16" if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else "no"


def _average(decay: float):
    """An exponential moving average whose decay grows from 1/11 to `decay`, so that the first weights are soon forgotten."""

    @torch.no_grad()
    def update(averaged: list[Tensor], current: list[Tensor], count: Tensor | int) -> None:
        weight = 1 - min(decay, (1 + int(count)) / (10 + int(count)))
        if averaged[0].is_floating_point():  # the lists hold one type each
            torch._foreach_lerp_(averaged, current, weight)
        else:
            torch._foreach_copy_(averaged, current)

    return update


@contextmanager
def _interruptible():
    """Ctrl-C and SIGTERM set a flag that the loop reads between steps; a second Ctrl-C ends at once."""
    asked = False

    def ask(number, frame):
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    try:
        before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread: the caller handles signals
        before = {}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
