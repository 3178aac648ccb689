"""A graph as SVG text for any page: every item a box with its words, its looks left to the theme.

All text is escaped, all ids are ours, and nothing is styled here but by class. The theme may choose
colours, fonts and strokes, but not larger or bolder letters: the lines are broken for these sizes.
"""

import re
import unicodedata
from functools import lru_cache
from math import hypot

from markupsafe import escape

from leanfolio.output.html.layout import BOX, Curve, Layout, Point
from leanfolio.views.graph import Edge, Graph, Node
from leanfolio.wording import isolated

WIDE, HIGH = BOX
PAD = 9  # between a box's side and its text
ROOM = WIDE - 2 * PAD
KIND, NAME = 11, 13  # sizes of type, in CSS pixels: what an item is, and what it is called
BASELINES = {1: (39,), 2: (33, 48)}  # of a title, by its number of lines
HEAD, HEAD_HALF = 8.0, 3.5  # an arrow head: how long, and half as wide
ELLIPSIS = "…"


def draw(graph: Graph, layout: Layout, *, ident: str) -> str:
    """The graph as one `<svg>`; every id in it starts with `ident`, an item's is `{ident}_{id}`.

    The page adds a legend of the kinds of lines, the same links as a table, and `graph.folded`,
    which the drawing itself says to screen readers only.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", ident):
        raise ValueError(f"an id cannot start with {ident!r}")
    lines = (_line(*pair) for pair in zip(graph.edges, layout.paths, strict=True))
    boxes = (_box(*pair, ident) for pair in zip(graph.nodes, layout.centres, strict=True))
    return "".join(
        (
            _opening(graph, layout, ident),
            '<g class="edges" aria-hidden="true">',
            *lines,
            '</g><g class="nodes">',
            *(boxes if graph.nodes else (_NOTHING,)),
            "</g></svg>",
        )
    )


_NOTHING = f'<text class="name" x="{PAD}" y="{BASELINES[1][0]}">Nothing is linked here.</text>'


def _opening(graph: Graph, layout: Layout, ident: str) -> str:
    width = _brief(f"{max(layout.width, WIDE):.1f}")
    height = _brief(f"{max(layout.height, HIGH):.1f}")
    folded = f' aria-describedby="{ident}-folded"' if graph.folded else ""
    start = (
        f'<svg class="graph" role="graphics-document" aria-labelledby="{ident}-title"{folded}'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' direction="ltr"><title id="{ident}-title">{_escaped(str(graph.title))}</title>'
    )
    if not graph.folded:
        return start
    return f'{start}<desc id="{ident}-folded">{_escaped(" ".join(map(str, graph.folded)))}</desc>'


# Lines


def _line(edge: Edge, path: Curve) -> str:
    """A line that stops at the foot of its arrow head, and the head, whose tip is at the box."""
    shaft = _shortened(path)
    numbers = [number for point in shaft for number in point]
    curves = "C{:.1f},{:.1f} {:.1f},{:.1f} {:.1f},{:.1f}" * (len(shaft) // 3)
    drawn = _brief(("M{:.1f},{:.1f}" + curves).format(*numbers))
    return (
        f'<path class="edge kind-{edge.kind}" d="{drawn}"/>'
        f'<path class="head kind-{edge.kind}" d="{_head(shaft[-1], path[-1])}"/>'
    )


def _shortened(path: Curve) -> Curve:
    """The path without its last few pixels, split off the last curve as de Casteljau would."""
    a, b, c, d = path[-4:]
    reach = 3 * hypot(d[0] - c[0], d[1] - c[1]) or hypot(d[0] - a[0], d[1] - a[1]) or HEAD
    at = max(1 - HEAD / reach, 0.3)
    ab, bc, cd = _between(a, b, at), _between(b, c, at), _between(c, d, at)
    abc, bcd = _between(ab, bc, at), _between(bc, cd, at)
    return (*path[:-3], ab, abc, _between(abc, bcd, at))


def _between(a: Point, b: Point, at: float) -> Point:
    return a[0] + (b[0] - a[0]) * at, a[1] + (b[1] - a[1]) * at


def _head(foot: Point, tip: Point) -> str:
    long = hypot(tip[0] - foot[0], tip[1] - foot[1]) or 1.0
    aside = (foot[1] - tip[1]) / long * HEAD_HALF, (tip[0] - foot[0]) / long * HEAD_HALF
    one, other = (foot[0] + aside[0], foot[1] + aside[1]), (foot[0] - aside[0], foot[1] - aside[1])
    return _brief("M{:.1f},{:.1f}L{:.1f},{:.1f} {:.1f},{:.1f}Z".format(*tip, *one, *other))


def _brief(numbers: str) -> str:
    """Without the `.0` of whole numbers; all have one decimal, so it stands nowhere else."""
    return numbers.replace(".0", "")


# Boxes


def _box(node: Node, centre: Point, ident: str) -> str:
    anchor, classes, inside = _worded(node)
    corner = _brief(f"{centre[0] - WIDE / 2:.1f},{centre[1] - HIGH / 2:.1f}")
    return (
        f'<g id="{ident}_{anchor}" class="{classes}" transform="translate({corner})">{inside}</g>'
    )


@lru_cache(maxsize=16_384)  # an item stands in the drawings of all its neighbours
def _worded(node: Node) -> tuple[str, str, str]:
    """What a box says wherever it stands: its anchor, its classes, and what is inside."""
    classes = f"node type-{_anchor(node.type)}{' here' if node.here else ''}"
    what = _plain(f"{node.word} {node.id}")
    name, note = _plain(node.title), _plain(node.note)
    full = f"{what}: {isolated(name)}{f' ({note})' if note else ''}"
    facts = "\n".join(map(_escaped, map(str, node.facts)))
    inside = (
        f"<title>{escape(full)}</title>{f'<desc>{facts}</desc>' if facts else ''}"
        f'<rect width="{WIDE}" height="{HIGH}" rx="6"/>'
        f"{_first_line(what, note)}{_name(name)}"
    )
    if node.url and _is_safe(node.url):
        current = ' aria-current="true"' if node.here else ""
        inside = f'<a href="{escape(node.url)}"{current}>{inside}</a>'
    return _anchor(node.id), classes, inside


def _first_line(what: str, note: str) -> str:
    """The item's type and id, and at the other end its state, as far as there is room."""
    what = _cut(what, ROOM / KIND)
    left = ROOM / KIND - _width(what) - 0.5
    note = _cut(note, left) if left > 2 else ""
    kind = f'<text class="kind" x="{PAD}" y="17">{escape(what)}</text>'
    if not note:
        return kind
    return (
        f'{kind}<text class="note" x="{WIDE - PAD}" y="17" text-anchor="end">{escape(note)}</text>'
    )


