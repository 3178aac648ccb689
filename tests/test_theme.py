"""The stylesheet: colours and sizes are its tokens, and what is told by colour can be seen."""

import re

import pytest

from theme import PAIR, contrast, mixed, stylesheet, tokens

GROUNDS = ("paper", "card", "sunk", "hover", "accent-soft")
WORDS = ("ink", "soft", "accent", "good", "warn", "bad")
TYPES = tuple(name for name in tokens(stylesheet()) if name.startswith("t-"))
TEXT = [
    *((word, ground) for word in WORDS for ground in GROUNDS),
    *((word, f"{word}-soft") for word in ("good", "warn", "bad")),
    ("soft", "plain-soft"),
    *((kind, ground) for kind in TYPES for ground in ("paper", "card", "hover", "accent-soft")),
]
SHAPES = [
    *((shape, ground) for shape in ("edge", "accent") for ground in GROUNDS),
    *((shape, "track") for shape in ("accent", "ink")),
    *((shape, ground) for shape in ("bad", "warn", "ink") for ground in ("paper", "card", "sunk")),
]
MIXED = (8, 13, 16, 26, 30, 38)  # percent of accent below words: steps of a matrix, bars of a plot

SIZE = re.compile(
    r"(?<![\w-])(font|font-size|(?:padding|margin)(?:-[a-z-]+)?|(?:row-|column-)?gap"
    r"|border(?:-[a-z-]+)?-radius): ([^;{}]*)"
)
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(", re.IGNORECASE)
NAMED = re.compile(
    r"(?:color|fill|stroke|background|border[a-z-]*): (?:[^;{}]* )?(?:white|black|red|grey|gray)\b"
)
LENGTH = re.compile(r"(?<![\w.-])[\d.]+(?:px|r?em|pt|pc|mm|ch|ex|v[wh]|%)")


def rules() -> str:
    """The stylesheet after its tokens, without the edge of paper, which no token can reach."""
    return re.sub(r"margin: 10mm 12mm 15mm;", "", stylesheet().partition("[data-theme=")[2])


@pytest.mark.parametrize("theme", (0, 1), ids=("light", "dark"))
def test_every_text_has_the_contrast_that_wcag_asks_for(theme: int) -> None:
    colour = {name: pair[theme] for name, pair in tokens(stylesheet()).items()}
    weak = {
        (text, ground): round(contrast(colour[text], colour[ground]), 2)
        for text, ground in TEXT
        if contrast(colour[text], colour[ground]) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("theme", (0, 1), ids=("light", "dark"))
def test_every_shape_that_means_something_can_be_told_from_its_ground(theme: int) -> None:
    colour = {name: pair[theme] for name, pair in tokens(stylesheet()).items()}
    weak = {
        (shape, ground): round(contrast(colour[shape], colour[ground]), 2)
        for shape, ground in SHAPES
        if contrast(colour[shape], colour[ground]) < 3
    }
    assert not weak


@pytest.mark.parametrize("theme", (0, 1), ids=("light", "dark"))
def test_words_on_a_step_of_the_accent_can_be_read(theme: int) -> None:
    colour = {name: pair[theme] for name, pair in tokens(stylesheet()).items()}
    grounds = [mixed(share, colour["accent"], colour["card"]) for share in MIXED]
    assert min(contrast(colour["ink"], ground) for ground in grounds) >= 4.5


def test_every_mixed_ground_of_words_is_one_that_is_computed_here() -> None:
    shares = re.findall(r"background: color-mix\(in srgb, var\(--accent\) (\d+)%", rules())
    assert shares
    assert {int(share) for share in shares} <= {*MIXED, 40}  # 40: a finished bar, without words


def test_every_colour_of_light_and_dark_is_a_token() -> None:
    literal = [*COLOUR.findall(rules()), *NAMED.findall(rules())]
    assert literal == []


def test_every_token_is_used() -> None:
    names = re.findall(r"(--[a-z0-9-]+):", stylesheet().partition("[data-theme=")[0])
    assert len(names) > 60
    unused = [name for name in names if f"var({name})" not in stylesheet()]
    assert unused == []


def test_letters_space_and_corners_have_sizes_of_the_scales() -> None:
    declared = SIZE.findall(rules())
    assert len(declared) > 300
    odd = [
        f"{name}: {value}"
        for name, value in declared
        if LENGTH.search(value) and (name, value) != ("font", "100%/1.5 var(--sans)")
    ]
    assert odd == []


def test_no_colour_of_light_goes_without_one_of_dark() -> None:
    head = stylesheet().partition("[data-theme=")[0]
    paired = {name for name, _, _ in PAIR.findall(head)}
    alone = {
        name
        for name, value in re.findall(r"--([a-z-]+): ([^;]+)", head)
        if COLOUR.search(value) and name not in paired
    }
    assert alone == {"shade", "veil", "sheet", "foot-ink"}  # shadows, and paper in a printer


def test_forced_colours_replace_every_colour_of_the_theme() -> None:
    block = stylesheet().partition("@media (forced-colors: active)")[2].partition("}")[0]
    replaced = set(re.findall(r"--([a-z-]+): [A-Z]", block))
    assert replaced == set(tokens(stylesheet()))
