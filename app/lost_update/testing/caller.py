"""The first process of a traced function: imports it as the test did, calls it, leaves what came of it in a file."""

import os
import pickle
import sys
import traceback
from dataclasses import dataclass
from typing import Any

from lost_update.testing.functions import OURS, Named


@dataclass
class Call:
    """What is to be called."""

    function: Named
    arguments: tuple[Any, ...]


@dataclass
class Result:
    """What came of it. An exception that cannot be pickled is told by its traceback alone."""

    returned: Any = None
    raised: BaseException | None = None
    traceback: str = ""


def main(request: str, result: str, *redirected: str) -> None:
    """Make the call of that file. `redirected` are files for standard output and error, empty where they stay."""
    for number, path in enumerate(redirected, 1):
        if path:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
            os.dup2(descriptor, number)
            os.close(descriptor)
    with open(request, "rb") as file:
        pickle.load(file).go()
        called: Call = pickle.load(file)
    try:
        function = called.function.load()
        came = Result(returned=function(*called.arguments))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        place = error.__traceback__
        while place is not None and str(place.tb_frame.f_globals.get("__name__")).startswith(OURS):
            place = place.tb_next
        came = Result(raised=error, traceback="".join(traceback.format_exception(type(error), error, place)))
    _leave(came, result)
    if came.traceback:
        sys.exit(1)


def _leave(came: Result, path: str) -> None:
    try:
        data = pickle.dumps(came)
        pickle.loads(data)
    except Exception:
        data = pickle.dumps(Result(traceback=came.traceback))
    with open(f"{path}.part", "wb") as file:
        file.write(data)
    os.replace(f"{path}.part", path)
