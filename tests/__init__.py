"""The tests: they mirror the modules; `browser/` drives a real browser, `bench/` measures, `soak/` tries for long."""

import os
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
"""The project."""

PACKAGE: Final = ROOT / "app" / "lost_update"
SCRIPTS: Final = ROOT / "static" / "js"

os.environ.setdefault("LOST_UPDATE_DATA_DIR", ":memory:")
"""Nothing that is tested here writes into anybody's home, and nothing finds there what somebody has kept."""
