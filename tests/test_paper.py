"""Pages on paper, as a browser prints them: outside `make test`, and with Chromium."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from leanfolio.disk.templates import templates_folder
from leanfolio.views.meetings.meeting import USUAL, Meeting
from test_site import sample_pages

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed"),
]


def sheets(folder: Path, url: str) -> int:
    """On how many sheets a page of the sample is printed."""
    page, paper = folder / url, folder / "paper.pdf"
    page.parent.mkdir(exist_ok=True)
    page.write_text(sample_pages()[url], encoding="utf-8")
    for name in ("style.css", "script.js"):  # the script opens what is folded
        shutil.copy(templates_folder() / "theme" / name, folder)
    assert BROWSER is not None
    flags = ("--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={paper}")
    subprocess.run([BROWSER, *flags, page.as_uri()], check=True, capture_output=True, timeout=60)
    return len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))


def test_home_prints_on_one_page(tmp_path: Path) -> None:
    assert sheets(tmp_path, "index.html") == 1


@pytest.mark.parametrize("meeting", USUAL, ids=lambda meeting: meeting.name)
def test_a_meeting_prints_on_two_sheets(meeting: Meeting, tmp_path: Path) -> None:
    assert sheets(tmp_path, meeting.url) <= 2
