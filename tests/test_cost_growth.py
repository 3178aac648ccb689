"""What a rule, a view and a field cost as a portfolio grows: no more than in proportion to it.

Cost is counted in lines of our own code that run, never timed, so that all machines agree.
Content is made one, two and four times as large. What the second doubling adds may be at most
LIMIT times what the first one added: 2 where cost is in proportion, about 2.2 where it sorts, 4
where everything is held against everything.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from types import FrameType
from typing import Any

import pytest
import yaml

import leanfolio
from cases import Story, stories
from leanfolio.check import RULES
from leanfolio.check.rule import Setting
from leanfolio.disk import files
from leanfolio.figures.facts import Facts
from leanfolio.figures.flow import forecast_simulation
from leanfolio.figures.funding.records import read_records
from leanfolio.model.source import Source
from leanfolio.pipeline import build
from leanfolio.read import read
from leanfolio.read.links import link
from leanfolio.views import trends
from leanfolio.views.built import Built
from leanfolio.views.registry import VIEWS, embeddable_names, view_addresses
from making import SMALL, TODAY, sources

pytestmark = pytest.mark.timed  # it traces, and so does the measure of coverage

LIMIT = 2.5
LEAST = 400  # lines that a doubling adds; what adds fewer hardly grows
OURS = str(Path(leanfolio.__file__).parent)
CONTENT = Path(__file__).parents[1] / "content"

Texts = Mapping[str, str]  # files by their path


@dataclass
class Count:
    lines: int = 0


@contextmanager
def counted() -> Iterator[Count]:
    """Count the lines of the package that run in the block, each turn of a loop anew."""
    count = Count()

    def line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            count.lines += 1
        return line

    def call(frame: FrameType, event: str, _: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(OURS) else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        yield count
    finally:
        sys.settrace(before)


def growth(cost: Callable[[int], int], size: int) -> float:
    """What the second doubling adds, as a multiple of what the first one adds."""
    one, two, four = cost(size), cost(2 * size), cost(4 * size)
    return (four - two) / max(two - one, LEAST)


# Content that grows ----------------------------------------------------------------------------


def grown(texts: Texts, times: int) -> dict[str, str]:
    """The files so many times, each time with other ids; the portfolio's own file once."""
    there = read(source_of(path, text) for path, text in texts.items())
    ids = {item.id for item in there.items if item.TYPE != "portfolio"}
    ids |= {PurePosixPath(path).stem for path in texts if path.count("/")}
    named = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, ids), key=len)[::-1])})\b")
    result = {path: text for path, text in texts.items() if path == "portfolio.md"}
    for number in range(times):
        for path, text in texts.items():
            if path != "portfolio.md":
                folder, _, name = path.rpartition("/")
                renamed = named.sub(rf"\g<0>x{number}", name)
                new = renamed if renamed != name else f"x{number}{name}"
                result[f"{folder}/{new}"] = named.sub(rf"\g<0>x{number}", text)
    return result


def source_of(path: str, text: str) -> Source:
    return Source(PurePosixPath(path), text.encode("utf-8", "replace"))


@cache
def sample() -> Texts:
    content = files.load(CONTENT)
    beside = (*content.sources, *content.records)
    return {str(entry.path): entry.data.decode() for entry in beside}


def parted(texts: Texts) -> tuple[list[Source], list[Source]]:
    """The items and pages, and the records beside them."""
    found = [source_of(path, text) for path, text in texts.items()]
    return (
        [entry for entry in found if entry.path.suffix == ".md"],
        [entry for entry in found if entry.path.suffix != ".md"],
    )


# Rules -----------------------------------------------------------------------------------------


def texts_of(story: Story) -> dict[str, str]:
    beside = {path: text for path, _, text in story.blocks("file")}
    return {
        **{str(entry.path): entry.data.decode("utf-8", "replace") for entry in story.sources},
        **beside,
    }


def cost_of_rule(name: str, story: Story, times: int) -> int:
    """The lines that a rule takes for so many copies of its story; for a rule of reading, all."""
    items, beside = parted(grown(texts_of(story), times))
    rule = RULES[name].check
    if rule is None:
        with counted() as count:
            link(read(items))
            read_records(beside)
        return count.lines
    portfolio, _ = link(read(items))
    earlier = story.earlier()
    records = read_records(beside)
    facts = Facts(portfolio, story.as_of, records)
    setting = Setting(
        story.as_of, RULES, {}, earlier=earlier, records=records, views=embeddable_names(),
        addresses=view_addresses(portfolio), facts=facts,
    )  # fmt: skip
    with counted() as count:
        list(rule(portfolio, setting))
    return count.lines


def telling() -> dict[str, Story]:
    """For each rule the first story in which it reports."""
    found: dict[str, Story] = {}
    for story in stories():
        if not story.passes and any(rule == story.rule for _, _, rule in story.expected):
            found.setdefault(story.rule, story)
    return found


@pytest.mark.acceptance
@pytest.mark.parametrize("name", telling())
def test_a_rule_costs_in_proportion_to_the_portfolio(name: str) -> None:
    story = telling()[name]
    assert growth(lambda times: cost_of_rule(name, story, times), 16) < LIMIT


@pytest.mark.parametrize("name", ["body-link-dead", "link-wrong-type", "ballot-unknown"])
def test_a_rule_with_hints_costs_in_proportion_to_the_portfolio(name: str) -> None:
    story = telling()[name]
    assert growth(lambda times: cost_of_rule(name, story, times), 8) < LIMIT


# Views -----------------------------------------------------------------------------------------


