"""Has axe-core judge a page: for everything in one theme, and in the other for what a theme can change, the contrast.

A state that is looked at in two sizes is judged in one theme at each size, for everything.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.browser.looking import LAPTOP, PHONE
from tests.variants import FULL

EVERYTHING: dict[str, Any] = {}
CONTRAST: dict[str, Any] = {"runOnly": ["color-contrast"]}
VIOLATIONS = """
async options => (await axe.run({ ...options, resultTypes: ["violations"] })).violations
"""
"""What also passed is more than ten times as much to hand over, and nobody reads it."""
THEMES = {LAPTOP["width"]: ("light", "dark"), PHONE["width"]: ("dark", "light")}
"""At each width, the theme in which the first state of a test is looked at for everything, and the other."""

Judge = Callable[[Page, str], None]


@pytest.fixture(params=["in one theme", pytest.param("in the other theme", marks=FULL)])
def judge(request: pytest.FixtureRequest) -> Iterator[Judge]:
    """Looks at a page as it stands. What it finds in any state fails the test at its end.

    The states at each width are looked at in turn in the one and the other theme, and where all is run, in both. Only
    the contrast can differ between them.
    """
    found: list[str] = []
    looks = Counter[int]()
    is_other = request.param != "in one theme"

    def look(page: Page, state: str) -> None:
        size = page.viewport_size
        assert size
        width = size["width"]
        scheme, other = THEMES[width] if (looks[width] + is_other) % 2 == 0 else reversed(THEMES[width])
        looks[width] += 1
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        expect(page.locator('[data-part="theme"]')).to_have_accessible_name(f"Switch to the {other} theme")
        rules = CONTRAST if is_other else EVERYTHING
        found.extend(f"{state}, {scheme}: {line}" for line in _told(_violations(page, rules)))

    yield look
    assert not found, "\n".join(found)


def _violations(page: Page, rules: dict[str, Any]) -> list[dict[str, Any]]:
    """What axe-core finds. It stays on a page that has it already."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    violations: list[dict[str, Any]] = page.evaluate(VIOLATIONS, rules)
    return violations


def _told(violations: list[dict[str, Any]]) -> Iterator[str]:
    for violation in violations:
        yield f"{violation['help']} ({violation['id']}, {violation['impact']})"
        for node in violation["nodes"]:
            yield f"    {node['target']}: {node['html'][:200]}"
            yield from (f"        {each['message']}" for each in node["any"] + node["all"] + node["none"])
