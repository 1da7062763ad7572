"""A training loop that can be stopped at any moment and continues where it was.

The plan of batches and the dropout of a step depend on the seed and the step alone, so a run that was
interrupted makes the same weights as one that was not.
"""

import dataclasses
import json
import math
import os
import time
from collections.abc import Callable
from pathlib import Path

import torch

SAVE_SECONDS = 170
LOG_STEPS = 10


@dataclasses.dataclass(frozen=True)
class Schedule:
    steps: int
    rate: float
    embedding_rate: float
    warmup: float = 0.1
    weight_decay: float = 0.01
    averaging: float = 0.99
    seed: int = 1


class Trainer:
    """Updates `model` and keeps an exponential moving average of its weights; counts processor seconds."""

    def __init__(self, model: torch.nn.Module, schedule: Schedule, folder: Path):
        self.model, self.schedule, self.folder = model, schedule, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.step, self.seconds, self.history = 0, 0.0, []
        self.average = {name: value.detach().clone() for name, value in model.named_parameters()}
        embedding = model.embeddings.word_embeddings.weight
        rest = [value for value in model.parameters() if value is not embedding]
        self.optimizer = torch.optim.AdamW(
            [{"params": [embedding], "peak": schedule.embedding_rate, "weight_decay": 0.0},
             {"params": [v for v in rest if v.ndim > 1], "peak": schedule.rate,
              "weight_decay": schedule.weight_decay},
             {"params": [v for v in rest if v.ndim == 1], "peak": schedule.rate, "weight_decay": 0.0}],
            lr=schedule.rate, betas=(0.9, 0.98), fused=True)
        self._resume()

    def run(self, loss: Callable[[int], dict[str, torch.Tensor]], every: int,
            measure: Callable[[], float]) -> None:
        """Runs every remaining step; `loss(step)` names the parts whose sum is minimized, `measure` is called
        on the averaged weights after every `every` steps and after the last one."""
        started, saved = time.process_time(), time.monotonic()
        before = self.seconds
        while self.step < self.schedule.steps:
            parts = self._update(loss)
            self.step += 1
            self.seconds = before + time.process_time() - started
            last = self.step == self.schedule.steps
            if self.step % LOG_STEPS == 0 or last:
                self._log({name: round(value.item(), 4) for name, value in parts.items()})
            if self.step % every == 0 or last:
                with Averaged(self):
                    score = round(100 * measure(), 3)
                self.history.append({"step": self.step, "dev_spearman": score})
                self._log({"dev_spearman": score})
            if last or time.monotonic() - saved > SAVE_SECONDS:
                self._save()
                saved = time.monotonic()

    def _update(self, loss) -> dict[str, torch.Tensor]:
        torch.manual_seed(self.schedule.seed * 1_000_003 + self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * self._factor()
        parts = loss(self.step)
        self.optimizer.zero_grad()
        sum(parts.values()).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        decay = min(self.schedule.averaging, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.values()), list(self.model.parameters()), 1 - decay)
        return parts

    def _factor(self) -> float:
        warmup = max(1, round(self.schedule.warmup * self.schedule.steps))
        if self.step < warmup:
            return (self.step + 1) / warmup
        done = (self.step - warmup) / max(1, self.schedule.steps - warmup)
        return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))

    def _log(self, values: dict) -> None:
        line = {"step": self.step, "of": self.schedule.steps, "seconds": round(self.seconds), **values}
        with open(self.folder / "log.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(self.folder.name, json.dumps(line), flush=True)

    def _save(self) -> None:
        state = {"schedule": dataclasses.asdict(self.schedule), "step": self.step,
                 "seconds": self.seconds, "history": self.history, "average": self.average,
                 "model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        temporary = self.folder / "state.tmp"
        torch.save(state, temporary)
        os.replace(temporary, self.folder / "state.pt")

    def _resume(self) -> None:
        path = self.folder / "state.pt"
        if path.exists():
            state = torch.load(path, weights_only=True)
            if state["schedule"] != dataclasses.asdict(self.schedule):
                raise ValueError(f"{path} is of a run with another schedule: remove {self.folder}")
            self.step, self.seconds, self.history = state["step"], state["seconds"], state["history"]
            self.average = state["average"]
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])


class Averaged:
    """Within this context the model carries the averaged weights and no dropout."""

    def __init__(self, trainer: Trainer):
        self.trainer = trainer

    def __enter__(self) -> None:
        self.kept = {name: value.detach().clone() for name, value in self.trainer.model.named_parameters()}
        self._load(self.trainer.average)

    def __exit__(self, *_) -> None:
        self._load(self.kept)

    @torch.no_grad()
    def _load(self, values: dict[str, torch.Tensor]) -> None:
        for name, parameter in self.trainer.model.named_parameters():
            parameter.copy_(values[name])


def read_log(folder: Path) -> list[dict]:
    """The lines of a run's log; where an interrupted run repeated steps, the last word counts."""
    found = {}
    for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        found[entry["step"], "dev_spearman" in entry] = entry
    return [found[key] for key in sorted(found)]
