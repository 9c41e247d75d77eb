"""A store: one SQLite file or PostgreSQL database, opened, laid out and written in whole transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from commentguard.errors import MissingPackageError, StoreError
from commentguard.store.identities import Identities, secret_beside, secret_of_environment

try:
    from sqlalchemy import URL, Connection, Dialect, Engine, Select, Table, create_engine, event, make_url, select
    from sqlalchemy.dialects import postgresql, sqlite
    from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
    from sqlalchemy.sql.compiler import SQLCompiler
except ImportError:
    raise MissingPackageError("a store needs SQLAlchemy; install it: pip install 'commentguard[server]'") from None

from commentguard.store import schema

_WAIT: Final = 10.0
"""Seconds that a writer waits for another process's transaction."""

_READ_WAIT: Final = 1.0
"""Seconds that a reader waits for one who keeps all others out: better a verdict without the store than a late one."""


@dataclass(frozen=True, slots=True)
class Store:
    """A database that a server keeps posts, comments and labels in; get one from `open_store`.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        Connections to the database.
    identities : Identities
        Makes the hashes that stand for personal data.
    name : str
        The store's address without its password.
    """

    engine: Engine
    identities: Identities
    name: str

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection for questions.

        Raises
        ------
        StoreError
            When the database can't be asked.
        """
        with _told(self.name), self.engine.connect() as connection:
            _wait_at_most(connection, _READ_WAIT)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Lend a connection for one transaction: what it wrote is on the disk when the block ends, or nothing is.

        Raises
        ------
        StoreError
            When it can't be written: full disk, locked, read-only.
        """
        with _told(self.name), self.engine.connect() as connection:
            _wait_at_most(connection, _WAIT)
            connection.execution_options(commentguard_writes=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def open_store(address: str) -> Store:
    """Open a store; an empty database gets its tables.

    Parameters
    ----------
    address : str
        ``sqlite:///file.db`` (one path behind three slashes) or ``postgresql+psycopg://user@host/database``.

    Returns
    -------
    Store

    Raises
    ------
    StoreError
        When the address is none, the database can't be reached, or a later version made its tables.
    MissingPackageError
        When what speaks to that database is not installed.
    """
    url = _checked(address)
    name = url.render_as_string(hide_password=True)
    options: dict[str, Any] = {"hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": _WAIT}
    else:
        waits = f"-c lock_timeout={1_000 * _WAIT:.0f}"
        options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": 10, "options": waits}}
    try:
        engine = create_engine(url, **options)
    except ImportError:
        raise MissingPackageError(
            "PostgreSQL needs psycopg; install it: pip install 'commentguard[postgres]'"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    secret = secret_beside(Path(str(url.database))) if engine.dialect.name == "sqlite" else secret_of_environment()
    store = Store(engine, Identities(secret), name)
    try:
        _lay_out(store)
    except StoreError:
        store.close()
        raise
    return store


def upsert(connection: Connection, table: Table, rows: list[dict[str, Any]], changed: tuple[str, ...]) -> None:
    """Insert rows; where one with the same primary key stands, replace its columns `changed`."""
    if rows:
        connection.execute(_insert(connection.dialect.name, table, changed), rows)


def upsert_added(connection: Connection, table: Table, rows: list[dict[str, Any]], added: tuple[str, ...]) -> None:
    """Insert rows; where one with the same primary key stands, add to its columns `added`."""
    if rows:
        connection.execute(_insert(connection.dialect.name, table, added=added), rows)


def insert_new(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows; those that break a unique index are left out."""
    if rows:
        connection.execute(_insert(connection.dialect.name, table), rows)


def rows_of(connection: Connection, query: Select[Any], values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return what a query finds, asked of the driver itself: what is around a query takes longer than a short one.

    Parameters
    ----------
    connection : Connection
        From `Store.reading`.
    query : sqlalchemy.Select
        One that is made once; texts and whole numbers in, texts and whole numbers out.
    values : Mapping
        Its parameters.
    """
    compiled = _compiled(query, connection.dialect)
    given = compiled.construct_params(values)
    order = compiled.positiontup
    driver: Any = connection.connection.driver_connection
    try:
        asked = driver.cursor().execute(compiled.string, given if order is None else [given[name] for name in order])
        found: list[tuple[Any, ...]] = asked.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise OperationalError(None, None, error) from None
    return found


@lru_cache(maxsize=100)
def _compiled(query: Select[Any], dialect: Dialect) -> SQLCompiler:
    return query.compile(dialect=dialect)


@lru_cache(maxsize=100)
def _insert(
    dialect: str, table: Table, changed: tuple[str, ...] = (), added: tuple[str, ...] = ()
) -> sqlite.Insert | postgresql.Insert:
    """Return a statement; made once for each table, since making it takes longer than carrying it out."""
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    if not changed and not added:
        return statement.on_conflict_do_nothing()
    values: dict[str, Any] = {name: statement.excluded[name] for name in changed}
    values |= {name: table.c[name] + statement.excluded[name] for name in added}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=values)


def _checked(address: str) -> URL:
    remedy = "write it like sqlite:///comments.db or postgresql+psycopg://user@host/database"
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise StoreError(f"{address.partition('://')[0][:50]}: this is no address of a store; {remedy}") from None
    name = url.render_as_string(hide_password=True)
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise StoreError(f"{name}: a store is a SQLite file or a PostgreSQL database; {remedy}")
    if url.drivername == "sqlite":
        if url.host or not url.database or url.database == ":memory:":
            raise StoreError(f"{name}: this names no file; {remedy}")
        folder = Path(url.database).resolve().parent
        if not folder.is_dir():
            raise StoreError(f"{name}: there is no folder {folder}; make it first")
    return url


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the lock for writing at once: one who read first would be refused it without a wait."""
    writes = connection.get_execution_options().get("commentguard_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _lay_out(store: Store) -> None:
    with store.writing() as connection:
        if connection.dialect.name == "postgresql":  # several programs may begin with an empty database at once
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(711007)")
        schema.metadata.create_all(connection)
        insert_new(connection, schema.settings, [{"name": "format", "value": str(schema.FORMAT)}])
        found = connection.scalar(select(schema.settings.c.value).where(schema.settings.c.name == "format"))
    if int(found or 0) > schema.FORMAT:
        raise StoreError(f"{store.name}: a later version of commentguard made it; install that one")


def _wait_at_most(connection: Connection, seconds: float) -> None:
    """Set how long others who keep this connection out are waited for; PostgreSQL is told when it connects."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA busy_timeout={1_000 * seconds:.0f}")


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())[:300]
        raise StoreError(f"{name}: {reason}; check that it can be reached, and the disk") from None
