"""Pages on paper, as a browser prints them: outside `make test`, and with Chromium."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from leanfolio.disk.templates import templates_folder
from test_site import sample_pages

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed"),
]


def test_home_prints_on_one_page(tmp_path: Path) -> None:
    home, paper = tmp_path / "index.html", tmp_path / "index.pdf"
    home.write_text(sample_pages()["index.html"], encoding="utf-8")
    for name in ("style.css", "script.js"):  # the script opens what is folded
        shutil.copy(templates_folder() / "theme" / name, tmp_path)
    assert BROWSER is not None
    flags = ("--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={paper}")
    subprocess.run([BROWSER, *flags, home.as_uri()], check=True, capture_output=True, timeout=60)
    assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) == 1
