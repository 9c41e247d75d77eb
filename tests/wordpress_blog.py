"""A WordPress of the tests' own: Debian's package and a MariaDB in a temporary folder, gone when they end."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

PACKAGES = "wordpress wordpress-theme-twentytwentyone php-cli php-mysql php-xml mariadb-server"
MODERATOR, PASSWORD = "moderator", "a long word of no use"

_SOURCE = Path("/usr/share/wordpress")
_PARTS = Path(__file__).parent / "server" / "wordpress"
_PLUGIN = Path(__file__).parents[1] / "examples" / "wordpress" / "commentguard.php"
_NEEDED = ("wp-load.php", "wp-content/plugins/akismet/akismet.php", "wp-content/themes/twentytwentyone/style.css")


@dataclass(frozen=True)
class Blog:
    """A WordPress that answers: its address, the id of its one post, its settings file, the way to its database."""

    url: str
    post_id: int
    settings: Path
    database: tuple[str, ...]

    @property
    def post(self) -> str:
        """The post's address."""
        return f"{self.url}/?p={self.post_id}"

    def rows(self, query: str) -> list[list[str]]:
        """Return what the database answers."""
        told = subprocess.run([*self.database, "-N", "-B", "-e", query], check=False, capture_output=True, text=True)
        assert told.returncode == 0, told.stderr
        return [line.split("\t") for line in told.stdout.splitlines()]

    def statuses(self) -> dict[str, str]:
        """Return the status of each comment by its author: ``1``, ``0`` (held) or ``spam``."""
        return dict(self.rows("SELECT comment_author, comment_approved FROM wp_comments"))


@contextmanager
def wordpress(server: str, key: str) -> Iterator[Blog]:
    """Start one that asks a server of ours; skip the test where it, PHP or MariaDB is not installed."""
    programs = [shutil.which(name) for name in ("php", "mariadb", "mariadb-install-db", "mariadbd")]
    programs[3] = programs[3] or shutil.which("mariadbd", path="/usr/sbin")
    if None in programs or not all((_SOURCE / name).is_file() for name in _NEEDED):
        pytest.skip(f"WordPress is not installed (on Debian: apt-get install {PACKAGES})")
    php, client, install, daemon = map(str, programs)
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="commentguard-wordpress-")))
        database = ending.enter_context(_mariadb(install, daemon, client, folder))
        url = f"http://127.0.0.1:{_free_port()}"
        root = _laid_out(folder / "blog", url, folder / "db.sock", server, key)
        install_it = [php, str(root / "install.php"), MODERATOR, PASSWORD]
        made = subprocess.run(install_it, capture_output=True, text=True, check=False, timeout=120)
        assert made.stdout.isdecimal(), made.stdout + made.stderr
        ending.enter_context(_served(php, root, url, folder / "php.log"))
        yield Blog(url, int(made.stdout), root / "wp-config.php", database)


def _laid_out(root: Path, url: str, database: Path, server: str, key: str) -> Path:
    """Return a folder with WordPress, its settings, our plugin and what the tests add."""
    shutil.copytree(_SOURCE, root, ignore=shutil.ignore_patterns(".htaccess", "wp-config*.php"))
    plugins = root / "wp-content" / "mu-plugins"
    plugins.mkdir()
    shutil.copy(_PLUGIN, plugins)
    shutil.copy(_PARTS / "tests.php", plugins)
    shutil.copy(_PARTS / "install.php", root)
    told = {
        "DB_NAME": "blog", "DB_USER": "root", "DB_PASSWORD": "", "DB_HOST": f"localhost:{database}",
        "DB_CHARSET": "utf8mb4", "WP_SITEURL": url, "WP_HOME": url,
        "COMMENTGUARD_SERVER": server, "WPCOM_API_KEY": key,
        **{f"{name}_{kind}": secrets.token_hex() for name in ("AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE")
           for kind in ("KEY", "SALT")},
    }  # fmt: skip
    lines = [f"define( '{name}', '{value}' );" for name, value in told.items()]
    lines += [f"define( '{name}', true );" for name in ("DISABLE_WP_CRON", "WP_HTTP_BLOCK_EXTERNAL")]
    lines += ["$table_prefix = 'wp_';", "require_once __DIR__ . '/wp-settings.php';"]
    (root / "wp-config.php").write_text(
        "\n".join(["<?php", "defined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );", *lines, ""])
    )
    return root


@contextmanager
def _mariadb(install: str, daemon: str, client: str, folder: Path) -> Iterator[tuple[str, ...]]:
    """Start a MariaDB on a socket alone and yield the command that asks it."""
    data, sock = folder / "db", folder / "db.sock"
    user = ["--user=root"] if os.geteuid() == 0 else []  # it runs as root only where told so
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([install, "--no-defaults", *user, f"--datadir={data}", "--auth-root-authentication-method=normal",
                    "--skip-test-db"], check=True, **quiet)  # type: ignore[call-overload]  # fmt: skip
    options = ["--no-defaults", *user, f"--datadir={data}", f"--socket={sock}", "--skip-networking",
               "--innodb-flush-log-at-trx-commit=0"]  # fmt: skip
    ask = (client, "--no-defaults", f"--socket={sock}", "--user=root")
    process = subprocess.Popen([daemon, *options], **quiet)  # type: ignore[call-overload]
    try:
        _until(lambda: subprocess.run([*ask, "-e", "CREATE DATABASE blog"], check=False, **quiet).returncode == 0)  # type: ignore[call-overload]
        yield (*ask, "blog")
    finally:
        process.kill()  # its folder goes with it
        process.wait(30)


@contextmanager
def _served(php: str, root: Path, url: str, log: Path) -> Iterator[None]:
    fresh = ["-d", "opcache.revalidate_freq=0"]  # a test changes the settings
    with log.open("wb") as told:
        process = subprocess.Popen(
            [php, *fresh, "-S", url.removeprefix("http://"), "-t", str(root)], stdout=told, stderr=told,
            env={**os.environ, "PHP_CLI_SERVER_WORKERS": "3"}, start_new_session=True,
        )  # fmt: skip
    try:
        _until(lambda: _answers(url))
        yield
    finally:
        os.killpg(process.pid, 15)  # its workers too
        process.wait(30)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/wp-login.php", timeout=30).status_code == 200
    except httpx.TransportError:
        return False


def _until(told: Callable[[], bool]) -> None:
    for _ in range(300):
        if told():
            return
        time.sleep(0.1)
    raise AssertionError("it did not start")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
