"""The training loop for all recipes, on a CPU or on one or more GPUs (accelerate). A run can be interrupted and resumed at any time.

The random numbers of step n depend only on the seed and on n: `torch.manual_seed` is called before each step, and the order of the pictures
follows from the seed and the epoch's number. So a run that was interrupted and resumed ends with the same result as an uninterrupted one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import torch
from accelerate import Accelerator
from torch import Tensor
from torch.optim.swa_utils import AveragedModel
from tqdm.auto import tqdm

from .hardware import precision as precision_of
from .recipe import Recipe
from .saved import disk_is_full, resume, save, states, stopped_by_a_full_disk
from .schedule import InterruptedRunError, Schedule, interruptible
from .sprites import write_sprite
from .state import History, Progress, continues_run_of, keep_earlier, keep_timeline, load_warm_start, write_weights


@dataclass
class Run:
    """A training run that is ready to start or resume: everything that the loop reads and updates.

    Attributes:
        recipe: with its parts and optimisers prepared by the accelerator.
        folder: state-*/, history.jsonl, timeline/, best/, preview.png.
        schedule: when to stop, log, evaluate and save.
        accelerator: manages the devices and processes.
        averages: moving averages of parts, by name.
        progress: the current step, the training time, the sums of the losses and the best metric.
        history: the file of logged rows; None on all processes but the main one.
        fresh: whether the run starts from step 0, without a saved state or the history of a warm start.
        started: when the run would have started without interruptions: now minus the training time so far. This and the next two are in
            seconds of `time.monotonic`.
        deadline: when the run must stop; infinity without a limit.
        saved: when the state was last saved; at first, when the run was prepared.
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
        """If they are due at this step: draw the pictures of the timeline, compute the metrics, and append a row to the history.

        Raises:
            FullDiskError: if the disk is full.
        """
        try:
            self._observe()
        except Exception as error:  # Pillow, torch and safetensors raise different errors if the disk is full
            if disk_is_full(error, self.folder):
                raise stopped_by_a_full_disk(self.folder, self.progress.step) from None
            raise

    def _observe(self) -> None:
        progress, schedule = self.progress, self.schedule
        progress.seconds = time.monotonic() - self.started
        images = progress.step * self.recipe.batch_size
        if self.history and progress.step in schedule.timeline_steps():
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
        """Run one training step, and add its losses to the sums for the next row of the history. Returns the losses."""
        self.recipe.share_done = self.progress.step / self.schedule.steps
        losses = _step(self.recipe, self.accelerator, self.progress.step, seed, self.averages)
        self.progress.step += 1
        for name, value in losses.items():
            self.progress.sums[name] = self.progress.sums.get(name, 0.0) + value
        self.progress.summed += 1
        return losses

    def save(self) -> None:
        """Save the training state, from which the run can be resumed."""
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
    """Train a recipe to its last step, resuming from the newest state in `run` if there is one.

    Args:
        recipe: what to train; its parts are moved to the device.
        run: the run's folder: state-*/, history.jsonl, timeline/, best/, preview.png.
        schedule: when to stop, log, evaluate and save.
        seed: for the order of the pictures and all other random numbers.
        precision: "bf16" (autocast), "no" (float32), or "auto": bf16 on a GPU that computes in it, otherwise float32. On a CPU, bf16
            doubles the speed of some processors and halves that of others (docs/training-log.md).
        warm_start: a checkpoint folder with the initial weights; no effect if `run` has a saved state. If the checkpoint has the same
            network and data set, the run continues its history. Otherwise (an earlier stage, or another data set) that history is copied
            to earlier.json.
        progress_bar: show a tqdm bar with the losses.

    Raises:
        InterruptedRunError: on Ctrl-C, SIGTERM or the time limit of the schedule, after the state has been saved; or its subclass
            FullDiskError, if the disk is full.
        ValueError: if the training set is empty, or if there are saved states and none can be read.
    """
    training = prepare(recipe, run, schedule, precision, warm_start)
    progress = training.progress
    hidden = not progress_bar or training.history is None
    with interruptible() as interrupted, tqdm(total=schedule.steps, initial=progress.step, disable=hidden, unit="step") as bar:
        if training.fresh:
            training.observe()
        while progress.step < schedule.steps:
            losses = training.step(seed)
            training.observe()
            bar.update()
            bar.set_postfix({name: f"{value:.3f}" for name, value in losses.items()}, refresh=False)
            stop = interrupted() or time.monotonic() > training.deadline
            if stop or training.last or time.monotonic() - training.saved > schedule.save_seconds:
                training.save()
            if stop and not training.last:
                raise InterruptedRunError(f"stopped at step {progress.step} of {schedule.steps}; run the same command again to resume")
    recipe.parts.update({name: training.accelerator.unwrap_model(part) for name, part in recipe.parts.items()})
    return progress


