"""The entry point: builds the page and serves it. Nothing is asked of the network; every picture is drawn in this process."""

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait must not hold the cores of a small machine

from explorer.page import build, launch

if __name__ == "__main__":
    launch(build())
