"""The project set up once, in a database of its own; each test's changes are taken back."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

try:
    import django
    import django_comments  # noqa: F401 - the app can't be set up without
except ImportError:  # each test module skips then
    READY = False
else:
    READY = True
    os.environ["DJANGO_SETTINGS_MODULE"] = "contrib.django.blog.settings"
    _FOLDER = tempfile.mkdtemp()  # the settings want it before there is any fixture
    atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
    os.environ["BLOG_DATABASE"] = os.path.join(_FOLDER, "blog.db")
    django.setup()

from commentguard.records import LABELS, Comment, Label, Reason, Verdict

if TYPE_CHECKING:
    from contrib.django.blog.models import Entry


class KeywordGuard:
    """A model whose verdict is the label that stands in the text, and which is unsure where it reads "perhaps"."""

    def __init__(self, fingerprint: str = "0123456789abcdef") -> None:
        self.fingerprint = fingerprint
        self.seen: list[Comment] = []

    def classify(self, comment: Comment) -> Verdict:
        """Return a verdict by keyword; substantive without one."""
        self.seen.append(comment)
        label: Label = next((label for label in LABELS if label in comment.text), "substantive")
        shares = {one: 0.9 if one == label else 0.05 for one in LABELS}
        return Verdict(label, shares, "perhaps" in comment.text, (Reason("wording", f"it says {label}", 1.5),))

    def classify_many(self, comments: Any) -> Iterator[tuple[Comment, Verdict]]:  # noqa: ANN401
        """Yield verdicts by keyword."""
        for comment in comments:
            yield comment, self.classify(comment)


@pytest.fixture(scope="session")
def project() -> Iterator[None]:
    """Make the database, by the app's own migrations."""
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment(debug=False)
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    yield
    connection.creation.destroy_test_db(name, verbosity=0)
    teardown_test_environment()


@pytest.fixture
def database(project: None) -> Iterator[None]:
    """Take back what a test writes."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def labels(tmp_path: Path) -> Iterator[Path]:
    """Have decisions written to a file of the test's own."""
    from django.test import override_settings

    with override_settings(COMMENTGUARD_LABELS=tmp_path / "labels.jsonl"):
        yield tmp_path / "labels.jsonl"


@pytest.fixture
def keywords(monkeypatch: pytest.MonkeyPatch) -> KeywordGuard:
    """Put the model that goes by keywords in place of the real one."""
    from commentguard.contrib.django import moderation
    from commentguard.contrib.django.management.commands import commentguard_classify

    guard = KeywordGuard()
    monkeypatch.setattr(moderation, "loaded_guard", lambda: guard)
    monkeypatch.setattr(commentguard_classify, "loaded_guard", lambda: guard)
    return guard


@pytest.fixture
def entry(database: None) -> Entry:
    """Return an entry to comment on."""
    return make_entry()


def make_entry() -> Entry:
    """Write an entry."""
    from contrib.django.blog.models import Entry

    body = ("The door swells every autumn. I planed two millimetres off the hinge side, sealed the raw edge with oil, "
            "and moved the strike plate down a little. Sand the edge before you oil it.")  # fmt: skip
    made: Entry = Entry.objects.create(title="How I stopped my cellar door from sticking", body=body)
    return made


@pytest.fixture
def comment_on() -> Callable[..., Any]:
    """Return a function that stores a comment past all moderation."""
    return make_comment


def make_comment(entry: Entry, text: str, **fields: Any) -> Any:  # noqa: ANN401
    """Store a comment past all moderation."""
    from django_comments.models import Comment

    return Comment.objects.create(content_object=entry, site_id=1, comment=text, **{"user_name": "Nora", **fields})