def _name(name: str) -> str:
    """The title on one line or two, from the right where it is written so."""
    side = f'x="{WIDE - PAD}" direction="rtl"' if _is_from_right(name) else f'x="{PAD}"'
    lines = _two_lines(name, ROOM / NAME)
    return "".join(
        f'<text class="name" {side} y="{y}">{escape(line)}</text>'
        for line, y in zip(lines, BASELINES[len(lines)], strict=True)
    )


def _anchor(text: str) -> str:
    """Any id as part of an id of ours; no two become one."""
    return re.sub(r"[^A-Za-z0-9.-]", lambda result: f"_{ord(result[0]):x}_", text)


def _is_safe(url: str) -> bool:
    """Whether a link stays on the site, or goes to https: anything else is drawn without a link."""
    if re.search(r"[\s\\]|^//", url) or _NOT_DRAWN.search(url):
        return False
    return url.startswith("https://") or ":" not in re.split("[/?#]", url, maxsplit=1)[0]


# Text

_NOT_DRAWN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"  # not allowed in XML
    "|[\u202a-\u202e\u2066-\u2069]"  # would turn the words around them
)


def _plain(text: str) -> str:
    """Text on one line, without what SVG cannot hold, or what turns the words around it."""
    return " ".join(_NOT_DRAWN.sub("", text).split())


def _escaped(text: str) -> str:
    return escape(_plain(text))


def _is_from_right(text: str) -> bool:
    """Whether the first letter that has a direction is one of a right-to-left script."""
    directions = map(unicodedata.bidirectional, text)
    return next((d for d in directions if d in {"L", "R", "AL"}), "L") != "L"


def _two_lines(text: str, room: float) -> tuple[str, ...]:
    """Text on as many as two lines, broken between words if possible; the rest is cut off."""
    fits = _fitting(text, room)
    if fits == len(text):
        return (text,)
    space = text.rfind(" ", 0, fits + 1)
    end = space if space > 0 else fits
    return text[:end], _cut(text[end:].lstrip(), room)


def _cut(text: str, room: float) -> str:
    if _width(text) <= room:
        return text
    return text[: _fitting(text, room - _width(ELLIPSIS))].rstrip() + ELLIPSIS


def _fitting(text: str, room: float) -> int:
    """How many characters fit, never half of what readers see as one."""
    count = 0
    while count < len(text) and (room := room - _em(text[count])) >= 0:
        count += 1
    while 0 < count < len(text) and (_em(text[count]) == 0 or text[count - 1] == "\u200d"):
        count -= 1
    return count


def _width(text: str) -> float:
    """About how wide text is, in ems of a broad typeface: what fits here fits in most."""
    return sum(map(_em, text))


_EMS = (
    (" ijlI.,:;|!'", 0.3),
    ('frt()[]{}/\\-"*`', 0.4),
    ("ckssvxyzJ", 0.54),
    ("mwMWOQ@%", 0.9),
)


@lru_cache(maxsize=4_096)
def _em(character: str) -> float:
    for characters, em in _EMS:
        if character in characters:
            return em
    if unicodedata.category(character) in {"Mn", "Me", "Cf"} or character in _SKIN:
        return 0.0
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 1.25 if ord(character) > 0x1F000 else 1.0  # emoji are wider than ideographs
    return 0.69 if character.isupper() else 0.6


_SKIN = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"  # changes the emoji before it
