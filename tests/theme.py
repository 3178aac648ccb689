"""The theme as tests read it: its tokens in light and dark, and contrast as WCAG 2.2 defines it."""

import re
from functools import cache

from leanfolio.disk.templates import templates_folder

Colour = tuple[float, float, float]  # red, green, blue, each from 0 to 255

PAIR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")


@cache
def stylesheet() -> str:
    """The theme's stylesheet, without comments."""
    text = (templates_folder() / "theme" / "style.css").read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def tokens(text: str) -> dict[str, tuple[Colour, Colour]]:
    """Each colour of a stylesheet by its name: in light, in dark."""
    return {name: (rgb(light), rgb(dark)) for name, light, dark in PAIR.findall(text)}


def rgb(text: str) -> Colour:
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


def mixed(share: float, colour: Colour, ground: Colour) -> Colour:
    """What `color-mix(in srgb, colour share%, ground)` gives."""
    red, green, blue = (
        a * share / 100 + b * (1 - share / 100) for a, b in zip(colour, ground, strict=True)
    )
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, from 1 to 21: WCAG 2.2, "contrast ratio"."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Colour) -> float:
    """The relative luminance, from 0 to 1: WCAG 2.2, "relative luminance"."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
