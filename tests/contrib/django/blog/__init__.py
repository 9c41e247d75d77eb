"""A project as small as one can be: entries, comments under them, the admin."""
