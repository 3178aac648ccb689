"""What a site carries of its portfolio's brand: the logo, the colours, and an icon for its tab."""

import struct
from binascii import crc32
from collections.abc import Iterator
from functools import partial
from zlib import adler32

from msgspec import Struct

from leanfolio.check.brand import svg_logo
from leanfolio.check.svg import svg_fault
from leanfolio.figures.accent import DARK, LIGHT, accent_of
from leanfolio.model.colour import Colour
from leanfolio.output.html.settings import SiteSettings
from leanfolio.views.built import Built

BRAND = "brand"  # the name of this output
STYLE, ICON, ICON_PICTURE = "brand.css", "icon.svg", "icon.png"
USUAL_ACCENT = Colour.read("#0b5a63")  # that of the theme, on light pages
PICTURES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}

UNIT = 7  # pixels of the PNG for one unit of the mark
SIDE, CORNER = 32, 7  # of the mark, in units
BARS = ((7, 8, 18), (7, 14, 13), (7, 20, 8))  # left, top, width: three items in order of rank
THICK = 4
ACCENT_STYLE = """\
/* The accent {accent.written} of this portfolio, for light pages and for dark ones. */
@media (forced-colors: none) {{
  :root {{
    --accent: light-dark({accent.light}, {accent.dark});
    --accent-soft: light-dark({soft[0]}, {soft[1]});
  }}
}}
"""
LEVELS = 8  # of opacity along the round corners


class BrandFrame(Struct, frozen=True):
    """What the frame of every page says of the brand; addresses start at the site's root."""

    logo: str | None
    style: str | None
    icon: str
    icon_type: str
    icon_picture: str
    shared_picture: str  # what a preview of a shared address shows
    light: Colour  # of the browser around a page
    dark: Colour


def brand_frame(built: Built, settings: SiteSettings) -> BrandFrame:
    """The brand on every page, with a logo only where it is published."""
    logo = logo_of(built, settings)
    ending = logo[logo.rindex(".") :].lower() if logo else ""
    return BrandFrame(
        logo=logo,
        style=STYLE if built.portfolio.policy.brand.accent else None,
        icon=logo or ICON,
        icon_type=PICTURES.get(ending, PICTURES[".svg"]),
        icon_picture=ICON_PICTURE,
        shared_picture=logo if logo and ending != ".svg" else ICON_PICTURE,
        light=LIGHT.card,
        dark=DARK.card,
    )


def logo_of(built: Built, settings: SiteSettings) -> str | None:
    """The path of the logo, where it is a picture that is published; else None."""
    path = built.portfolio.policy.brand.logo_path
    source = svg_logo(path, built.records.logos)
    published = str(path) in settings.assets or (source and svg_fault(source.data) is None)
    return str(path) if path is not None and published else None


def brand_maker(settings: SiteSettings) -> partial[dict[str, str | bytes]]:
    """What makes the files of the brand."""
    return partial(brand_files, settings=settings)


def brand_files(built: Built, settings: SiteSettings) -> dict[str, str | bytes]:
    """The icon as SVG and as PNG, the colours of the accent, and a logo in SVG, by their path."""
    brand = built.portfolio.policy.brand
    accent = accent_of(brand.accent).light if brand.accent else USUAL_ACCENT
    files: dict[str, str | bytes] = {
        ICON: icon_svg(accent),
    }
    if ICON_PICTURE not in settings.assets:  # a picture of that name in content takes its place
        files[ICON_PICTURE] = icon_png(accent)
    if brand.accent:
        files[STYLE] = accent_style(brand.accent)
    source = svg_logo(brand.logo_path, built.records.logos)
    if source and logo_of(built, settings) == str(source.path):
        files[str(source.path)] = source.data
    return files


def accent_style(text: str) -> str:
    """The tokens of the theme that an accent replaces; on paper and in forced colours, none."""
    accent = accent_of(text)
    soft = LIGHT.soft(accent.light), DARK.soft(accent.dark)
    return ACCENT_STYLE.format(accent=accent, soft=soft)


def icon_svg(accent: Colour) -> str:
    """The mark: a list in order of rank, on a square of the accent."""
    bars = "".join(f"M{x} {y}h{width}v{THICK}h-{width}z" for x, y, width in BARS)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">'
        f'<rect width="{SIDE}" height="{SIDE}" rx="{CORNER}" fill="{accent}"/>'
        f'<path d="{bars}" fill="#fff"/></svg>\n'
    )


def icon_png(accent: Colour) -> bytes:
    """The same in pixels, for what shows no SVG: 4 bits each, from a palette.

    The pixels are not compressed, as compressors differ from machine to machine.
    """
    side = SIDE * UNIT
    palette = bytes((accent.red, accent.green, accent.blue)) * (LEVELS + 1) + b"\xff\xff\xff"
    opacity = bytes(255 * level // LEVELS for level in range(LEVELS + 1))
    rows = b"".join(b"\0" + packed(row) for row in pixels(side))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 4, 3, 0, 0, 0)),
            chunk(b"PLTE", palette),
            chunk(b"tRNS", opacity),
            chunk(b"IDAT", stored(rows)),
            chunk(b"IEND", b""),
        )
    )


def pixels(side: int) -> Iterator[list[int]]:
    """The colours of each row of pixels: a level of opacity, or white above all of these."""
    corner = corner_levels()
    for y in range(side):
        edge = min(y, side - 1 - y)
        row = [LEVELS] * side
        if edge < len(corner):
            row[: len(corner)] = corner[edge]
            row[side - len(corner) :] = reversed(corner[edge])
        for left, top, width in BARS:
            if top * UNIT <= y < (top + THICK) * UNIT:
                row[left * UNIT : (left + width) * UNIT] = [LEVELS + 1] * (width * UNIT)
        yield row


def corner_levels() -> list[list[int]]:
    """The opacity of each pixel of a corner: how many of its points lie within the arc."""
    radius = CORNER * UNIT
    points = [(dx, dy) for dx in (1, 3, 5, 7) for dy in (2, 6)]  # eighths of a pixel

    def level(x: int, y: int) -> int:
        return sum(
            (8 * (radius - x) - dx) ** 2 + (8 * (radius - y) - dy) ** 2 <= (8 * radius) ** 2
            for dx, dy in points
        )

    return [[level(x, y) for x in range(radius)] for y in range(radius)]


def packed(row: list[int]) -> bytes:
    """Two pixels in each byte."""
    return bytes(a << 4 | b for a, b in zip(row[::2], row[1::2], strict=True))


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG file, with its length and its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))


def stored(data: bytes) -> bytes:
    """Bytes in the format of zlib, as they are."""
    blocks = [data[start : start + 65_535] for start in range(0, len(data), 65_535)]
    parts = [
        struct.pack("<BHH", block is blocks[-1], len(block), 65_535 - len(block)) + block
        for block in blocks
    ]
    return b"\x78\x01" + b"".join(parts) + struct.pack(">I", adler32(data))
