"""A browser that prints a page as PDF: found, run without a network and a profile, and ended.

Chromium and what is made from it (Chrome, Edge) can; no other is asked. Its profile is a folder of
its own that goes when it ends, and it is told to speak to nobody.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

SETTING = "LEANFOLIO_BROWSER"  # names the program, where it is not found or another is wanted
NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "chrome-headless-shell", "microsoft-edge", "msedge",
)  # fmt: skip
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
OFFLINE = (
    "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-default-apps", "--disable-client-side-phishing-detection", "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
PRINTED = ("--no-pdf-header-footer", "--generate-pdf-document-outline")
SECONDS = 120  # that a browser may take


class NoBrowserError(Exception):
    """There is no browser that prints; the message says which were looked for."""


class BrowserFailedError(Exception):
    """The browser ended, or was ended, without a PDF; the message says how."""


def find_browser(named: str | None) -> str:
    """The path of a browser: the one that is named, by an option or LEANFOLIO_BROWSER, or else the
    first that is installed. Raises NoBrowserError."""
    named = named or os.environ.get(SETTING)
    if named:
        path = shutil.which(named)
        if path is None:
            raise NoBrowserError(f"{named} is no program")
        return path
    for name in (*NAMES, *ELSEWHERE):
        if path := shutil.which(name):
            return path
    raise NoBrowserError("neither Chromium, Chrome nor Edge was found")


def print_pdf(
    browser: str, files: Mapping[str, bytes], page: str, seconds: float = SECONDS
) -> bytes:
    """A page with the files beside it, printed as PDF. `seconds` is what the browser may take.

    Raises BrowserFailedError.
    """
    with TemporaryDirectory(prefix="leanfolio-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for file, data in files.items():
            (folder / file).write_bytes(data)
        out = folder / "printed.pdf"
        address = (folder / page).as_uri()
        command = [browser, *flags(folder / "profile"), f"--print-to-pdf={out}", address]
        with running(command, folder) as process:
            try:
                said = process.communicate(timeout=seconds)[0]
            except subprocess.TimeoutExpired:
                raise BrowserFailedError(f"{browser} took more than {seconds:g} seconds") from None
        data = out.read_bytes() if out.is_file() else b""
    if process.returncode or not data.startswith(b"%PDF-"):
        last = said.decode("utf-8", "replace").strip().splitlines()[-1:]
        why = f": {last[0]}" if last else ""
        raise BrowserFailedError(f"{browser} printed nothing (exit {process.returncode}){why}")
    return data


def flags(profile: Path) -> Iterator[str]:
    """What the browser is told: no network, a profile of its own, and an outline in the PDF."""
    yield from OFFLINE
    yield from PRINTED
    yield f"--user-data-dir={profile}"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield "--no-sandbox"  # Chromium has no sandbox for root, as in most containers


@contextmanager
def running(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, which is ended whole when the block ends."""
    settings = {**os.environ, "HOME": str(folder), "TZ": "UTC"}
    process = subprocess.Popen(  # noqa: S603 - a program that the user named or installed
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=settings,
        start_new_session=sys.platform != "win32",
    )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started, as far as the system lets us."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # all of them have ended
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()
