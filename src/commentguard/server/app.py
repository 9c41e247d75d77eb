"""The ASGI application: all endpoints, and what every request passes."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commentguard.errors import StoreError
from commentguard.server import akismet, native
from commentguard.server.access import TooManyError
from commentguard.server.judge import BusyError
from commentguard.server.service import running_service
from commentguard.server.settings import Settings

_SWITCH: Final = 0.0005
"""Seconds after which a thread that computes lets another one in; Python's 5 ms would be added twice to each answer."""


def create_app(settings: Settings | None = None) -> Starlette:
    """Return the application of one worker process.

    Parameters
    ----------
    settings : Settings or None
        What the owner set; None: what the process that started this one left in the environment.
    """
    chosen = settings or Settings.from_environment()
    routes: list[Route] = [*akismet.routes(), *native.routes()]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        with running_service(chosen) as service, _prompt():
            app.state.service = service
            maintaining = asyncio.create_task(service.maintain())
            try:
                yield
            finally:
                maintaining.cancel()
                with suppress(asyncio.CancelledError):
                    await maintaining

    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={
            HTTPException: _told,
            StoreError: _unavailable,
            BusyError: _unavailable,
            TooManyError: _limited,
        },
    )
    app.add_middleware(_Measured, app_of_state=app, paths=frozenset(route.path for route in routes))
    return app


@contextmanager
def _prompt() -> Iterator[None]:
    """Let neither the judge's thread nor the collector of garbage hold answers up."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH)
    gc.collect()
    gc.freeze()  # what has been loaded stays, and need not be looked through again and again
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(before)


async def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if akismet.is_asked(request):
        return akismet.refusal(error)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def _unavailable(request: Request, error: Exception) -> Response:
    # What the database says may quote what it was asked; a client is not told.
    message = "too many requests at once" if isinstance(error, BusyError) else "the store can't be used for now"
    return await _told(request, HTTPException(503, f"{message}; ask again", {"Retry-After": "5"}))


async def _limited(request: Request, error: Exception) -> Response:
    assert isinstance(error, TooManyError)
    return await _told(request, HTTPException(429, str(error), {"Retry-After": str(error.seconds)}))


class _Measured:
    """Counts every request and how long it took, by endpoint and status."""

    def __init__(self, app: ASGIApp, app_of_state: Starlette, paths: frozenset[str]) -> None:
        self._app = app
        self._state = app_of_state.state
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            endpoint = scope["path"] if scope["path"] in self._paths else "other"
            metrics = self._state.service.metrics
            metrics.requests.labels(endpoint, str(status)).inc()
            metrics.seconds.labels(endpoint).observe(time.perf_counter() - begun)
