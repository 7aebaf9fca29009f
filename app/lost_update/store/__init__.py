"""Recordings that are kept: in a directory, in SQLite, so that they are there after a restart.

a run ends ─▶ keep(recording, owner) ─▶ queue ─▶ the writer's thread ─▶ recordings.sqlite3
any thread ─▶ find, listing, columns ──────────── a connection that only reads ──┘

store      what others use; composes the rest, and closes it
directory  where it is, and who may write there: one server at a time
schema     the tables, their versions, and how an older one becomes this one
contents   a recording as bytes, and back
card       what a list shows of one
shelf      what is asked of the tables, and what is changed in them
leaving    what goes when it is old, or when there is too much. Pure
writer     the one thread that writes
importing  a file that nobody trusts, as a recording
"""
