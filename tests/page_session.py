"""A visit to the page without a browser: sends the page's events over HTTP, as Gradio's JavaScript does, and reads the answers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
from serving import Server


class PageSession:
    """One visit.

    Attributes:
        events: the page's private events, as tuples (dependency, component that triggers it, name of the event).
    """

    def __init__(self, server: Server):
        self.http = httpx.Client(base_url=server.url, timeout=60, trust_env=False)
        config = self.http.get("/config").json()
        self.session = uuid.uuid4().hex
        self.components = {component["id"]: component for component in config["components"]}
        private = [one for one in config["dependencies"] if one["api_visibility"] != "public" and one.get("backend_fn")]
        self.events = [(one, target, name) for one in private for target, name in one["targets"]]

    def prop(self, component: int, name: str) -> Any:
        """A property of a component."""
        return self.components[component]["props"].get(name)

    def is_arrival(self, component: int) -> bool:
        """Whether a component tells a tab that it was opened."""
        return self.prop(component, "visible") == "hidden" and self.prop(component, "channel") is not None

    def named(self, element: str, name: str) -> tuple[dict[str, Any], int]:
        """The dependency and the component of an event, by the component's `elem_id` and the event's name."""
        return next((one, target) for one, target, event in self.events if event == name and self.prop(target, "elem_id") == element)

    def join(self, dependency: dict[str, Any], target: int, event_data: Any = None, **values: Any) -> httpx.Response:
        """Send an event to the queue, with the values that the page opens with.

        Args:
            values: other values, by the `elem_id` of their component with _ for -.
        """
        data = [values.get(str(self.prop(one, "elem_id")).replace("-", "_"), self.prop(one, "value")) for one in dependency["inputs"]]
        body = {"data": data, "fn_index": dependency["id"], "session_hash": self.session, "trigger_id": target, "event_data": event_data}
        return self.http.post("/gradio_api/queue/join", content=json.dumps(body), headers={"content-type": "application/json"})

    def messages(self) -> Iterator[dict[str, Any]]:
        """The messages of the session's events, until they have ended."""
        with self.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    message = json.loads(line[5:])
                    yield message
                    if message["msg"] in ("close_stream", "unexpected_error"):
                        return

    def outcome(self, *event: Any, **values: Any) -> str | None:
        """Send an event, as for `join`. None if it succeeded, otherwise the text of its error."""
        answer = self.join(*event, **values)
        if answer.status_code != 200:
            return f"{answer.status_code} {answer.text}"
        error = None
        for message in self.messages():
            if message["msg"] == "unexpected_error":
                error = f"unexpected_error {message.get('message')}"
            elif message["msg"] == "process_completed" and not message["success"]:
                error = str(message["output"].get("error"))
        return error
