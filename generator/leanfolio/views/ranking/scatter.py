"""Cost of delay over size, as a drawing: every dot, tick and label placed, none over another."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import ceil

from msgspec import Struct

from leanfolio.figures.ranking.cut import Cut
from leanfolio.figures.ranking.wsjf import Form, Score
from leanfolio.views.axis import round_step
from leanfolio.views.ranking.figures import RankingFigures
from leanfolio.views.ranking.words import readable_number
from leanfolio.views.ref import url_of
from leanfolio.wording import Message, Rounded, Series, joined, message, plural

WIDTH, HEIGHT = 640, 430
LEFT, RIGHT, TOP, BOTTOM = 56, 624, 36, 376
RADIUS, SPACE = 6, 13  # of a dot, and between the middles of two
DRAWN = 36  # dots at most, the first of the ranking
LETTER, LINE = 8, 14  # width of a letter at most, height of a line
ASIDE = sorted(  # where a dot steps aside to, in spaces: the nearest first, and across before up
    ((x, y) for x in range(-3, 4) for y in range(-3, 4)),
    key=lambda step: (step[0] ** 2 + step[1] ** 2, abs(step[1]), step),
)
NEAR = ((10, 4, "start"), (-10, 4, "end"), (0, -10, "middle"), (0, 19, "middle"),
        (8, -7, "start"), (-8, -7, "end"), (8, 15, "start"), (-8, 15, "end"))  # fmt: skip
FAR = ((26, -16, "start"), (-26, -16, "end"), (26, 28, "start"), (-26, 28, "end"),
       (0, -30, "middle"), (0, 42, "middle"), (44, -34, "start"), (-44, -34, "end"),
       (44, 44, "start"), (-44, 44, "end"))  # fmt: skip
ALONG = tuple(Fraction(100 - 6 * step, 100) for step in range(12))  # where a line may bear its name
AXES: dict[Form, tuple[Message, Message]] = {
    "relative": (message("job size"), message("cost of delay")),
    "money": (message("duration in weeks"), message("cost of delay per week")),
    "value-urgency": (message("job size"), message("business value × time criticality")),
}
Box = tuple[int, int, int, int]  # left, top, right, bottom


class Guide(Struct, frozen=True):
    """A line along which all scores are equal."""

    x1: int
    y1: int
    x2: int
    y2: int
    text: Message
    text_x: int
    text_y: int


class Point(Struct, frozen=True):
    """One item. Its label is empty where there was no room; it is in the table all the same."""

    url: str
    about: Message
    id: str
    x: int
    y: int
    r: int
    below: bool
    label_x: int
    label_y: int
    anchor: str
    leader: bool

    @property
    def leader_y(self) -> int:
        """The height at which the line to the dot meets the label: the middle of its letters."""
        return self.label_y - 4


class Plot(Struct, frozen=True):
    """The whole drawing, in the units of its own box."""

    label: Message
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    x_name: Message
    y_name: Message
    x_ticks: tuple[tuple[int, str], ...]
    y_ticks: tuple[tuple[int, str], ...]
    guides: tuple[Guide, ...]
    points: tuple[Point, ...]
    note: Series  # what the drawing leaves out or moved; empty for nothing


class Axis(Struct, frozen=True):
    """From a figure to its place in the drawing."""

    most: Fraction
    start: int
    end: int

    def at(self, value: Fraction) -> int:
        exact = self.start + (self.end - self.start) * value / self.most
        return (exact + Fraction(1, 2)).__floor__()


class Plane(Struct, frozen=True):
    """Both axes."""

    across: Axis
    up: Axis

    def at(self, size: Fraction, cost: Fraction) -> tuple[int, int]:
        return self.across.at(size), self.up.at(cost)


def scatter(result: RankingFigures) -> Plot | None:
    """None where nothing is ranked."""
    scores = result.order.scores[:DRAWN]
    if not scores:
        return None
    x_step, x_most = ticks(max(score.size for score in scores))
    y_step, y_most = ticks(max(score.cost_of_delay for score in scores))
    plane = Plane(Axis(x_most, LEFT, RIGHT), Axis(y_most, BOTTOM, TOP))
    dots = set_aside(scores, plane)
    pairs = enumerate(zip(scores, dots, strict=True))
    drawn = [(index, score, dot) for index, (score, dot) in pairs if dot]
    moved = any(dot != plane.at(score.size, score.cost_of_delay) for _, score, dot in drawn)
    taken = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for _, _, (x, y) in drawn]
    guides = tuple(equal_lines(scores, plane, taken))
    x_name, y_name = AXES[result.order.form]
    return Plot(
        label=message("{y} over {x}, with lines of equal score", y=y_name, x=x_name),
        width=WIDTH, height=HEIGHT, left=LEFT, right=RIGHT, top=TOP, bottom=BOTTOM,
        x_name=x_name, y_name=y_name,
        x_ticks=tuple((plane.across.at(mark), short(mark)) for mark in marks(x_step, x_most)),
        y_ticks=tuple((plane.up.at(mark), short(mark)) for mark in marks(y_step, y_most)),
        guides=guides,
        points=tuple(
            point(score, index, dot, result.line, label(score.item.id, *dot, taken))
            for index, score, dot in drawn
        ),
        note=note(len(result.order.scores), len(drawn), moved),
    )  # fmt: skip


def note(items: int, drawn: int, moved: bool) -> Series:
    """How to read the drawing, and what it does not show as it is."""
    sentences = [
        message("Along a dotted line all scores are equal: the steeper, the sooner."),
        message("The table above holds the same numbers."),
    ]
    if drawn < items:
        sentences.append(
            plural(
                "{n} of {whole} is drawn, the first before the others.",
                "{n} of {whole} are drawn, the first before the others.",
                drawn, whole=items,
            )
        )  # fmt: skip
    if moved:
        sentences.append(message("Dots that would cover one another stand side by side."))
    return joined(sentences, " ")


def ticks(most: Fraction) -> tuple[Fraction, Fraction]:
    """A step of 1, 2 or 5 times a power of ten that makes four to nine, and the end of the axis."""
    if not most:
        return Fraction(1), Fraction(1)
    step = round_step(most)
    return step, step * ceil(most / step)


def marks(step: Fraction, most: Fraction) -> Iterator[Fraction]:
    for number in range(int(most / step) + 1):
        yield step * number


def short(value: Fraction) -> str:
    """A tick's number, short: 20k, 1.5M."""
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**4, "k")):
        if value >= size:
            unit = 1000 if letter == "k" else size
            return f"{readable_number(value / unit)}{letter}"
    return f"{readable_number(value):f}"


