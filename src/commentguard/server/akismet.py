"""The endpoints that clients of Akismet ask: bare words in answer, always with status 200, the rest in headers."""

from __future__ import annotations

import asyncio
import csv
import io
import uuid
from datetime import UTC, datetime
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from commentguard.readers import escape_cell
from commentguard.records import Label, Reason, Verdict
from commentguard.server.forms import Check, Form, parse_form, read_check
from commentguard.server.judge import Judged
from commentguard.server.requests import body_of, service_of
from commentguard.server.service import Service
from commentguard.store.places import place_of
from commentguard.store.usage import days_ago, sites, today, totals

DISCARD: Final = 0.99
"""Least probability of spam at which a client is told that it may drop a comment unseen.

Of 1,014 comments of 31 blogs, each judged by a model that learned from none of its blog's rows, 90 of the 389 that are
spam reach it and none of the 625 others; 0.98 is reached by 155 and by one other
(`benchmarks/quality.py -o FILE --only commentguard` writes such predictions).
"""

THANKS: Final = "Thanks for making the web a better place."
_DEBUG: Final = "X-akismet-debug-help"
_PERIODS: Final = {"60-days": 60, "6-months": 183}
_ORDERS: Final = {"total": "calls", "spam": "spam", "ham": "ham", "missed_spam": "missed_spam",
                  "false_positives": "false_positives"}  # fmt: skip
_SECONDS_SAVED: Final = 30
"""Of a person's time, for each spam comment that nobody had to read."""


def routes() -> list[Route]:
    """Return the endpoints."""
    return [
        Route("/1.1/test", _test, methods=["GET"]),
        Route("/1.1/verify-key", _verify_key, methods=["POST"]),
        Route("/1.1/comment-check", _comment_check, methods=["POST"]),
        Route("/1.1/submit-spam", _submit_spam, methods=["POST"]),
        Route("/1.1/submit-ham", _submit_ham, methods=["POST"]),
        Route("/1.1/deactivate", _deactivate, methods=["POST"]),
        Route("/1.1/get-stats", _get_stats, methods=["POST"]),
        Route("/1.1/get-subscription", _get_subscription, methods=["POST"]),
        Route("/1.2/usage-limit", _usage_limit, methods=["GET"]),
        Route("/1.2/key-sites", _key_sites, methods=["GET"]),
    ]


def is_asked(request: Request) -> bool:
    """Tell whether a request is one of the protocol's."""
    return request.url.path.startswith("/1.")


def refusal(error: HTTPException) -> Response:
    """Return the answer to a request that can't be read, or asks for what there is not.

    Clients take any other status than 200 for a server that is out of order, and ask again and again.
    """
    if error.status_code in (400, 408, 413):
        return PlainTextResponse("invalid", headers={_DEBUG: error.detail, **(error.headers or {})})
    return PlainTextResponse(error.detail, error.status_code, {_DEBUG: error.detail, **(error.headers or {})})


async def _asked(request: Request) -> tuple[Service, Form, str | None]:
    """Return the form of a request and the name of its key, None for one that is not valid.

    Raises
    ------
    HTTPException, StoreError, TooManyError
        When it can't be read, its key can't be looked up, or has asked too much.
    """
    service = service_of(request)
    form = parse_form(await body_of(request), request.scope["query_string"])
    key = form.get("api_key", "key") or _host_label(request.headers.get("host", ""))
    found = await service.access.key_of(key)
    if found is None:
        return service, form, None
    service.access.spend(found)
    return service, form, found.name


def _host_label(host: str) -> str:
    """Return what stands before the first dot of a host: the key, where clients put it there."""
    return host.partition(".")[0] if "." in host else ""


def _invalid(why: str = "The key is missing or not valid; commentguard keys add NAME makes one.") -> Response:
    return PlainTextResponse("invalid", headers={_DEBUG: why})


def _refused(form: Form, *required: str) -> Response | None:
    """Return the answer to a form that lacks a field; None where it has all."""
    missing = next((name for name in required if not form.get(name).strip()), None)
    if missing is None:
        return None
    return PlainTextResponse(f"Missing required field: {missing}.", headers={_DEBUG: f"Send the field {missing}."})


async def _test(request: Request) -> Response:
    # WordPress's plugin asks so whether it gets through, and warns its owner of a firewall at any other word.
    return PlainTextResponse("connected")


async def _verify_key(request: Request) -> Response:
    _, form, key = await _asked(request)
    if key is None:
        return _invalid()
    return PlainTextResponse("valid") if form.get("blog").strip() else _invalid("Send the field blog.")


async def _comment_check(request: Request) -> Response:
    service, form, key = await _asked(request)
    if key is None:
        return _invalid()
    refusal = _refused(form, "blog", "user_ip")
    if refusal is not None:
        return refusal
    check = read_check(form)
    if check.is_announcement:
        return PlainTextResponse("false", headers={"X-akismet-guid": uuid.uuid4().hex})
    judged = await _judged(service, check)
    spam = judged.verdict.label == "spam" or (
        judged.verdict.label == "off-topic" and service.settings.off_topic_is_spam
    )
    service.remember(judged, key, check.site, spam, keep=not check.is_test)
    return PlainTextResponse("true" if spam else "false", headers=_headers(judged, check, form.flag("classify")))


