"""Clients that a server should not have to fear, a file for each kind, and what everybody else notices of them.

python -m tests.load                     every kind in turn, then all together; kept in docs/RELIABILITY.md
python -m tests.load --only downloads    one kind; printed
"""
