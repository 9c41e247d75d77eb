"""The tables of a store; every module that asks or writes one of them goes by these."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, String, Table, Text

FORMAT: Final = 1
"""Number of this layout; a store of a higher one is refused."""

metadata: Final = MetaData()

settings: Final = Table(
    "commentguard_settings",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("value", Text, nullable=False),
)

keys: Final = Table(
    "commentguard_keys",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("made", BigInteger, nullable=False),
)

limits: Final = Table(
    "commentguard_limits",
    metadata,
    Column("name", String(200), primary_key=True),  # of a key; keys without a limit have no row
    Column("per_minute", BigInteger, nullable=False),
)

posts: Final = Table(
    "commentguard_posts",
    metadata,
    Column("place", String(2_000), primary_key=True),  # `places.place_of` its address, or `#id` where it has none
    Column("host", String(300), nullable=False),
    Column("id", String(500), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("date", String(40), nullable=False),
    Index("commentguard_posts_id", "id"),
)

comments: Final = Table(
    "commentguard_comments",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("source", String(500), nullable=False),
    Column("id", String(500), nullable=False),
    Column("place", String(2_000), nullable=False),
    Column("type", String(20), nullable=False),
    Column("author", Text, nullable=False),
    Column("author_url", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("email", String(40), nullable=False),  # keyed hashes, as `identities` makes them; empty where unknown
    Column("ip", String(40), nullable=False),
    Column("name", String(40), nullable=False),
    Column("seen", BigInteger, nullable=False),  # seconds since 1970
    Column("label", String(20), nullable=False),  # a person's where one decided, else the model's
    Column("spam", Float, nullable=False),
    Index("commentguard_comments_id", "source", "id", unique=True),
    Index("commentguard_comments_place", "place", "number"),
    Index("commentguard_comments_seen", "seen"),
    Index("commentguard_comments_email", "email"),
    Index("commentguard_comments_ip", "ip"),
    Index("commentguard_comments_name", "name"),
)

labels: Final = Table(
    "commentguard_labels",
    metadata,
    Column("source", String(500), primary_key=True),
    Column("id", String(500), primary_key=True),
    Column("decision", Text, nullable=False),  # one line of a labels file
    Column("decided", BigInteger, nullable=False),
    Column("email", String(40), nullable=False),
    Column("ip", String(40), nullable=False),
    Column("name", String(40), nullable=False),
)

usage: Final = Table(
    "commentguard_usage",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("site", String(500), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("calls", BigInteger, nullable=False),
    Column("spam", BigInteger, nullable=False),
    Column("ham", BigInteger, nullable=False),
    Column("missed_spam", BigInteger, nullable=False),
    Column("false_positives", BigInteger, nullable=False),
)
