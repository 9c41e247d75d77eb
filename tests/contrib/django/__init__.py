"""Tests of the Django app, in a small project of their own."""
