"""How many descriptors this process may have, and what fits into that: processes take some each, viewers one each.

The usual soft limit is far below the hard one. The server raises its own; the processes that it starts have the limit
that it was started with (`tracing.fork_server`), because a program may behave differently under another.
"""

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from lost_update.tracing.machine import SOFT_LIMIT

if TYPE_CHECKING:  # What they are made with takes long to import, and the limit is raised before anything else.
    from lost_update.settings import Settings

if sys.platform != "win32":
    import resource


def raise_limit() -> int | None:
    """Raise the soft limit as far as one may. Returns what it is then; None where there is none."""
    if sys.platform == "win32":
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # macOS allows less than it says
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        os.environ.setdefault(SOFT_LIMIT, str(soft))
    raised, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if raised == resource.RLIM_INFINITY else raised


def settings_that_fit(settings: "Settings") -> "Settings":
    """These settings, with as many processes and viewers as there are descriptors for. Raises the limit first."""
    limit = raise_limit()
    return settings if limit is None else settings.within(limit)
