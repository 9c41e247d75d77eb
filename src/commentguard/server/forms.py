"""Forms as clients of the Akismet protocol send them, whatever their encoding, and the comments in them."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from encodings.aliases import aliases
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes

from commentguard.readers import parse_date
from commentguard.readers.decoding import clip, tidy, usable_encoding
from commentguard.readers.rows import as_type
from commentguard.records import Comment, Post
from commentguard.store.places import place_of

MAX_FIELDS: Final = 2_000
"""Fields of a form that are read: WordPress sends every field of the visitor's form and every header along."""

_VALUES: Final = 100
"""Values of one field that are read."""

_SHORT: Final = 64
"""Characters of a name that is kept with what it stands for."""

_LIST: Final = re.compile(r"\[[^\[\]]{0,40}\]$")
_ENCODINGS: Final = frozenset(aliases) | frozenset(aliases.values())
_FALSE: Final = frozenset({"", "0", "false", "no", "off", "none", "null"})
_GUARANTEED_SPAM: Final = frozenset(
    {"akismet-guaranteed-spam", "viagra-test-123", "akismet-guaranteed-spam@example.com"}
)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a request, decoded when they are asked for: most of what platforms send along is not.

    Parameters
    ----------
    values : Mapping
        Name to the values given, in their order, as bytes; ``name[]`` and ``name[3]`` count as ``name``.
    encoding : str
        What text that is not UTF-8 is read in.
    """

    values: Mapping[str, Sequence[bytes]]
    encoding: str = "utf-8"

    def get(self, *names: str) -> str:
        """Return the first value of the first of these fields that is not empty; empty where none is."""
        for name in names:
            values = self.values.get(name)
            if values and (text := _decoded(_unquoted(values[0]), self.encoding)):
                return text
        return ""

    def all(self, name: str) -> list[str]:
        """Return all values of a field."""
        return [_decoded(_unquoted(value), self.encoding) for value in self.values.get(name, ())]

    def flag(self, name: str) -> bool:
        """Tell whether a field says yes: clients write 1, true and True, and False for no."""
        return self.get(name).strip().lower() not in _FALSE


def parse_form(*encoded: bytes) -> Form:
    r"""Read forms in the URL encoding; of fields that stand in several the first counts.

    Text is UTF-8; what is not is read in the form's own `blog_charset` or `charset`, else as Windows-1252.

    Examples
    --------
    >>> form = parse_form(b"comment_author=Ada+%C3%89&comment_context%5B0%5D=rye&comment_context[]=oats&is_test=False")
    >>> form.get("comment_author"), form.all("comment_context"), form.flag("is_test")
    ('Ada É', ['rye', 'oats'], False)
    >>> parse_form(b"comment_content=gr%FC%DFe&blog_charset=ISO-8859-1").get("comment_content")
    'grüße'
    """
    fields: dict[str, list[bytes]] = {}
    left = MAX_FIELDS
    for part in encoded:
        own: dict[str, list[bytes]] = {}
        for pair in part.split(b"&", left)[:left]:
            name, _, value = pair.partition(b"=")
            key = _name(name)
            if key:
                values = own.setdefault(key, [])
                if len(values) < _VALUES:
                    values.append(value)
                left -= 1
        fields = own | fields
    declared = next((value for name in ("blog_charset", "charset") for value in fields.get(name, ()) if value), b"")
    return Form(fields, _encoding(_unquoted(declared)[:40].decode("ascii", "replace")))


@dataclass(frozen=True, slots=True)
class Check:
    """What a client asks about.

    Parameters
    ----------
    comment : Comment
        The comment; its post is known by address alone.
    post_id : str
        The platform's id of the post; empty where it was not sent.
    site : str
        The blog's address, as `commentguard.store.places.place_of` writes it.
    is_test : bool
        True where nothing must be kept of it.
    certain : bool or None
        The answer where the protocol settles it (test vectors, administrators, a filled honeypot); None elsewhere.
    is_announcement : bool
        True for the question whether a pingback may be looked at, which comes before there is a text to judge.
    """

    comment: Comment
    post_id: str
    site: str
    is_test: bool
    certain: bool | None
    is_announcement: bool


def read_check(form: Form) -> Check:
    """Return what a form of comment-check, submit-spam or submit-ham is about.

    The id made for the comment depends on site, post, author and text alone, so that a decision finds the comment
    that was checked, whatever other fields came along.
    """
    site = place_of(form.get("blog"))
    url = form.get("permalink").strip()[:10_000]
    kind = form.get("comment_type", "content_type")
    text = clip(form.get("comment_content"))
    author = form.get("comment_author")[:10_000]
    extra = {name: form.get(name) for name in ("blog_lang", "user_role", "recheck_reason") if form.get(name)}
    if as_type(kind) is None:
        extra["platform_type"] = kind[:200]
    post_id = form.get("comment_post_ID", "comment_post_id")[:400]
    comment = Comment(
        text=text,
        id=_id(site, place_of(url) or post_id, author, text),
        type=as_type(kind) or "comment",
        author=author,
        author_url=form.get("comment_author_url")[:10_000],
        author_email=form.get("comment_author_email")[:1_000],
        author_ip=form.get("user_ip")[:100],
        user_agent=form.get("user_agent")[:2_000],
        date=parse_date(form.get("comment_date_gmt", "comment_date")),
        parent_id=form.get("comment_parent")[:400] or None,
        post=Post(id=post_id, url=url) if url else None,
        source=site,
        extra=extra,
    )
    announced = form.flag("akismet_pre_check")
    return Check(comment, post_id, site, form.flag("is_test"), _certain(form), announced and not text)


def _certain(form: Form) -> bool | None:
    names = {form.get(name).strip().lower() for name in ("comment_author", "comment_author_email")}
    if names & _GUARANTEED_SPAM:
        return True
    if "administrator" in {role.strip().lower() for role in form.get("user_role").split(",")}:
        return False
    trap = form.get("honeypot_field_name")
    return True if trap and form.get(trap, f"POST_{trap}").strip() else None


def _id(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _name(quoted: bytes) -> str:
    return _short_name(quoted) if len(quoted) <= _SHORT else _LIST.sub("", _unquoted(quoted).decode("utf-8", "replace"))


@lru_cache(maxsize=1_024)
def _short_name(quoted: bytes) -> str:
    """Platforms send the same names again and again."""
    return _LIST.sub("", _unquoted(quoted).decode("utf-8", "replace"))


def _unquoted(value: bytes) -> bytes:
    spaced = value.replace(b"+", b" ")
    return unquote_to_bytes(spaced) if b"%" in spaced else spaced


def _encoding(declared: str) -> str:
    """Return a declared encoding where Python knows it by that name; asking for unknown ones would take memory."""
    return usable_encoding(declared) if declared.strip().lower().replace("-", "_") in _ENCODINGS else "utf-8"


def _decoded(value: bytes, encoding: str) -> str:
    for name in ("utf-8", encoding):
        try:
            return tidy(value.decode(name))
        except UnicodeDecodeError:
            continue
    return tidy(codecs.decode(value, "cp1252", "replace"))
