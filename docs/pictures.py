"""Take the pictures of the documentation anew: pages of the sample and of what `init` writes.

    python docs/pictures.py

It takes Chromium or Chrome. The pictures lie in docs/pictures; look at each before it is committed.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from leanfolio.disk.browser import find_browser, flags

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
SAMPLE = {"home": "index.html", "ranking": "ranking.html"}
STARTER = {"first-home": "index.html", "first-board": "board.html"}
SIZE = (1280, 860)


def main() -> None:
    """Build both portfolios in a folder of their own, and take a picture of some of their pages."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        leanfolio("-C", str(ROOT), "build", "--site-dir", str(folder / "sample"))
        leanfolio("init", "--no-vendor", str(folder / "starter"))
        leanfolio("-C", str(folder / "starter"), "build")
        FOLDER.mkdir(exist_ok=True)
        for site, pages in ((folder / "sample", SAMPLE), (folder / "starter" / "site", STARTER)):
            for picture, page in pages.items():
                take(site / page, FOLDER / f"{picture}.png", folder / "profile")


def leanfolio(*arguments: str) -> None:
    command = [sys.executable, "-m", "leanfolio", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def take(page: Path, picture: Path, profile: Path) -> None:
    """Take a picture of a page as it first shows in a window of this size, in light colours."""
    window = f"--window-size={SIZE[0]},{SIZE[1]}"
    command = [find_browser(None), *flags(profile), "--hide-scrollbars", window,
               f"--screenshot={picture}", page.as_uri()]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main()
