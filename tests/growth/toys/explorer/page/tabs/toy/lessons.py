"""What the toy tab says."""

from explorer.page.shared.fields import State
from explorer.page.shared.lesson import lesson


def drawn(state: State) -> str:
    """The sentence above the picture."""
    return lesson(f"Seed {state['seed']} at *{state['length']:.1f} times* its length.")
