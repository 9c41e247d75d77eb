"""The errors that commentguard raises; each message is one line that says what, where and what to do."""

from __future__ import annotations


class CommentGuardError(Exception):
    """Base of all errors of this library; the command line prints its message and exits with 1."""


class ExportFormatError(CommentGuardError):
    """A file of comments can't be read: unknown format, broken beyond reading past, or not a file at all."""


class DatasetError(CommentGuardError):
    """Labelled data can't be used for training or evaluation: no labels, one class only, unknown labels."""


class ModelFormatError(CommentGuardError):
    """A model folder is missing, damaged, of another format, or holds what a model must not hold."""


class OutputError(CommentGuardError):
    """A result can't be written where it was asked for."""


class WorkersError(CommentGuardError):
    """Worker processes or a cluster can't be reached, or ended before their work was done."""


class StoreError(CommentGuardError):
    """A server's store can't be opened, read or written, or holds what this version does not know."""


class ServerError(CommentGuardError):
    """The server can't start: the address is taken, or open to strangers while there is no key."""


class MissingPackageError(CommentGuardError, ImportError):
    """A package that only some uses need is not installed; the message names the extra that brings it."""
