"""A Django app that judges the comments of django-contrib-comments; it needs the extra ``commentguard[django]``.

Add ``commentguard.contrib.django`` to INSTALLED_APPS, set COMMENTGUARD_LABELS and COMMENTGUARD_POST (see
`commentguard.contrib.django.conf`), run ``manage.py migrate``, and in your app's ``ready`` register what is commented
on::

    from django_comments.moderation import moderator
    from commentguard.contrib.django.moderation import GuardModerator

    moderator.register(Entry, GuardModerator)
"""
