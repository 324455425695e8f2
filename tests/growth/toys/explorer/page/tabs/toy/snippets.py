"""Code that draws what the toy tab shows."""

from explorer.page.shared.fields import State

from .session import FIELDS


def client(state: State) -> str:
    """A call of /toy; ADDRESS stands for the page's own."""
    head = 'from gradio_client import Client\n\nclient = Client("ADDRESS")\npictures, details = client.predict(\n'
    return f'{head}{FIELDS.keywords(state)}    api_name="/toy",\n)'


def package(state: State) -> str:
    """The same with the explorer's own functions."""
    return "\n".join([
        "from explorer import images, latent", "from explorer.zoo import Zoo", "", f"model = Zoo().load({state['model']!r})",
        f"z = {state['length']} * latent.draw({state['seed']}, 1, model.latent_size)",
        'images.to_pil(model.generate(z)[0].detach()).save("toy.png")',
    ])  # fmt: skip