def equal_lines(scores: Sequence[Score], plane: Plane, taken: list[Box]) -> Iterator[Guide]:
    """Up to four lines of equal score at round numbers, each labelled where there is room."""
    for value in round_between(scores[-1].value, scores[0].value):
        end = min(plane.across.most, plane.up.most / value)
        text = message("score {score}", score=readable_number(value))
        x2, y2 = plane.at(end, end * value)
        for share in ALONG:
            x, y = plane.at(end * share, end * value * share)
            box = box_of(str(text), x - 6, y - 4, "end")
            if free(box, taken):
                taken.append(box)
                yield Guide(LEFT, BOTTOM, x2, y2, text, x - 6, y - 4)
                break


def round_between(least: Fraction, most: Fraction) -> list[Fraction]:
    """Round numbers between two scores, at most four, spread evenly."""
    rounds = [
        Fraction(factor) * Fraction(10) ** power
        for power in range(-6, 13)
        for factor in (1, 2, 3, 5)
    ]
    inside = [value for value in rounds if least <= value <= most]
    if not inside:
        return [value for value in rounds if value <= most][-1:]
    every = -(-len(inside) // 4)
    return inside[::-1][::every][::-1]


def set_aside(scores: Sequence[Score], plane: Plane) -> list[tuple[int, int] | None]:
    """Offset each dot so that none overlaps an earlier one; None if there is no room."""
    dots: list[tuple[int, int] | None] = []
    for score in scores:
        others = [dot for dot in dots if dot]
        dots.append(beside(plane.at(score.size, score.cost_of_delay), others))
    return dots


def beside(true: tuple[int, int], others: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The nearest free place."""
    for right, down in ASIDE:
        x, y = true[0] + right * SPACE, true[1] + down * SPACE
        alone = all((x - a) ** 2 + (y - b) ** 2 >= SPACE**2 for a, b in others)
        if alone and LEFT <= x <= RIGHT and TOP <= y <= BOTTOM:
            return x, y
    return None


def box_of(text: str, x: int, y: int, anchor: str) -> Box:
    """The room that a text takes, its line standing at y."""
    width = len(text) * LETTER
    left = {"start": x, "middle": x - width // 2, "end": x - width}[anchor]
    return left, y - LINE + 3, left + width, y + 3


def label(text: str, x: int, y: int, taken: list[Box]) -> tuple[int, int, str, bool] | None:
    """A free place for a label, which is then taken: beside its dot, else on a leader."""
    for places, leader in ((NEAR, False), (FAR, True)):
        for right, down, anchor in places:
            box = box_of(text, x + right, y + down, anchor)
            if free(box, taken):
                taken.append(box)
                return x + right, y + down, anchor, leader
    return None


def free(box: Box, taken: Iterable[Box]) -> bool:
    """Whether it lies within the drawing, and on nothing else."""
    inside = box[0] >= LEFT + 2 and box[2] <= WIDTH and box[1] >= TOP - LINE and box[3] <= BOTTOM
    return inside and not any(overlap(box, other) for other in taken)


def overlap(one: Box, two: Box) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def point(
    score: Score,
    index: int,
    dot: tuple[int, int],
    line: Cut | None,
    named: tuple[int, int, str, bool] | None,
) -> Point:
    """One item at its dot, with its label where one was placed."""
    item = score.item
    below = line is not None and line.above(index) is False
    label_x, label_y, anchor, leader = named or (*dot, "start", False)
    return Point(
        url=url_of(item),
        about=about(score, index + 1, below=below),
        id=item.id if named else "",
        x=dot[0], y=dot[1], r=RADIUS, below=below,
        label_x=label_x, label_y=label_y, anchor=anchor, leader=leader,
    )  # fmt: skip


def about(score: Score, rank: int, *, below: bool) -> Message:
    """What a dot stands for, as it is read out."""
    item, value = score.item, Rounded(score.value)
    if below:
        return message(
            "{id} {title}, rank {rank}, score {score}, below the cut line",
            id=item.id, title=item.title, rank=rank, score=value,
        )  # fmt: skip
    return message(
        "{id} {title}, rank {rank}, score {score}",
        id=item.id, title=item.title, rank=rank, score=value,
    )  # fmt: skip
