"""The blog's addresses: entries, the form of comments, the admin."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import include, path

from contrib.django.blog.models import Entry


def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an entry with its comments and the form."""
    return render(request, "blog/entry.html", {"entry": get_object_or_404(Entry, pk=pk)})


urlpatterns = [
    path("admin/", admin.site.urls),
    path("comments/", include("django_comments.urls")),
    path("entries/<int:pk>/", entry),
]
