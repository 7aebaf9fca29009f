"""Several servers as one service, over Redis. Loaded only with `LOST_UPDATE_REDIS_URL`: it needs the extra `redis`.

    replica A, where a run lives               Redis                          replica B, where others watch it
    ────────────────────────────               ─────                          ────────────────────────────────
    run ─▶ Recording                                                          Mirror, a Recording ─▶ viewers, exports
             └ Publisher (thread) ── pieces ─▶ log:RUN, a stream ───────────▶ Reader (thread) ─┘
                      ├──── how it stands ───▶ run:RUN, a hash ─────────────▶ asked (event loop): outlines, lists
                      └──── I live ──────────▶ replica:A, for 3 s ──────────▶ Heartbeats: runs without a replica fail
    Reader (thread) ◀── stop, grant, answers ─ messages:A, a stream ◀──────── Messages: asked here, done there
    room:CODE, a hash, and rooms, a stream of which have changed: Board

keys        what is kept in Redis, under which name and for how long
link        the way to Redis: how it stands, and what is done while it is away
pieces      recordings as entries of a stream, and back. Pure
publisher   the thread that tells of the runs of this replica
lookups     what Redis says of a run, asked once for many
mirrors     the runs of others that somebody here watches
reader      the one thread that reads
heartbeats  which replicas live; the end of the runs of one that does not
messages    what replicas ask of each other
board       rooms
replica     all of it, as the server opens and closes it, and as the web asks
"""
