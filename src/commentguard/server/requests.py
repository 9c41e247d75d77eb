"""Reading requests of strangers: bodies of bounded length that come in bounded time."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from commentguard.server.service import Service
from commentguard.server.settings import BODY_SECONDS, MAX_BODY

_HEARD_OUT: Final = 8 * MAX_BODY
"""Bodies up to this are read to their end before they are refused: clients read the answer when they have sent all."""


def service_of(request: Request) -> Service:
    """Return what the endpoints work with."""
    service: Service = request.app.state.service
    return service


async def body_of(request: Request) -> bytes:
    """Return the body of a request.

    Raises
    ------
    HTTPException
        413 where it is longer than `settings.MAX_BODY`, 408 where it takes longer than `settings.BODY_SECONDS`.
    """
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:20]) > _HEARD_OUT:
        raise _too_long()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(request)
    except TimeoutError:
        raise HTTPException(408, "the request took too long; send it again", {"Connection": "close"}) from None
    except ClientDisconnect:
        raise HTTPException(400, "the request ends too early; send it again") from None


async def _read(request: Request) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > _HEARD_OUT:
            raise _too_long()
        if size <= MAX_BODY:
            chunks.append(chunk)
    if size > MAX_BODY:
        raise _too_long()
    return b"".join(chunks)


def _too_long() -> HTTPException:
    message = f"the request is longer than {MAX_BODY:,} bytes; send less at a time"
    return HTTPException(413, message, {"Connection": "close"})