def prepare(recipe: Recipe, folder: Path, schedule: Schedule, precision: str = "auto", warm_start: Path | None = None) -> Run:
    """Prepare a run: load the weights of the warm start, move everything to the device, create the moving averages, and load the newest
    saved state if there is one.

    Args:
        recipe, schedule, precision, warm_start: as in `train`.
        folder: the run's folder.

    Raises:
        ValueError: if the training set is empty, or if there are saved states and none can be read.
    """
    if not len(recipe.data):
        raise ValueError(f"there is no picture to learn from: the training set{recipe.dataset and f' {recipe.dataset}'} is empty")
    folder.mkdir(parents=True, exist_ok=True)
    accelerator = Accelerator(mixed_precision=precision_of() if precision == "auto" else precision, cpu=not torch.cuda.is_available())
    earlier = load_warm_start(recipe, warm_start) if warm_start else []
    if warm_start and not states(folder) and not continues_run_of(recipe, warm_start):
        keep_earlier(warm_start, folder)
    averages = _placed(recipe, accelerator)
    progress, resumed = resume(accelerator, folder), bool(states(folder))
    if earlier and not resumed:
        _continue(recipe, progress, earlier[-1], averages)
        write_weights(recipe, recipe.snapshot({}), folder / "best")
        keep_timeline(warm_start, folder, earlier[-1]["images"])
    history = History(folder / "history.jsonl", progress.step, [] if resumed else earlier) if accelerator.is_main_process else None
    now = time.monotonic()
    deadline = now + 60 * schedule.minutes if schedule.minutes else float("inf")
    fresh = progress.step == 0 and not earlier
    return Run(recipe, folder, schedule, accelerator, averages, progress, history, fresh, now - progress.seconds, deadline, now)


def _placed(recipe: Recipe, accelerator: Accelerator) -> dict[str, AveragedModel]:
    """Move a recipe's parts, optimisers and pictures to the accelerator's device. Returns the moving averages of its parts, by name."""
    averages = {
        name: AveragedModel(recipe.parts[name], multi_avg_fn=_average(recipe.average_decay), use_buffers=True) for name in recipe.averaged
    }
    recipe.model.to(accelerator.device)  # its buffers outside of the parts, such as a noise schedule, are used in training too
    for name, part in dict(recipe.parts).items():
        if any(weight.requires_grad for weight in part.parameters()):
            recipe.parts[name] = accelerator.prepare(part.to(memory_format=torch.channels_last).train())
        else:  # a part without trainable weights is not wrapped, only saved with the state
            accelerator.register_for_checkpointing(part.to(accelerator.device))
    for name, optimizer in recipe.optimizers.items():
        recipe.optimizers[name] = accelerator.prepare(optimizer)
    for average in averages.values():
        average.to(accelerator.device)
        accelerator.register_for_checkpointing(average)
    recipe.data = recipe.data.to(accelerator.device)
    return averages


