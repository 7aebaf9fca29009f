"""Holds answers against `/openapi.json`, and more strictly than it asks: a field that is not described is a fault too.

Other programs must put up with fields that they do not know, because more may be added. We must not send any that
nobody has described. So every shape is closed here before anything is compared with it.

Every answer of every test is compared, so that is done by the quicker of two libraries. What is wrong says the other.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpx
import jsonschema_rs
from jsonschema import Draft202012Validator, ValidationError

Schema = dict[str, Any]

MOST_OF_EACH_OP = 50
"""Steps that are compared, of each op: a run may have a million, which are all made alike."""


class Contract:
    """What one `/openapi.json` promises."""

    def __init__(self, document: Schema) -> None:
        self.document = document
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._templates = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in document["paths"]}

    def check(self, response: httpx.Response, prefix: str = "") -> None:
        """An answer that was read to its end: its status, its type, its headers and all of its content.

        `prefix` is the path under which the application lies.
        """
        described = self._described(response, prefix)
        for name, header in described.get("headers", {}).items():
            assert not header["required"] or name in response.headers, f"{name} is missing"
        kind = response.headers["content-type"].partition(";")[0]
        assert kind in described["content"], f"{response.url} answers {kind}, which is not described"
        schema = described["content"][kind]["schema"]
        if kind == "application/json":
            self.compare(response.json(), schema)
        elif kind == "application/x-ndjson":
            self.compare([json.loads(line) for line in sample(response.text.splitlines())], schema)
        elif kind == "text/event-stream":
            for event in events_in(response.text):
                self.check_event(event, schema)
        else:
            self.compare(response.text, schema)

    def check_event(self, event: Schema, stream: Schema) -> None:
        """One event of a stream of that schema, its `data` as text or already read."""
        listed = stream["oneOf"]
        known = {one["properties"]["event"]["const"]: one for one in map(self._resolved, listed)}
        assert event["event"] in known, f"an event {event['event']} is not described"
        schema = known[event["event"]]
        text, data = event["data"], event["data"]
        if isinstance(data, str):
            data = json.loads(data)
        else:
            text = json.dumps(data)
        self.compare({**event, "data": text}, schema)
        self.compare(data, schema["properties"]["data"]["contentSchema"])

    def stream(self, path: str) -> Schema:
        """The schema of the events that are answered there."""
        content = self.document["paths"][path]["get"]["responses"]["200"]["content"]
        schema: Schema = content["text/event-stream"]["schema"]
        return schema

    def check_shape(self, content: object, name: str) -> None:
        """Whatever is of one of the shapes, wherever it came from."""
        self.compare(content, {"$ref": f"#/components/schemas/{name}"})

    def compare(self, content: object, schema: Schema) -> None:
        """Anything with a schema, closed."""
        key = json.dumps(schema)
        if key not in self._validators:
            self._validators[key] = jsonschema_rs.Draft202012Validator(self._closed(schema))
        if not self._validators[key].is_valid(content):
            raise AssertionError(told(next(Draft202012Validator(self._closed(schema)).iter_errors(content))))

    def _described(self, response: httpx.Response, prefix: str) -> Schema:
        """What is said of answers of that status to that request."""
        path = response.url.path.removeprefix(prefix)
        method = response.request.method.lower()
        status = str(response.status_code)
        paths = [self.document["paths"][name] for name, template in self._templates.items() if template.fullmatch(path)]
        if not any(method in operations for operations in paths):
            assert response.is_client_error, f"{method} {path} answers {status}, and is not described"
            described: Schema = self.document["components"]["responses"][f"Error{status}"]
            return described
        (operations,) = [operations for operations in paths if method in operations]
        answers = operations[method]["responses"]
        assert status in answers, f"{method} {path} answers {status}, and only {list(answers)} are described"
        return self._resolved(answers[status])

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            found: Any = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = found
        return schema

    def _closed(self, schema: Schema) -> Schema:
        """The schema with all that it refers to put in its place, and no shape open to other fields."""
        schema = self._resolved(schema)
        closed = {name: self._closed_within(name, value) for name, value in schema.items()}
        if "properties" in closed:
            closed.setdefault("additionalProperties", False)
        return closed

    def _closed_within(self, keyword: str, value: Any) -> Any:
        if keyword == "properties":
            return {name: self._closed(each) for name, each in value.items()}
        if keyword in ("anyOf", "oneOf", "allOf"):
            return [self._closed(each) for each in value]
        if keyword in ("items", "additionalProperties") and isinstance(value, dict):
            return self._closed(value)
        return value


def told(fault: ValidationError) -> str:
    """What is wrong. Where any of several shapes would do, it is said of the one that comes nearest."""
    shapes: dict[Any, list[ValidationError]] = {}
    for each in fault.context or ():
        shapes.setdefault(each.relative_schema_path[0], []).append(each)
    if not shapes:
        return f"at {fault.json_path}: {fault.message[:300]}"
    return told(min(shapes.values(), key=len)[0])


@cache
def contract_in(text: str) -> Contract:
    """The contract in a document, which many servers share, and with it what was made of it."""
    return Contract(json.loads(text))


def sample(lines: Iterable[str]) -> list[str]:
    """The first steps of each op, unread: to read a million would take longer than the run."""
    chosen: dict[str, list[str]] = {}
    for line in lines:
        of_its_op = chosen.setdefault(line.partition('"op":')[2].partition(",")[0], [])
        if len(of_its_op) < MOST_OF_EACH_OP:
            of_its_op.append(line)
    return [line for of_one_op in chosen.values() for line in of_one_op]


def events_in(text: str) -> list[Schema]:
    """The events of a stream that was read to its end."""
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block]
    fields = [[line.split(": ", 1) for line in block.split("\n") if not line.startswith(":")] for block in blocks]
    return [dict(block) for block in fields if block]
