"""A colour of the screen: read from a file, compared with another, made lighter or darker.

Arithmetic is decimal, so that every machine computes the same colour. Contrast is that of WCAG 2.2;
lightness is that of Oklab, in which a step looks equally large in every hue (B. Ottosson, 2020).
"""

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import cached_property, lru_cache
from typing import Self

from msgspec import Struct
from pydantic_core import PydanticCustomError

from leanfolio.model.field import short_value

HEX = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
EXACT = Context(prec=20, rounding=ROUND_HALF_EVEN)
WEIGHTS = tuple(map(Decimal, ("0.2126", "0.7152", "0.0722")))  # of red, green, blue in luminance
GREYER = Decimal("0.94")  # how much of its chroma a colour keeps at each try to show it

Triple = tuple[Decimal, Decimal, Decimal]
Matrix = tuple[Triple, Triple, Triple]


def matrix(*rows: str) -> Matrix:
    first, second, third = (tuple(map(Decimal, row.split())) for row in rows)
    return first, second, third  # type: ignore[return-value]


TO_CONES = matrix(
    "0.4122214708 0.5363325363 0.0514459929",
    "0.2119034982 0.6806995451 0.1073969566",
    "0.0883024619 0.2817188376 0.6299787005",
)
TO_OKLAB = matrix(
    "0.2104542553 0.7936177850 -0.0040720468",
    "1.9779984951 -2.4285922050 0.4505937099",
    "0.0259040371 0.7827717662 -0.8086757660",
)
FROM_OKLAB = matrix(
    "1 0.3963377774 0.2158037573",
    "1 -0.1055613458 -0.0638541728",
    "1 -0.0894841775 -1.2914855480",
)
FROM_CONES = matrix(
    "4.0767416621 -3.3077115913 0.2309699292",
    "-1.2684380046 2.6097574011 -0.3413193965",
    "-0.0041960863 -0.7034186147 1.7076147010",
)


class Colour(Struct, frozen=True, dict=True):
    """Red, green and blue, each from 0 to 255."""

    red: int
    green: int
    blue: int

    @classmethod
    def read(cls, text: str) -> Self:
        """The colour that `#0b5a63` or `#abc` names. Raises ValueError for anything else."""
        match = HEX.match(text)
        if match is None:
            raise ValueError(text)
        digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
        return cls(*bytes.fromhex(digits))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @cached_property
    def luminance(self) -> Decimal:
        """The relative luminance of WCAG 2.2, from 0 for black to 1 for white."""
        light = map(linear, (self.red, self.green, self.blue))
        return sum((a * b for a, b in zip(WEIGHTS, light, strict=True)), Decimal(0))

    @cached_property
    def oklab(self) -> Triple:
        """Lightness from 0 to 1, and the two axes that hold hue and chroma."""
        light = linear(self.red), linear(self.green), linear(self.blue)
        with localcontext(EXACT):
            cones = times(TO_CONES, light)
            first, second, third = (cube_root(cone) for cone in cones)
            return times(TO_OKLAB, (first, second, third))

    def at_lightness(self, lightness: Decimal) -> "Colour":
        """The same hue at this lightness of Oklab, with as much of its chroma as can be shown."""
        _, a, b = self.oklab
        with localcontext(EXACT):
            while True:
                channels = shown((lightness, a, b))
                if channels is not None:
                    return Colour(*channels)
                if abs(a) + abs(b) < Decimal("0.002"):
                    return WHITE if lightness > Decimal("0.5") else BLACK
                a, b = a * GREYER, b * GREYER

    def mixed(self, percent: int, ground: "Colour") -> "Colour":
        """What CSS makes of `color-mix(in srgb, self percent%, ground)`, to the nearest step."""
        pairs = ((self.red, ground.red), (self.green, ground.green), (self.blue, ground.blue))
        channels = (step((a * percent + b * (100 - percent)) / Decimal(100)) for a, b in pairs)
        return Colour(*channels)


WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)


def contrast(one: Colour, other: Colour) -> Decimal:
    """The contrast ratio of two colours, from 1 to 21."""
    dark, light = sorted((one.luminance, other.luminance))
    with localcontext(EXACT):
        return (light + Decimal("0.05")) / (dark + Decimal("0.05"))


@lru_cache(256)
def linear(channel: int) -> Decimal:
    """How much light a channel of sRGB stands for, from 0 to 1."""
    with localcontext(EXACT):
        share = Decimal(channel) / 255
        if share <= Decimal("0.04045"):
            return share / Decimal("12.92")
        return Decimal(((share + Decimal("0.055")) / Decimal("1.055")) ** Decimal("2.4"))


def shown(oklab: Triple) -> tuple[int, int, int] | None:
    """A colour of Oklab in red, green and blue; None where no screen of sRGB can show it."""
    first, second, third = times(FROM_OKLAB, oklab)
    lights = times(FROM_CONES, (first**3, second**3, third**3))
    if any(not Decimal("-0.0005") <= light <= Decimal("1.0005") for light in lights):
        return None
    red, green, blue = map(channel_of, lights)
    return red, green, blue


def channel_of(light: Decimal) -> int:
    """The channel of sRGB that stands for so much light, from 0 to 255."""
    if light <= Decimal("0.0031308"):
        share = light * Decimal("12.92")
    else:
        share = Decimal("1.055") * light ** (1 / Decimal("2.4")) - Decimal("0.055")
    return min(255, max(0, step(share * 255)))


def step(value: Decimal) -> int:
    """The nearest step of a channel."""
    return int(value.to_integral_value(ROUND_HALF_EVEN))


def cube_root(value: Decimal) -> Decimal:
    return value if not value else value ** (1 / Decimal(3))


def times(rows: Matrix, column: Triple) -> Triple:
    """A matrix times a column."""
    first, second, third = (
        sum((a * b for a, b in zip(row, column, strict=True)), Decimal(0)) for row in rows
    )
    return first, second, third


def read_colour(value: object) -> object:
    """A colour as six or three hexadecimal digits after `#`, in small letters and six of them."""
    if value is None:
        message = (
            '{value} is not a colour\nwrite it in quotes, such as "#0b5a63": without them # begins'
            " a comment"
        )
        raise PydanticCustomError("colour", message, short_value(value))
    if not isinstance(value, str) or HEX.match(value) is None:
        plain = isinstance(value, str) and HEX.match(f"#{value}")
        cure = f'write "#{value}"' if plain else 'write # and six hexadecimal digits: "#0b5a63"'
        message = "{value} is not a colour\n{cure}"
        raise PydanticCustomError("colour", message, {**short_value(value), "cure": cure})
    return str(Colour.read(value))
