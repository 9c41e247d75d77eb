"""The description of the JSON API in OpenAPI 3.1."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from commentguard import __version__
from commentguard.server.messages import MAX_ROWS, components

_ERRORS: Final = {
    "400": "The body is no JSON.",
    "401": "The key is missing or not valid.",
    "404": "A label is about a comment that was neither seen nor sent along.",
    "408": "The body took too long to arrive.",
    "413": "The body is too long, or holds too many rows.",
    "415": "The body is of another type than JSON.",
    "422": "The body is JSON, but not what is asked for.",
    "429": "The key has asked about more comments than its limit; Retry-After tells when to ask again.",
    "503": "The store can't be used, or too many ask at once.",
}
_LINES: Final = "application/x-ndjson"


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """Return the description that `/openapi.json` answers with."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "commentguard",
            "version": __version__,
            "description": "Labels comments, pingbacks and trackbacks as spam, off-topic or substantive.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": {
            "/v1/classify": {"post": _operation(
                "classify", "Verdicts on one comment or on many, in their order", "CommentIn", "VerdictOut", True)},
            "/v1/posts": {"put": _operation(
                "putPosts", "Keep posts, as context of the comments under them", "StoredPost", "StoredOut", False)},
            "/v1/labels": {"post": _operation(
                "addLabels", "Keep decisions of persons; all are on the disk when this answers", "LabelIn", "StoredOut",
                False)},
            "/healthz": {"get": _question("health", "Whether the server works", "HealthOut")},
            "/metrics": {"get": {
                "operationId": "metrics", "summary": "Counts for Prometheus", "security": [{"key": []}],
                "responses": {"200": {"description": "All counts.", "content": {"text/plain": {"schema": {
                    "type": "string"}}}}, **_errors("401", "429", "503")},
            }},
            "/openapi.json": {"get": _question("description", "This description", None)},
        },
        "components": {
            "schemas": components(),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }  # fmt: skip


def _operation(name: str, summary: str, taken: str, given: str, as_many: bool) -> dict[str, Any]:
    """Return the description of an endpoint that takes one or many, and gives one for each or one for all."""
    asked = _reference(taken)
    many = {"type": "array", "items": asked, "maxItems": MAX_ROWS}
    answer = _reference(given)
    content: dict[str, Any] = {"application/json": {"schema": answer}}
    if as_many:
        content = {
            "application/json": {"schema": {"anyOf": [answer, {"type": "array", "items": answer}]}},
            _LINES: {"schema": {"type": "string"}},
        }
    errors = [code for code in _ERRORS if code != "404" or name == "addLabels"]
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"key": []}],
        "requestBody": {"required": True, "content": {
            "application/json": {"schema": {"anyOf": [asked, many]}},
            _LINES: {"schema": {"type": "string", "description": "One object a line."}},
        }},
        "responses": {
            "200": {"description": "Done.", "content": content},
            **_errors(*errors),
        },
    }  # fmt: skip


def _question(name: str, summary: str, given: str | None) -> dict[str, Any]:
    schema = {"type": "object"} if given is None else _reference(given)
    content = {"application/json": {"schema": schema}}
    return {
        "operationId": name,
        "summary": summary,
        "responses": {"200": {"description": "The answer.", "content": content}},
    }


def _errors(*codes: str) -> dict[str, Any]:
    content = {"application/json": {"schema": _reference("ErrorOut")}}
    return {code: {"description": _ERRORS[code], "content": content} for code in codes}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
