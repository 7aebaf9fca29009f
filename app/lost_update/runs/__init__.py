"""The server's half of a run: its processes, its log, its life."""
