"""Whether two addresses lead to the same page, however they are written."""

from __future__ import annotations

from contextlib import suppress
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

MAX_URL: Final = 2_000
"""Characters of an address that are looked at; a longer one is none."""

_TRACKING: Final = frozenset(
    "fbclid gclid dclid msclkid yclid twclid igshid mc_cid mc_eid mkt_tok _ga _gl ref ref_src replytocom".split()
)


def page_at(url: str, base: str = "") -> str:
    """Return one spelling for all addresses of a page: no scheme, ``www.``, fragment, last slash, tracking parameter.

    Parameters
    ----------
    url : str
        An address, or with a base the reference of a link.
    base : str
        Where the link stands; empty where `url` is whole.

    Returns
    -------
    str
        Host, port where it is an uncommon one, path and query; empty where it is no address of a page.

    Examples
    --------
    >>> page_at("https://www.Blog.example:443/a%7Eb/?utm_source=x&p=2#comments")
    'blog.example/a~b?p=2'
    >>> page_at("../rye", "http://blog.example/2026/11/"), page_at("mailto:ada@mail.example")
    ('blog.example/2026/rye', '')
    """
    parts = _parts(url, base)
    if parts is None:
        return ""
    host = _host_of(parts)
    path = quote(unquote(parts.path), safe="/~:@!$&'()*+,;=", errors="replace").rstrip("/")
    query = ""
    with suppress(ValueError):  # more parameters than a page has
        told = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)
        kept = sorted(pair for pair in told if not pair[0].startswith("utm_") and pair[0] not in _TRACKING)
        query = urlencode(kept, errors="replace")
    return f"{host}{path}?{query}" if query else f"{host}{path}"


def host_at(url: str, base: str = "") -> str:
    """Return the host that `page_at` begins with; empty where there is none.

    Examples
    --------
    >>> host_at("//www.b.example/x", "http://blog.example/")
    'b.example'
    """
    parts = _parts(url, base)
    return _host_of(parts) if parts is not None else ""


def _parts(url: str, base: str) -> SplitResult | None:
    url = url.strip()
    if len(url) > MAX_URL:
        return None
    try:
        parts = urlsplit(urljoin(base, url) if base else url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def _host_of(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    with suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    port = parts.port
    return host.removeprefix("www.") + (f":{port}" if port not in (None, 80, 443) else "")
