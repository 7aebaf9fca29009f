"""What Python runs first in a process of a traced script: it starts the tracing and takes itself away again.

`site` imports it, since the tracer has put this directory before the person's PYTHONPATH. Before anything of the script
runs, the variables are again what they were, nothing of this directory is left in `sys.path`, and a `sitecustomize` of
the person's own has run.
"""

import os
import sys
from typing import Any


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == "lost_update"


def _begin() -> None:
    here = os.path.dirname(__file__)
    # The package is imported by its place: it need not be on the path of the script's interpreter.
    package = os.path.dirname(os.path.dirname(os.path.dirname(here)))
    # The first look below the entry of the path was through a cache, which must not tell of it either.
    sys.path[:] = [entry for entry in sys.path if entry != here]
    sys.path_importer_cache.pop(here, None)
    before = dict(sys.modules)
    try:
        if "lost_update" not in sys.modules:
            from importlib.util import module_from_spec, spec_from_file_location

            initial = os.path.join(package, "__init__.py")
            spec: Any = spec_from_file_location("lost_update", initial, submodule_search_locations=[package])
            sys.modules["lost_update"] = module = module_from_spec(spec)
            spec.loader.exec_module(module)
        from lost_update.tracing.script import boot

        trace = boot.taken(here)
        if trace is not None:
            from lost_update.tracing.script import install

            install.install(*trace)
    except Exception as error:
        sys.meta_path[:] = [finder for finder in sys.meta_path if not _is_ours(type(finder).__module__)]
        for name in set(sys.modules) - set(before):
            if _is_ours(name):
                del sys.modules[name]
        os.write(2, f"lost-update: process {os.getpid()} is not traced: {error!r}\n".encode(errors="replace"))


_begin()
# To Python this is the module of that name. The person's own takes its place, if there is one; if not, then it is as if
# this one had not been found either: `site` expects just this error.
del sys.modules["sitecustomize"]
import sitecustomize as _  # type: ignore[import-not-found]  # noqa: E402, F401
