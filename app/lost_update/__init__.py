"""Lost Update: a real race condition, slowly enough to understand it."""

# As type checkers know it, without `typing`: every traced process imports this package, and must stay light.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike

    from lost_update.notebook import Loaded

__version__ = "0.1.0"


def load(path: "str | PathLike[str]") -> "Loaded":
    """A recording from a file that was exported as `ndjson` or `html`. In a notebook it shows itself."""
    from lost_update.notebook import load as load_it

    return load_it(path)
