"""The entry point: builds the page and serves it. It makes no network requests (HF_HUB_OFFLINE=1), and draws every picture itself."""

import inspect
import os
import sys

from explorer import surroundings, temporary
from explorer.proxies import without_proxies

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_WATCH_DEMO_PATH", __file__)  # the file that a hot reload runs again
os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait must not hold the cores of a small machine
os.environ.setdefault("PYTORCH_JIT", "0")  # the first fit would compile functions it never calls; in threads that can fail: cpython#106905


def _import_gradio() -> None:
    """Import Gradio in half the time. Gradio would write an interface file (.pyi) for each component class whose source file it finds."""

    def no_file(_: type) -> str:
        raise OSError("no interface files wanted")

    getfile, inspect.getfile = inspect.getfile, no_file
    try:
        with without_proxies():
            import gradio
    finally:
        inspect.getfile = getfile
    gradio.component_meta.create_or_modify_pyi = lambda *_: None  # none for the page's own components either


surroundings.settle()
temporary.settle()
if __name__ == "__main__" and "gradio" not in sys.modules:  # a hot reload runs this file again, while the page is served
    surroundings.find_address()
_import_gradio()

from explorer.page import build, launch  # noqa: E402

if __name__ == "__main__":
    demo = build()  # the name by which a hot reload finds it
    launch(demo)
