"""Tests of the steps on text."""
