"""Tests of the server, most of them against a process of its own on loopback."""
