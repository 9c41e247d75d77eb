"""The project's settings; BLOG_DATABASE in the environment names its SQLite file."""

import os

SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "contrib.django.blog.urls"
USE_TZ = True
SITE_ID = 1
STATIC_URL = "/static/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.staticfiles",
    "commentguard.contrib.django",
    "django_comments",
    "contrib.django.blog",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]},
}]  # fmt: skip
DATABASES = {"default": {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": os.environ.get("BLOG_DATABASE", ":memory:"),
    "TEST": {"NAME": os.environ.get("BLOG_DATABASE", ":memory:")},
    "OPTIONS": {"init_command": "PRAGMA synchronous=OFF"},
}}  # fmt: skip
MIGRATION_MODULES = {"admin": None, "auth": None, "blog": None, "sessions": None}  # for speed
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

COMMENTGUARD_LABELS = os.path.join(os.path.dirname(os.environ.get("BLOG_DATABASE", ".")), "labels.jsonl")
COMMENTGUARD_POST = "contrib.django.blog.models.post_of"
COMMENTGUARD_MODEL = "default"
