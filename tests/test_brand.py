"""The brand of a portfolio: its accent on every ground, its logo, and the icon of its tab."""

import struct
import zlib
from decimal import Decimal
from functools import partial
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.check.svg import svg_fault
from leanfolio.figures.accent import DARK, LIGHT, accent_of
from leanfolio.figures.funding.records import read_records
from leanfolio.model.colour import Colour
from leanfolio.model.colour import contrast as our_contrast
from leanfolio.model.source import Source
from leanfolio.output.html.brand import (
    ICON,
    ICON_PICTURE,
    STYLE,
    accent_style,
    brand_files,
    brand_frame,
    icon_png,
)
from leanfolio.output.html.settings import SiteSettings
from leanfolio.pipeline import build
from leanfolio.views.built import Built
from making import TODAY, source
from theme import contrast, mixed, rgb, stylesheet, tokens

GROUNDS = ("paper", "card", "sunk", "hover")
COLOURS = st.builds(Colour, *[st.integers(0, 255)] * 3)
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">{}</svg>'


def branded(brand: str, logo: str | None = None) -> Built:
    """A portfolio with this brand, and with a logo in brand/logo.svg."""
    files = [source("portfolio.md", f"type: portfolio\ntitle: Any\nbrand: {brand}")]
    logos = [Source(PurePosixPath("brand/logo.svg"), logo.encode())] if logo else []
    return build(files, as_of=TODAY, otherwise=TODAY, records=logos)


SETTINGS = SiteSettings("Any")


@given(COLOURS)
def test_whatever_the_accent_what_pages_use_can_be_read(written: Colour) -> None:
    accent = accent_of(str(written))
    theme = tokens(stylesheet())
    used = tokens(accent_style(str(written)))
    for scheme in (0, 1):
        colour = {name: pair[scheme] for name, pair in (theme | used).items()}
        words = [contrast(colour["accent"], colour[ground]) for ground in GROUNDS]
        on_soft = [
            contrast(colour[word], colour["accent-soft"])
            for word in ("accent", "ink", "soft", "good", "warn", "bad")
        ]
        assert min(words + on_soft) >= 4.5
        assert contrast(colour["accent"], colour["track"]) >= 3
        strongest = mixed(38, colour["accent"], colour["card"])
        assert contrast(colour["ink"], strongest) >= 4.45  # mixed exactly, not to a step
    assert accent.light == written or not LIGHT.bears(written)
    assert accent.dark == written or not DARK.bears(written)


def test_the_accent_is_held_against_the_colours_of_the_theme() -> None:
    theme = tokens(stylesheet())
    for index, scheme in enumerate((LIGHT, DARK)):
        ours = [*scheme.grounds, scheme.track, *scheme.words]
        names = (*GROUNDS, "track", "ink", "soft", "good", "warn", "bad")
        assert [rgb(str(each)) for each in ours] == [theme[name][index] for name in names]


@given(COLOURS, COLOURS)
def test_contrast_is_that_of_wcag(one: Colour, other: Colour) -> None:
    expected = contrast(rgb(str(one)), rgb(str(other)))
    assert abs(float(our_contrast(one, other)) - expected) < 1e-9


def test_no_nearer_lightness_of_the_hue_passes() -> None:
    yellow = Colour.read("#ffcc00")
    near = accent_of("#ffcc00").light
    lightness = near.oklab[0] + Decimal("0.01")
    assert not LIGHT.bears(yellow.at_lightness(lightness))
    assert str(near) == "#826700"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("tomato", "write # and six hexadecimal digits"),
        ('"#12"', "write # and six hexadecimal digits"),
        ("0b5a63", 'write "#0b5a63"'),
        ("", "in quotes"),
        ("[1]", "write # and six hexadecimal digits"),
    ],
)
def test_an_accent_that_is_no_colour_is_a_problem(written: str, said: str) -> None:
    (problem,) = branded(f"{{accent: {written}}}" if written else "\n  accent: #0b5a63").errors
    assert "is not a colour" in problem.message
    assert said in problem.hint


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<script>alert(1)</script>", "has <script>"),
        ('<g onload="alert(1)"/>', "has onload, which runs a script"),
        ('<g ONCLICK="alert(1)"/>', "has ONCLICK"),
        ("<foreignObject/>", "has <foreignObject>"),
        ('<h:p xmlns:h="http://www.w3.org/1999/xhtml"/>', "has <p>"),
        ('<use href="https://evil.example/x.svg#a"/>', "leads to https://evil.example/x.svg#a"),
        ('<x:use xmlns:x="http://www.w3.org/2000/svg" href="data:,"/>', "leads to data:,"),
        ('<image href="a.png"/>', "has <image>"),
        ('<a href="javascript:alert(1)"/>', "has <a>"),
        ("<animate attributeName='href'/>", "has <animate>"),
        ('<path style="fill:url(https://evil.example)"/>', "has style that leads outside"),
        ("<path fill=\"url(  '//evil.example')\"/>", "has fill that leads outside"),
        ("<style>@import 'https://evil.example'</style>", "has a style that leads outside"),
        ("<style>a{b:url<!-- -->(x)}</style>", "has a style that leads outside"),
        ("<style>@\\69mport 'x'</style>", "has a style that leads outside"),
        ("<?xml-stylesheet href='x'?>", "has an instruction <?xml-stylesheet>"),
        ("<g>", "is no XML"),
        ('<path fill="url(#a)" d="M0 0"/><title>A</title>', None),
    ],
)
def test_a_logo_that_does_more_than_draw_is_refused(inside: str, said: str | None) -> None:
    fault = svg_fault(DRAWING.format(inside).encode())
    assert (said is None) == (fault is None)
    assert said is None or (fault is not None and said in fault.what)


