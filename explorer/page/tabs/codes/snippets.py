"""Code to copy that reproduces what the VQ codes tab shows: one version for the API, one for the package."""

from __future__ import annotations

from explorer.page.shared.conditions import weights
from explorer.page.shared.fields import State
from explorer.page.shared.studio import Studio

from . import session


def _table(rows: list[list[int]]) -> str:
    return "[\n" + "".join(f"    {row},\n" for row in rows) + "]"


def client(studio: Studio, state: State) -> str:
    """The code that calls /decode; the browser replaces ADDRESS by the page's address."""
    codes = _table(session.rows(studio, state["model"], state["codes"]))
    return (
        f'from gradio_client import Client\n\ncodes = {codes}\nclient = Client("ADDRESS")\n'
        f'pictures, details = client.predict(codes=codes, model="{state["model"]}", api_name="/decode")'
    )


def package(studio: Studio, state: State) -> str:
    """The code that uses the package directly; if cells are erased, it fills them with the prior."""
    codes = _table(session.rows(studio, state["model"], state["codes"]))
    lines = [
        "import torch", f"from explorer import {'codes, ' if min(state['codes']) < 0 else ''}images", "from explorer.zoo import Zoo", "",
        f'model = Zoo().load("{state["model"]}")', f"cells = torch.tensor({codes})",
    ]  # fmt: skip
    if min(state["codes"]) < 0:
        lines += [
            f"label = torch.tensor({weights(studio, state['model'], state['label']).tolist()})",
            f"settings = { {key: state[key] for key in ('seed', 'temperature', 'top')} }",
            "for filling in codes.fill(model, cells, label, **settings):",
            "    cells = filling.codes",
        ]
    lines.append('images.enlarge(images.to_pil(model.decode(cells[None])[0]), 512).save("picture.png")')
    return "\n".join(lines)
