"""Take a picture of each component of the gallery, light and dark; compare with the kept ones.

    python docs/snapshots.py            what differs from tests/snapshots; .cache/snapshots shows it
    python docs/snapshots.py --write    take all of them anew; look at each before it is committed

It takes Chromium or Chrome, and Playwright to drive it. Letters come from a font of the repository,
so that lines break alike on every machine; how their edges are smoothed is tolerated. The state
"many" is left out: it is the sample, whose content changes.
"""

import io
import runpy
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import sync_playwright

from leanfolio.disk.browser import find_browser
from leanfolio.disk.templates import templates_folder

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "tests" / "snapshots"
DIFFERENT = ROOT / ".cache" / "snapshots"
FONT = "DejaVuSans-subset.woff2"
SCHEMES = ("light", "dark")
WIDTH, SCALE = 1000, 0.5  # of the window in points, and of the picture to it
COLOURS = 64  # of a kept picture: with these no pixel is off by more than half of the tolerance
TOLERANCE = 28  # of 255: how far a pixel may differ, once its neighbours are mixed in
MOST_PIXELS = 8  # that may differ by more: fewer than the smallest mark
FLAGS = ("--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--disable-lcd-text",
         "--force-color-profile=srgb", "--hide-scrollbars")  # fmt: skip
STILL = """
@font-face { font-family: Snapshot; src: url("%s") }
:root:root { --sans: Snapshot; --serif: Snapshot; --mono: Snapshot }
*, ::before, ::after { animation: none !important; transition: none !important }
"""


def pages() -> Iterator[tuple[str, str]]:
    """Each component in all states but that of the sample: its name, its HTML."""
    gallery = runpy.run_path(str(Path(__file__).with_name("gallery.py")))
    states = [state for state in gallery["STATES"] if state.name != "many"]
    link = '<link rel="stylesheet" href="still.css">\n</head>'
    for component in gallery["COMPONENTS"]:
        body = gallery["sections"]({state: gallery["shown"](component, state) for state in states})
        page = gallery["FRAME"].format(title=component.name.capitalize(), body=body)
        yield component.name.replace(" ", "-"), page.replace("</head>", link)


def pictures() -> Iterator[tuple[str, Image.Image]]:
    """Every picture with its file's name, as the browser takes it today."""
    with TemporaryDirectory() as name, sync_playwright() as driver:
        folder = Path(name)
        for file in ("style.css", "script.js"):
            shutil.copy(templates_folder() / "theme" / file, folder)
        shutil.copy(KEPT / FONT, folder)
        (folder / "still.css").write_text(STILL % FONT, encoding="utf-8")
        browser = driver.chromium.launch(executable_path=find_browser(None), args=[*FLAGS])
        context = browser.new_context(
            viewport={"width": WIDTH, "height": 800}, device_scale_factor=SCALE
        )
        page = context.new_page()
        for component, text in pages():
            path = folder / f"{component}.html"
            path.write_text(text, encoding="utf-8")
            page.goto(path.as_uri())
            page.evaluate("document.fonts.ready.then(() => true)")
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                taken = Image.open(io.BytesIO(page.screenshot(full_page=True)))
                yield f"{component}.{scheme}.png", taken.convert("RGB")
        browser.close()


def difference(kept: Image.Image, taken: Image.Image) -> Image.Image | None:
    """Where two pictures differ, in red over a pale copy; None where they look the same.

    A picture of another size differs as a whole.
    """
    size = (max(kept.width, taken.width), max(kept.height, taken.height))
    one, two = (Image.new("RGB", size) for _ in range(2))
    one.paste(kept)
    two.paste(taken)
    red, green, blue = ImageChops.difference(one, two).filter(ImageFilter.BoxBlur(1)).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    off = most.point(lambda value: 255 if value > TOLERANCE else 0)
    if kept.size == taken.size and off.histogram()[255] <= MOST_PIXELS:
        return None
    pale = Image.blend(two, Image.new("RGB", size, "white"), 0.6)
    pale.paste("red", mask=off.filter(ImageFilter.MaxFilter(3)))
    return pale


def differences() -> list[str]:
    """What differs from the kept pictures, a line each; pictures of it are written."""
    shutil.rmtree(DIFFERENT, ignore_errors=True)
    found, names = [], set()
    for name, taken in pictures():
        names.add(name)
        if not (KEPT / name).exists():
            found.append(f"{name} is not kept")
            continue
        off = difference(Image.open(KEPT / name).convert("RGB"), taken)
        if off is None:
            continue
        DIFFERENT.mkdir(parents=True, exist_ok=True)
        taken.save(DIFFERENT / name)
        off.save(DIFFERENT / f"{name.removesuffix('.png')}.difference.png")
        found.append(f"{name} differs: {DIFFERENT.relative_to(ROOT)}")
    gone = sorted(path.name for path in KEPT.glob("*.png") if path.name not in names)
    return [*found, *(f"{name} is of no component" for name in gone)]


def write() -> None:
    """Keep every picture as it is taken today, with few colours."""
    for path in KEPT.glob("*.png"):
        path.unlink()
    for name, taken in pictures():
        few = taken.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(KEPT / name, optimize=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    else:
        found = differences()
        print("\n".join(found) or "nothing differs")  # noqa: T201
        raise SystemExit(bool(found))