def test_entities_and_other_documents_are_no_logo() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + DRAWING.format("&b;")
    assert svg_fault(bomb.encode()) is not None
    assert svg_fault(b"<html/>") is not None
    assert svg_fault("\ufeff".encode("utf-16")) is not None
    plain = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">' + DRAWING.format("")
    assert svg_fault(plain.encode()) is None


def test_a_refused_logo_is_published_nowhere_even_if_the_rule_is_off() -> None:
    built = branded("{logo: brand/logo.svg}", DRAWING.format("<script/>"))
    assert [each.rule for each in built.errors] == ["logo-refused"]
    assert brand_frame(built, SETTINGS).logo is None
    assert brand_files(built, SETTINGS).keys() == {ICON, ICON_PICTURE}


def test_a_logo_is_published_and_is_the_icon_of_the_tab() -> None:
    drawing = DRAWING.format('<path d="M0 0h8"/>')
    built = branded("{name: Any, logo: brand/logo.svg}", drawing)
    frame = brand_frame(built, SETTINGS)
    assert (frame.logo, frame.icon, frame.icon_type) == (
        "brand/logo.svg", "brand/logo.svg", "image/svg+xml",
    )  # fmt: skip
    assert brand_files(built, SETTINGS)["brand/logo.svg"] == drawing.encode()
    picture = branded("{logo: brand/logo.png}")
    shown = SiteSettings("Any", assets=frozenset(["brand/logo.png"]))
    assert brand_frame(picture, shown).shared_picture == "brand/logo.png"
    assert brand_frame(picture, SETTINGS).logo is None  # nobody published it


def test_only_an_accent_of_its_own_has_a_style() -> None:
    assert STYLE not in brand_files(branded("{name: Any}"), SETTINGS)
    assert STYLE in brand_files(branded('{accent: "#0b5a63"}'), SETTINGS)


def test_the_icon_is_a_png_of_the_accent() -> None:
    data = icon_png(Colour.read("#826700"))
    parts, at = {}, 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            kind + body
        )
        parts[kind] = body
        at += 12 + length
    wide, high = struct.unpack(">II", parts[b"IHDR"][:8])
    rows = zlib.decompress(parts[b"IDAT"])
    assert len(rows) == high * (1 + wide // 2)
    assert rows[1] == 0  # the corner is clear
    middle = rows[(high // 2) * (1 + wide // 2) + 1 + wide // 4]
    assert parts[b"PLTE"][3 * (middle >> 4) :][:3] == b"\xff\xff\xff"


def test_records_keep_a_logo_as_it_is() -> None:
    logo = Source(PurePosixPath("brand/logo.svg"), b"\xff not text")
    assert read_records([logo]).logos == (logo,)
    assert not read_records([logo]).problems


def test_a_site_names_its_address_to_who_shares_it() -> None:
    from leanfolio.output.html.graphviz_engine import EmbeddedGraphviz
    from leanfolio.output.html.site import Site

    built = branded('{name: "A \\"b\\" <c>", accent: "#0b5a63"}')
    at = partial(Site, built, engine=EmbeddedGraphviz(None))
    site = at(settings=SiteSettings("A <c>", site_url="https://a.example/p/"))
    page = site.html(next(slot for slot in site.slots if slot.url == "index.html"))
    site.close()
    assert '<link rel="canonical" href="https://a.example/p/index.html">' in page
    assert '<meta property="og:image" content="https://a.example/p/icon.png">' in page
    assert '<meta property="og:site_name" content="A &lt;c&gt;">' in page
    assert '<link rel="stylesheet" href="brand.css">' in page
    alone = at(settings=SiteSettings("A"))
    text = alone.html(next(slot for slot in alone.slots if slot.url == "index.html"))
    alone.close()
    assert "canonical" not in text
    assert "og:" not in text
    assert 'href="icon.svg" type="image/svg+xml"' in text