@cache
def sample_built(times: int) -> Built:
    """The sample so many times, with its scenarios once: each compares two whole portfolios."""
    texts = {
        path: text
        for path, text in grown(sample(), times).items()
        if not path.startswith("scenarios/") or path in grown(sample(), 1)
    }
    items, beside = parted(texts)
    return build(items, as_of=TODAY, otherwise=TODAY, records=beside, known=())


def cost_of_view(name: str, times: int) -> int:
    """The lines that a view, its rows and its further pages take, with all figures that it asks."""
    view = next(entry for entry in VIEWS if entry.name == name)
    whole = sample_built(times)
    facts = Facts(whole.portfolio, whole.as_of, whole.records)
    built = Built(whole.portfolio, facts, whole.problems, whole.history)
    with counted() as count:
        value = view.make(built)
        if view.rows and not view.by_name:
            list(view.rows(value))
        if view.more_pages:
            list(view.more_pages(view, built))
    return count.lines


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep small what has a bound of its own, which only a larger sample reaches.

    A forecast begins with five weeks in which something was finished, and trends look back on at
    most six increments: both would pass for growth between two sizes.
    """
    monkeypatch.setattr(forecast_simulation, "MOST_TRIALS", 1)
    monkeypatch.setattr(forecast_simulation, "FEWEST_TRIALS", 1)
    monkeypatch.setattr(trends, "MOST_INCREMENTS", 1)


@pytest.mark.acceptance
@pytest.mark.usefixtures("small_bounds")
@pytest.mark.parametrize("name", [view.name for view in VIEWS])
def test_a_view_costs_in_proportion_to_the_portfolio(name: str) -> None:
    assert growth(lambda times: cost_of_view(name, times), 1) < LIMIT


# Fields ----------------------------------------------------------------------------------------


def lists(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of each list with something in it, as deep as it may lie."""
    if isinstance(value, list) and value:
        yield path
        yield from lists(value[0], (*path, 0))
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from lists(entry, (*path, name))


@cache
def fields_with_lists() -> dict[str, tuple[str, str, tuple[str | int, ...]]]:
    """A file, its text and the path in it, for each field that is written as a list."""
    found: dict[str, tuple[str, str, tuple[str | int, ...]]] = {}
    told = [entry for story in stories() if story.passes for entry in texts_of(story).items()]
    for path, text in [*sample().items(), *told]:
        folder = path.partition("/")[0] if "/" in path else "portfolio"
        front = text.split("---\n")[1] if path.endswith(".md") and text.count("---\n") > 1 else ""
        try:
            head = yaml.safe_load(front)
        except yaml.YAMLError:
            continue
        for where in lists(head):
            name = ".".join([folder, *(str(step) for step in where if isinstance(step, str))])
            found.setdefault(name, (path, text, where))
    return found


def cost_of_field(name: str, size: int) -> int:
    """The lines that reading, linking and checking take with so many entries in a list."""
    path, text, where = fields_with_lists()[name]
    head = yaml.safe_load(text.split("---\n")[1])
    inner = head
    for step in where[:-1]:
        inner = inner[step]
    many = inner[where[-1]]
    inner[where[-1]] = [many[number % len(many)] for number in range(size)]
    front = yaml.safe_dump(head, allow_unicode=True, sort_keys=False)
    changed = source_of(path, f"---\n{front}---\nProse.\n")
    others = [entry for entry in sources(SMALL) if entry.path != changed.path]
    with counted() as count:
        build([changed, *others], as_of=TODAY, otherwise=TODAY)
    return count.lines


@pytest.mark.acceptance
@pytest.mark.parametrize("name", fields_with_lists())
def test_a_list_of_a_field_costs_in_proportion_to_its_entries(name: str) -> None:
    assert growth(lambda size: cost_of_field(name, size), 40) < LIMIT


def test_the_fields_of_every_type_are_there() -> None:
    folders = {name.partition(".")[0] for name in fields_with_lists()}
    assert folders >= {"portfolio", "objectives", "epics", "value-streams", "increments"}
    assert len(fields_with_lists()) > 40


# A part of a portfolio -------------------------------------------------------------------------


def chain(size: int) -> list[Source]:
    """So many epics, each of which needs the one before."""
    return [
        *sources(SMALL),
        *(
            source_of(
                f"epics/EP-{number}.md",
                f"---\ntitle: Epic {number}\nowner: A\nstate: funnel\nvalue_stream: VS-1\n"
                f"key_results: [KR-1]\njob_size: 3\nbusiness_value: 5\n"
                f"depends_on: [EP-{number - 1}]\n---\nProse.\n",
            )
            for number in range(2, size + 2)
        ),
    ]


def links_of_a_wrong_type(size: int) -> list[Source]:
    return [
        *sources(SMALL),
        *(
            source_of(
                f"epics/EP-{number}.md",
                f"---\ntitle: Epic {number}\nstate: funnel\nvalue_stream: VS-1\n"
                "key_results: [VS-1]\n---\nProse.\n",
            )
            for number in range(2, size + 2)
        ),
    ]


def budgets(size: int) -> list[Source]:
    lines = "".join(
        f"  - {{period: {1900 + number // 12}-{1 + number % 12:02}, target: 1, approved: 1}}\n"
        for number in range(size)
    )
    stream = source_of(
        "value-streams/VS-1.md", f"---\ntitle: Stream\nowner: A\nbudgets:\n{lines}---\nProse.\n"
    )
    return [stream, *(entry for entry in sources(SMALL) if entry.path != stream.path)]


@pytest.mark.parametrize("made", [chain, links_of_a_wrong_type, budgets])
def test_a_check_costs_in_proportion_to(made: Callable[[int], list[Source]]) -> None:
    def cost(size: int) -> int:
        found = made(size)
        with counted() as count:
            build(found, as_of=TODAY, otherwise=TODAY)
        return count.lines

    assert growth(cost, 50) < LIMIT
