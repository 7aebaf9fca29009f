"""Executes a notebook as Jupyter would, in its own folder: `python -m tests.executed_notebook NOTEBOOK OUTPUT`.

A process of its own, because a kernel and its client need an event loop, and leave threads.
"""

import sys
from pathlib import Path


def main(notebook: Path, output: Path) -> None:
    """Write the notebook with what its cells have shown."""
    import nbformat
    from nbclient import NotebookClient

    read = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(read, timeout=60, kernel_name="python3", resources={"metadata": {"path": notebook.parent}})
    client.execute()
    nbformat.write(read, output)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
