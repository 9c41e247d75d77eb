"""The server: verdicts over HTTP, in the protocol that blogs speak already and in JSON.

`commentguard.server.app.create_app` makes the ASGI application, `commentguard.server.running.serve` runs it.
"""
