"""The JSON API: verdicts, posts, labels; one or many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from commentguard import __version__
from commentguard.objects import as_line, verdict_to_json
from commentguard.readers.report import Reading, ReadReport
from commentguard.readers.rows import RowReader, as_post, as_text
from commentguard.records import Comment, Label
from commentguard.server.messages import MAX_ROWS, CommentIn, LabelIn, StoredPost
from commentguard.server.metrics import CONTENT_TYPE
from commentguard.server.openapi import description
from commentguard.server.requests import body_of, service_of
from commentguard.server.service import Service
from commentguard.store.comments import comment_with_id
from commentguard.store.keys import Key
from commentguard.store.places import host_of
from commentguard.store.posts import put_posts

_LINES: Final = "application/x-ndjson"
_JSON: Final = "application/json"

Row = dict[str, Any]
Message = TypeVar("Message", bound=msgspec.Struct)


def routes() -> list[Route]:
    """Return the endpoints."""
    return [
        Route("/v1/classify", _classify, methods=["POST"]),
        Route("/v1/posts", _posts, methods=["PUT"]),
        Route("/v1/labels", _labels, methods=["POST"]),
        Route("/healthz", _healthz, methods=["GET"]),
        Route("/metrics", _metrics, methods=["GET"]),
        Route("/openapi.json", _openapi, methods=["GET"]),
    ]


async def _allowed(request: Request) -> tuple[Service, Key]:
    """Return what answers a request, and its key.

    Raises
    ------
    HTTPException
        401 where there is no valid key.
    StoreError, TooManyError
        When the key can't be looked up, or has asked too much.
    """
    service = service_of(request)
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    key = await service.access.key_of(shown.strip()) if scheme.lower() == "bearer" else None
    if key is None:
        message = (
            "the key is missing or not valid; send it as Authorization: Bearer KEY (commentguard keys add makes one)"
        )
        raise HTTPException(401, message, {"WWW-Authenticate": "Bearer"})
    service.access.spend(key, 0)
    return service, key


async def _rows(request: Request, kind: type[msgspec.Struct]) -> tuple[list[Row], str]:
    """Return the objects of a request, checked, and how they came: ``one``, ``many`` or ``lines``.

    Raises
    ------
    HTTPException
        415, 400, 413 or 422, with what is wrong and where.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in (_JSON, _LINES):
        raise HTTPException(415, f"send {_JSON}, or {_LINES} for one object a line")
    body = await body_of(request)
    try:
        # What is no JSON for one of the two parsers would be refused by the other later on.
        value: Any = [msgspec.json.decode(line) for line in body.splitlines() if line.strip()] if media == _LINES else (
            msgspec.json.decode(body)
        )  # fmt: skip
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise HTTPException(400, f"this is no JSON: {str(error)[:200]}") from None
    form = "lines" if media == _LINES else "many" if isinstance(value, list) else "one"
    rows = [value] if form == "one" else value
    if len(rows) > MAX_ROWS:
        raise HTTPException(413, f"{len(rows):,} rows are too many; send at most {MAX_ROWS:,} at a time")
    for number, row in enumerate(rows, start=1):
        try:
            msgspec.convert(row, kind)
        except (msgspec.ValidationError, RecursionError) as error:
            place = "" if form == "one" else f"row {number:,}: "
            raise HTTPException(422, f"{place}{str(error)[:300]}") from None
    return rows, form


async def _classify(request: Request) -> Response:
    service, key = await _allowed(request)
    rows, form = await _rows(request, CommentIn)
    service.access.spend(key, len(rows))
    comments = _comments(rows)
    post_ids = [as_text(row.get("post_id")) for row in rows]
    judged = await service.judge.judge_all(comments, post_ids)
    for one in judged:
        site = one.comment.source or host_of(one.comment.post.url if one.comment.post else "")
        service.remember(one, key.name, site, one.verdict.label == "spam")
    found = [verdict_to_json(one.comment, one.verdict) for one in judged]
    if form == "lines":
        return Response("".join(map(as_line, found)), media_type=_LINES)
    return JSONResponse(found[0] if form == "one" else found)


def _comments(rows: Sequence[Row]) -> list[Comment]:
    """Return the comments that rows are, as our own reader reads them.

    Raises
    ------
    HTTPException
        422 where one can't be read.
    """
    reading = Reading("the request", ReadReport())
    found = list(RowReader(reading).comments((f"row {number:,}", row) for number, row in enumerate(rows, start=1)))
    if reading.report.skipped:
        first = reading.report.skipped[0]
        raise HTTPException(422, f"{first.place}: {first.reason}")
    return found


async def _posts(request: Request) -> Response:
    service, _ = await _allowed(request)
    rows, _ = await _rows(request, StoredPost)
    posts = [as_post(row) for row in rows]
    await asyncio.wrap_future(service.writer.write(lambda connection: _put(connection, posts)))
    return JSONResponse({"stored": len(posts)})


def _put(connection: Connection, posts: Sequence[Any]) -> None:
    put_posts(connection, posts)


async def _labels(request: Request) -> Response:
    service, key = await _allowed(request)
    rows, _ = await _rows(request, LabelIn)
    service.access.spend(key, len(rows))
    comments = await asyncio.to_thread(_decided_on, service, rows)
    judged = await service.judge.judge_all(comments, ["" for _ in comments])
    decided: dict[str, list[tuple[Any, Label]]] = {}
    for one, row in zip(judged, rows, strict=True):
        decided.setdefault(as_text(row.get("labeller")) or key.name, []).append((one, row["label"]))
    for labeller, pairs in decided.items():
        await service.learn(pairs, labeller, key.name)
    return JSONResponse({"stored": len(rows)})


def _decided_on(service: Service, rows: Sequence[Row]) -> list[Comment]:
    """Return the comments that labels are about: those sent along, else those that were seen.

    Raises
    ------
    HTTPException
        404 where one was neither sent nor seen.
    """
    found: list[Comment] = []
    with service.store.reading() as connection:
        for number, row in enumerate(rows, start=1):
            source = as_text(row.get("source"))
            if row.get("comment") is not None:
                told = {**row["comment"], "id": row["id"]}
                found += _comments([told if told.get("source") else {**told, "source": source}])
                continue
            seen = comment_with_id(connection, source, as_text(row["id"]))
            if seen is None:
                raise HTTPException(404, f"row {number:,}: no comment of this id was seen; send it along as comment")
            found.append(seen)
    return found


async def _healthz(request: Request) -> Response:
    return JSONResponse({"status": "ok", "model": service_of(request).judge.guard.fingerprint, "version": __version__})


async def _metrics(request: Request) -> Response:
    service, _ = await _allowed(request)
    return Response(await asyncio.to_thread(service.metrics.text), headers={"Content-Type": CONTENT_TYPE})


async def _openapi(request: Request) -> Response:
    return JSONResponse(description())