def _continue(recipe: Recipe, progress: Progress, row: dict[str, float], averages: dict[str, AveragedModel]) -> None:
    """Continue the step count, the training time and the best metric from `row`, the last row of the warm start's history."""
    progress.step, progress.seconds = row["images"] // recipe.batch_size, row["seconds"]
    if values := [row[name] for name in (recipe.metric, f"{recipe.metric}_raw") if name in row]:
        progress.best = {recipe.metric: min(values), "step": progress.step, "raw": 0.0}
    for average in averages.values():
        average.n_averaged.fill_(progress.step)


def _step(recipe: Recipe, accelerator: Accelerator, step: int, seed: int, averages: dict[str, AveragedModel]) -> dict[str, float]:
    """Train on this process's share of the batch, and update the moving averages. Returns the losses."""
    indices = picture_order(len(recipe.data), recipe.batch_size, step, seed)
    indices = indices[accelerator.process_index :: accelerator.num_processes]
    torch.manual_seed(_combined(seed, step * accelerator.num_processes + accelerator.process_index))
    with accelerator.autocast():
        losses = recipe.train_step(recipe.data.batch(indices, accelerator.device), accelerator.backward)
    for name, average in averages.items():
        if recipe.updates_average(name):
            average.update_parameters(accelerator.unwrap_model(recipe.parts[name]))
    return {name: float(value) for name, value in losses.items()}


def _combined(seed: int, number: int) -> int:
    """A seed for one step (or epoch) of a run. It is below 2**32, because PyTorch's CPU generator ignores higher bits."""
    return (seed * 1_000_003 + number) % 2**32


def picture_order(count: int, batch_size: int, step: int, seed: int) -> Tensor:
    """The indices of a step's pictures, (batch_size,). Each epoch is one permutation of all pictures; a batch may span several epochs."""
    first = step * batch_size
    positions = torch.arange(first, first + batch_size)
    parts = []
    for epoch in range(first // count, (first + batch_size - 1) // count + 1):
        order = torch.randperm(count, generator=torch.Generator().manual_seed(_combined(seed, epoch)))
        parts.append(order[positions[positions // count == epoch] % count])
    return torch.cat(parts)


def evaluate(recipe: Recipe, averages: dict[str, AveragedModel], progress: Progress, run: Path) -> dict[str, float]:
    """The metrics of the averaged weights and, if the recipe has `compare_raw`, of the raw weights (keys NAME_raw). If the recipe's metric
    is the lowest so far, the model is saved to run/best; if the recipe has no metric, the newest model is saved there."""
    row: dict[str, float] = {}
    candidates = [("", {name: average.module for name, average in averages.items()})]
    if recipe.compare_raw and averages:
        candidates.append(("_raw", {}))
    for suffix, parts in candidates:
        model = recipe.snapshot(parts)
        metrics = recipe.evaluate(model)
        row |= {name + suffix: value for name, value in metrics.items()}
        if recipe.metric in metrics and metrics[recipe.metric] < progress.best.get(recipe.metric, float("inf")):
            progress.best = {recipe.metric: metrics[recipe.metric], "step": progress.step, "raw": float(bool(suffix))}
            write_weights(recipe, model, run / "best")
        elif recipe.metric not in metrics and not progress.best and not suffix:
            write_weights(recipe, model, run / "best")
    return row


def _average(decay: float):
    """The update function of an exponential moving average. After n updates the decay is (1 + n) / (10 + n), at most `decay`. It is small
    at first, so that the initial weights soon have no influence."""

    @torch.no_grad()
    def update(averaged: list[Tensor], current: list[Tensor], count: Tensor | int) -> None:
        weight = 1 - min(decay, (1 + int(count)) / (10 + int(count)))
        if averaged[0].is_floating_point():  # AveragedModel groups the tensors by dtype
            torch._foreach_lerp_(averaged, current, weight)
        else:
            torch._foreach_copy_(averaged, current)

    return update
