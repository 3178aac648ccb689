"""Long pages on a phone, in a real browser: they fold, and all of them stays within reach."""

from pathlib import Path
from typing import Any

import pytest

from test_site_in_browser import browser, kinds, site

__all__ = ["browser", "site"]  # fixtures
pytestmark = pytest.mark.acceptance

PHONE = {"width": 375, "height": 812}
DESK = {"width": 1280, "height": 900}
MOST_SCREENS, MOST_OF_A_MEETING, MOST_SHIFT = 12, 8.25, 0.1
MEETINGS = ("board", "decisions", "flow", "funding", "increments/", "meetings/", "objectives",
            "ranking", "risks", "roadmap")  # fmt: skip
HIDDEN = """() => [...document.querySelectorAll('.fold > :not(summary, .unfold, .tools)')]
  .filter((each) => !each.checkVisibility({ contentVisibilityAuto: true })).length"""
SHIFT = """() => new Promise((done) => {
  let shift = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { shift += e.value; }))
    .observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(shift), 300);
})"""
SECTION = "document.getElementById('dependencies')"


def test_no_page_takes_too_many_screens_of_a_phone(site: Path, browser: Any) -> None:
    page = browser.new_page(viewport=PHONE)
    long = {}
    for path in kinds(site):
        page.goto(path.as_uri())
        name = path.relative_to(site).as_posix()
        screens = page.evaluate("document.documentElement.scrollHeight") / PHONE["height"]
        if screens > (MOST_OF_A_MEETING if name.startswith(MEETINGS) else MOST_SCREENS):
            long[name] = screens
    page.close()
    assert long == {}


def test_a_roadmap_shows_first_rows_on_a_phone_and_all_that_a_filter_finds(
    site: Path, browser: Any
) -> None:
    page = browser.new_page(viewport=PHONE)
    page.goto((site / "roadmap.html").as_uri())
    seen = """() => [...document.querySelectorAll('.roadmap > tbody > tr')]
      .filter((row) => row.checkVisibility()).length"""
    hidden = page.evaluate("document.querySelectorAll('.roadmap > tbody > tr[hidden]').length")
    whole = page.evaluate("document.querySelectorAll('.roadmap > tbody > tr').length")
    assert hidden == 0 and page.evaluate(seen) < whole
    page.get_by_label("Type").select_option("Feature")
    matched = page.locator(".roadmap > tbody > tr:not([hidden])").count()
    assert page.evaluate(seen) == matched > 20
    assert not page.locator(".unfold").first.is_visible()
    page.get_by_role("button", name="Clear").click()
    page.emulate_media(media="print")
    assert page.evaluate(seen) == whole
    page.close()


def test_an_address_opens_the_section_that_it_leads_to(site: Path, browser: Any) -> None:
    page = browser.new_page(viewport=PHONE)
    page.goto((site / "increments" / "PI-2026-4.html").as_uri())
    is_open = f"{SECTION}.closest('details').open"
    assert not page.evaluate(is_open)
    for _ in range(2):  # a second time the address is the same
        page.evaluate("document.querySelector('.contents a[href=\"#dependencies\"]').click()")
        page.wait_for_function(is_open)
        assert page.evaluate(f"{SECTION}.nextSibling !== null")
        page.evaluate(f"{SECTION}.closest('details').open = false")
    page.goto((site / "increments" / "PI-2026-4.html").as_uri() + "#late")
    page.reload()
    page.evaluate("document.getElementById('load').closest('summary').click()")
    assert page.evaluate("document.getElementById('load').closest('details').open")
    page.close()


def hides(page: Any, *, wanted: bool) -> bool:
    """Whether a page comes to hide something of its sections, or nothing, as is wanted."""
    for _ in range(20):
        if (page.evaluate(HIDDEN) > 0) == wanted:
            return True
        page.wait_for_timeout(50)
    return False


@pytest.mark.parametrize("script", [True, False])
def test_nothing_is_hidden_on_a_desk_and_on_paper(
    site: Path, browser: Any, *, script: bool
) -> None:
    context = browser.new_context(viewport=DESK, java_script_enabled=script)
    page = context.new_page()
    for name in ("increments/PI-2026-4.html", "flow.html", "funding/cuts.html"):
        page.goto((site / name).as_uri())
        assert hides(page, wanted=False), name
        page.set_viewport_size(PHONE)
        assert hides(page, wanted=True), name
        page.emulate_media(media="print")
        assert hides(page, wanted=False), name
        page.emulate_media(media="screen")
        page.set_viewport_size(DESK)
    context.close()


def test_what_scripts_put_on_a_page_moves_nothing(site: Path, browser: Any) -> None:
    moved = {}
    for name in ("search", "board", "trace", "strategy", "roadmap", "objectives", "increments"):
        for window in (PHONE, DESK):
            page = browser.new_page(viewport=window)
            page.goto((site / f"{name}.html").as_uri(), wait_until="load")
            moved[name, window["width"]] = page.evaluate(SHIFT)
            page.close()
    assert {where: shift for where, shift in moved.items() if shift > MOST_SHIFT} == {}


def test_traceability_is_narrowed_in_its_table_and_in_its_drawings(
    site: Path, browser: Any
) -> None:
    page = browser.new_page(viewport=DESK)
    page.goto((site / "trace.html").as_uri() + "?stream=Returns")
    rows = page.locator("tr[data-stream]:visible").evaluate_all(
        "(rows) => rows.map((row) => [row.dataset.stream, row.querySelector('a').pathname])"
    )
    picked = page.locator(".picked > a").evaluate_all(
        "(links) => links.map((link) => new URL(link.href.baseVal, location).pathname)"
    )
    assert {stream for stream, _ in rows} == {"Returns"}
    assert {path for _, path in rows} == set(picked)
    page.close()
