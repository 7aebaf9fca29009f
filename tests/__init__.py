"""The tests: they mirror the modules; `browser/` drives a real browser, `bench/` measures, `soak/` tries for long."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
"""The project."""

PACKAGE: Final = ROOT / "app" / "lost_update"
SCRIPTS: Final = ROOT / "static" / "js"