async def _judged(service: Service, check: Check) -> Judged:
    """Return the model's verdict, or the one that the protocol settles, with the comment's context."""
    judged = await service.judge.judge(check.comment, check.post_id)
    if check.certain is None:
        return judged
    label: Label = "spam" if check.certain else "substantive"
    shares: dict[Label, float] = {
        "spam": float(check.certain),
        "off-topic": 0.0,
        "substantive": float(not check.certain),
    }
    reason = Reason("protocol", "the platform's own sign: a test, a trap that was filled in, or an administrator", 0.0)
    return Judged(judged.comment, judged.place, Verdict(label, shares, False, (reason,)), judged.model)


def _headers(judged: Judged, check: Check, classify: bool) -> dict[str, str]:
    """Return what goes beside the answer; clients that do not know a header pass over it."""
    verdict = judged.verdict
    found = {
        "X-akismet-guid": uuid.uuid4().hex,
        "X-commentguard-label": verdict.label,
        "X-commentguard-probabilities": ", ".join(
            f"{name}={share:.4f}" for name, share in verdict.probabilities.items()
        ),
        "X-commentguard-review": "true" if verdict.needs_review else "false",
        "X-commentguard-reasons": ", ".join(reason.code for reason in verdict.reasons),
        "X-commentguard-model": judged.model,
    }
    if classify:
        found["X-akismet-classification"] = verdict.label
    if check.certain is None and verdict.label == "spam" and not verdict.needs_review:
        if verdict.probabilities["spam"] >= DISCARD:
            found["X-akismet-pro-tip"] = "discard"
    return found


async def _submit_spam(request: Request) -> Response:
    return await _submitted(request, "spam")


async def _submit_ham(request: Request) -> Response:
    # "Not spam" is all that the click says; off-topic is a finer label than the protocol knows.
    return await _submitted(request, "substantive")


async def _submitted(request: Request, label: Label) -> Response:
    service, form, key = await _asked(request)
    if key is None:
        return _invalid()
    refusal = _refused(form, "blog")
    if refusal is not None:
        return refusal
    check = read_check(form)
    if not check.is_test:
        judged = await service.judge.judge(check.comment, check.post_id)
        await service.learn([(judged, label)], form.get("reporter")[:200] or key, key)
    return PlainTextResponse(THANKS)


async def _deactivate(request: Request) -> Response:
    _, _, key = await _asked(request)
    return _invalid() if key is None else PlainTextResponse("deactivated")


async def _get_stats(request: Request) -> Response:
    service, form, key = await _asked(request)
    if key is None:
        return _invalid()
    days = _PERIODS.get(form.get("from"))
    found = await asyncio.to_thread(_counted, service, key, days_ago(days) if days else "")
    wrong = found["missed_spam"] + found["false_positives"]
    checked = found["spam"] + found["ham"]
    return JSONResponse(
        {
            "spam": found["spam"],
            "ham": found["ham"],
            "missed_spam": found["missed_spam"],
            "false_positives": found["false_positives"],
            "accuracy": round(100 * max(0.0, 1 - wrong / checked), 2) if checked else 100.0,
            "time_saved": found["spam"] * _SECONDS_SAVED,
            "breakdown": {},
        }
    )


async def _get_subscription(request: Request) -> Response:
    """Answer WordPress's plugin, which shows its settings only to a key whose account is active."""
    _, _, key = await _asked(request)
    if key is None:
        return _invalid()
    return JSONResponse(
        {
            "account_name": key,
            "account_type": "commentguard",
            "status": "active",
            "next_billing_date": False,
            "limit_reached": False,
        }
    )


async def _usage_limit(request: Request) -> Response:
    service, form, key = await _asked(request)
    if key is None:
        return _invalid()
    used = (await asyncio.to_thread(_counted, service, key, f"{today()[:7]}-01"))["calls"]
    found: dict[str, Any] = {"limit": "none", "usage": used, "percentage": "0.0", "throttled": False}
    if form.flag("extended"):
        found |= {"notice_level": "none", "upgrade": False}
    return JSONResponse(found)


def _counted(service: Service, key: str, since: str) -> dict[str, int]:
    with service.store.reading() as connection:
        return totals(connection, key, since)


async def _key_sites(request: Request) -> Response:
    service, form, key = await _asked(request)
    if key is None:
        return _invalid()
    month = form.get("month") or today()[:7]
    try:
        datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        return PlainTextResponse("invalid", headers={_DEBUG: "Write the month like 2026-11."})
    limit, offset = _number(form.get("limit"), 500), _number(form.get("offset"), 0)
    rows = await asyncio.to_thread(_site_rows, service, key, month, form)
    shown = rows[offset : offset + limit]
    if form.get("format") == "csv":
        head = f"Active sites for {key} during {month} (limit:{limit}, offset: {offset}, total: {len(rows)})\n"
        return Response(head + _as_csv(shown), media_type="text/csv")
    return JSONResponse({month: shown, "limit": limit, "offset": offset, "total": len(rows)})


def _site_rows(service: Service, key: str, month: str, form: Form) -> list[dict[str, Any]]:
    order = _ORDERS.get(form.get("order"), "calls")
    wanted = place_of(form.get("filter"))
    with service.store.reading() as connection:
        found = [site for site in sites(connection, key, month) if wanted in site.name]
    found.sort(key=lambda site: -site.counts[order])
    return [
        {
            "site": site.name,
            "api_calls": site.counts["calls"],
            **{name: site.counts[name] for name in ("spam", "ham", "missed_spam", "false_positives")},
            "is_revoked": False,
        }
        for site in found
    ]


def _as_csv(rows: list[dict[str, Any]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("Site", "Total API Calls", "Spam", "Ham", "Missed Spam", "False Positives", "Is Revoked"))
    writer.writerows([escape_cell(str(value)) for value in row.values()] for row in rows)
    return stream.getvalue()


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else default
