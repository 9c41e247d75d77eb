"""What a server keeps in a database: posts, comments seen, decisions of persons, keys and counts.

Open one with `commentguard.store.database.open_store`.
"""
