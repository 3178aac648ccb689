"""The gallery beside its kept pictures: what looks otherwise is shown, in light and in dark."""

import runpy
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="`make acceptance` installs playwright")
Image = pytest.importorskip("PIL.Image")
pytestmark = pytest.mark.acceptance

MOST_BYTES = 1_500_000  # of all kept pictures together


@pytest.fixture(scope="module")
def snapshots() -> dict[str, Any]:
    return runpy.run_path(str(Path(__file__).parents[1] / "docs" / "snapshots.py"))


def test_every_component_looks_as_its_kept_picture(snapshots: dict[str, Any]) -> None:
    assert snapshots["differences"]() == []


def test_kept_pictures_stay_few_bytes(snapshots: dict[str, Any]) -> None:
    sizes = [path.stat().st_size for path in snapshots["KEPT"].glob("*.png")]
    assert len(sizes) > 40
    assert sum(sizes) < MOST_BYTES


def test_a_mark_that_is_gone_is_seen_and_smoothing_is_not(snapshots: dict[str, Any]) -> None:
    kept = Image.open(snapshots["KEPT"] / "tags.light.png").convert("RGB")
    without = kept.copy()
    mark = Image.new("RGB", (4, 4), "#9e2218")
    without.paste(mark, (100, 100))
    shown = snapshots["difference"](kept, without)
    assert shown is not None
    assert shown.size == kept.size
    smoothed = kept.point(lambda value: min(value + 9, 255))
    assert snapshots["difference"](kept, smoothed) is None
    assert snapshots["difference"](kept, kept.crop((0, 0, kept.width, kept.height - 1)))
