"""Clients that a server should not have to fear, a file for each kind, and what everybody else notices of them.

python -m tests.load                     every kind in turn, then all together; kept in docs/RELIABILITY.md
python -m tests.load --only downloads    one kind; printed

And clients that it is there for: a whole class of phones in one process (`phones`, `lesson`), which tests, the bench
and the campaign `rooms` make use of.
"""
