"""When and where a run is made, as its recording says for good: enough to understand it, nothing about who made it."""

import platform
import time

from lost_update import __version__
from lost_update.model.recording import Made


def made_here() -> Made:
    """What is true of a run that is made now, by this process."""
    return Made(
        at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        system=" ".join(word for word in (platform.system(), platform.machine()) if word),
        python=platform.python_version(),
        lost_update=__version__,
    )
