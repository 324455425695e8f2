"""Code to copy that reads the runs that the Training lab shows."""

from __future__ import annotations

from explorer.page.shared.fields import State


def client(state: State) -> str:
    """The code that calls /history; the browser replaces ADDRESS by the page's address."""
    return (
        'from gradio_client import Client\n\nclient = Client("ADDRESS")\n'
        f"for run in {state['runs']!r}:\n"
        '    history = client.predict(run, api_name="/history")\n'
        f"    print(run, [row[{state['curves'][0]!r}] for row in history if {state['curves'][0]!r} in row])"
    )


def package(state: State) -> str:
    """The code that uses the package directly."""
    return (
        "from explorer.lab import all_runs\nfrom explorer.zoo import CHECKPOINTS\n\nruns = all_runs(CHECKPOINTS)\n"
        f"for name in {state['runs']!r}:\n"
        f"    print(name, runs[name].curve({state['curves'][0]!r}))"
    )
