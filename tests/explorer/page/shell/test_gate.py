"""explorer/page/shell/gate.py: what is left behind a request; what comes before it is in test_hostile.py."""

from __future__ import annotations

import httpx
import pytest
from gradio_client import Client
from tiny import tiny_dcgan

from explorer.page import VISITS, build, launch
from explorer.page.shell import modules
from explorer.zoo import Zoo


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gate")
    tiny_dcgan().save_pretrained(folder / "tiny-dcgan")
    demo = build(Zoo(folder))
    launch(demo, prevent_thread_lock=True, quiet=True, server_name="127.0.0.1")
    yield demo
    demo.close()


@pytest.mark.parametrize(("version", "body"), [("", {"data": ["tiny-dcgan", 3, 1, None, None, None]}), ("v2/", {"model": "tiny-dcgan"})])
@pytest.mark.parametrize("end", ["", "/"])
def test_nothing_is_left_of_a_call_without_a_session(demo, version, body, end):
    before = set(demo.state_holder.session_data)
    with httpx.Client(base_url=demo.local_url, timeout=60, trust_env=False) as http:
        event = http.post(f"gradio_api/call/{version}sample", json=body).json()["event_id"]
        assert "event: complete" in http.get(f"gradio_api/call/{version}sample/{event}{end}", follow_redirects=True).text
    assert set(demo.state_holder.session_data) == before


def test_a_client_keeps_its_session_and_there_is_room_for_a_bounded_number(demo):
    client = Client(demo.local_url, verbose=False)
    before = len(demo.state_holder.session_data)
    for seed in range(2):
        client.predict("tiny-dcgan", seed, api_name="/sample")
    assert len(demo.state_holder.session_data) == before + 1
    assert demo.state_session_capacity == demo.state_holder.capacity == VISITS


def test_the_modules_of_the_widgets_pass_and_may_be_kept(demo):
    with httpx.Client(base_url=demo.local_url, timeout=60, trust_env=False) as http:
        for name, source in modules.sources().items():
            answer = http.get(f"{modules.folder()}/{name}.mjs")
            assert answer.text == source and answer.headers["content-type"].startswith("text/javascript")
            assert "immutable" in answer.headers["cache-control"]
        assert http.get("modules/0123456789abcdef/charts.mjs").status_code == 404  # an old address never has new modules
        assert http.get(f"{modules.folder()}/..%2Fbase.mjs").status_code == 404
