"""What is written on the blog."""

from __future__ import annotations

from django.db import models

from commentguard import Post


class Entry(models.Model):
    """An entry that people comment on."""

    title = models.CharField(max_length=200)
    body = models.TextField()

    def __str__(self) -> str:
        """Return its title."""
        return str(self.title)

    def get_absolute_url(self) -> str:
        """Return its address."""
        return f"/entries/{self.pk}/"


def post_of(entry: Entry) -> Post:
    """Return an entry as the model of comments sees it."""
    return Post(id=str(entry.pk), title=entry.title, text=entry.body, url=entry.get_absolute_url())
