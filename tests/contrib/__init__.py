"""Tests of what other software takes in."""
