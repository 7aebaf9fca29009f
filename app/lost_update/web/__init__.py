"""HTTP: pages, interface, streams, safety, server. Nothing outside this package knows FastAPI."""
