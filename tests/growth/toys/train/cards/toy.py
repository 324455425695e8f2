"""What the card of a judge tells beside its accuracy: what it can answer."""

from __future__ import annotations

from .card import Card


def tell(card: Card) -> None:
    """A line for each question."""
    lines = [f"- {question}: {', '.join(answers)}" for question, answers in card.model.answers.items()]
    card.add(["## What it can answer", "", *lines, ""])
