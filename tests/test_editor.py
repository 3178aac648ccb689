"""What an editor asks while somebody types: the same problems as `check`, and help that fits."""

import random
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cases import Story, stories
from leanfolio.check import RULES, Setting, run_rules
from leanfolio.check.local_rules import ITEM_BY_ITEM
from leanfolio.disk import files
from leanfolio.editor import new_item
from leanfolio.editor.completion import complete
from leanfolio.editor.cursor import cursor_at
from leanfolio.editor.fixes import Draft, field_order
from leanfolio.editor.hover import definition, hover_text_for, references
from leanfolio.editor.rename import Refused, rename
from leanfolio.editor.text import Edit, Lines, on_line, scalar
from leanfolio.editor.workspace import Workspace
from leanfolio.model import TYPES, Span
from leanfolio.model import Story as StoryItem
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Content, Source
from leanfolio.pipeline import build
from leanfolio.problem import Problem
from leanfolio.read import read
from leanfolio.read.links import link
from leanfolio.read.yaml import parse, split
from making import source

TODAY = date(2026, 10, 15)
STORIES = stories()


def a_desk(**files: str) -> Workspace:
    """A workspace with a small portfolio; a keyword such as epics__EP_1 adds or replaces a file."""
    texts = {
        "portfolio.md": "---\ntype: portfolio\ntitle: A portfolio\n---\nx\n",
        "objectives/OBJ-1.md": "---\ntitle: O\nkey_results: [{id: KR-1, title: K}]\n---\nx\n",
        "value-streams/VS-1.md": "---\ntitle: Parcels\n---\nx\n",
        "epics/EP-1.md": (
            "---\ntitle: Paper\nstate: funnel\nvalue_stream: VS-1\nkey_results: {KR-1: 70}\n---\n"
            "See [[VS-1|stream]] and [it](../value-streams/VS-1.md#x).\n"
        ),
    }
    for name, text in files.items():
        texts[name.replace("__", "/").replace("_", "-") + ".md"] = text
    return Workspace.from_sources(sources(texts), None, TODAY)


def sources(texts: dict[str, str]) -> list[Source]:
    return [Source(PurePosixPath(path), text.encode()) for path, text in texts.items()]


def at(text: str) -> tuple[str, int, int]:
    """A text without its `|`, and the line and column where that stood."""
    plain = text.replace("|", "", 1)
    return (plain, *Lines(plain).position(text.index("|")))


# The workspace ------------------------------------------------------------------------------------


def said_at_once(workspace: Workspace) -> list[Problem]:
    """What `build` says of the files on the workspace, all read anew."""
    built = build(
        [document.source for document in workspace.documents.values()],
        as_of=workspace.as_of,
        otherwise=workspace.otherwise,
        assets=workspace.assets,
        refused=workspace.refused,
        records=workspace.beside,
    )
    return list(built.problems)


def fully(problems: Iterable[Problem]) -> list[tuple[object, ...]]:
    """All that problems say; two that differ in what they underline count as equal otherwise."""
    return [
        (problem, problem.at.length, [other.at.length for other in problem.related])
        for problem in problems
    ]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.rule}: {story.title}")
def test_the_desk_says_what_check_says_however_files_came_onto_it(story: Story) -> None:
    there = story.sources
    random.Random(story.title).shuffle(there)
    kept = [block for block in story.blocks("file") if block[0].endswith((".csv", ".yml", ".yaml"))]
    records = tuple(Source(PurePosixPath(path), text.encode()) for path, _, text in kept)
    workspace = Workspace(story.as_of, story.as_of)
    workspace.furnish({}, (), records)
    for each in there:  # first as it may be half-way
        workspace.put(Source(each.path, each.data[: len(each.data) // 2]))
    workspace.snapshot()
    for each in there:
        workspace.put(Source(each.path, each.data + b"\nmore\n"))
        workspace.snapshot()
        workspace.put(each)
    assert fully(workspace.snapshot().problems) == fully(said_at_once(workspace))


ROOMY = {
    "portfolio.md": """
        type: portfolio
        title: A portfolio
        as_of: 2026-10-15
        states:
          - {name: funnel, category: new}
          - {name: ready, category: waiting}
          - {name: doing, category: active, limit: 1}
          - {name: done, category: done}
        rules: {orphan: error, title-duplicate: "off"}
        """,
    "themes/TH-1.md": "title: Near\nowner: A",
    "objectives/OBJ-1.md": """
        title: Loved
        themes: [TH-1]
        period: 2026-Q4
        key_results:
          - {id: KR-1, title: Score, unit: "%", start: 0, target: 10, weight: 60}
          - {id: KR-2, title: Calls, unit: count, start: 9, target: 9, weight: 60}
        """,
    "value-streams/VS-1.md": """
        title: Parcels
        owner: L. Meyer
        visibility: confidential
        budgets: [{period: 2026-H2, target: 100, approved: 100, actual: 140}]
        """,
    "teams/T-1.md": "title: Team\nvalue_stream: VS-1\ncapacity: 3",
    "increments/PI-1.md": "title: Autumn\nstart: 2026-10-05\nend: 2026-12-18",
    "epics/EP-1.md": """
        title: One
        owner: R. Ahmed
        state: doing
        value_stream: VS-1
        key_results: {KR-1: 70, KR-2: 30}
        cost: 60
        waivers: [{rule: wip-exceeded, reason: x, approver: y, until: 2026-12-01}]
        """,
    "epics/EP-2.md": """
        title: Two
        owner: r. ahmed
        state: doing
        history: [{state: funnel, on: 2026-09-01}]
        value_stream: VS-1
        key_results: [KR-1]
        depends_on: [EP-1]
        approved: 80
        """,
    "features/FT-1.md": """
        title: Label
        epic: EP-1
        state: done
        increment: PI-1
        teams: [T-1]
        size: 5
        stories: [{id: ST-1, title: S, state: backlog, points: 3}, {id: ST-2, title: S}]
        """,
    "features/FT-2.md": "title: Label\nepic: EP-2\ndepends_on: [FT-1]\nstate: in-progress",
    "risks/RK-1.md": "title: Rain\naffects: [EP-1]\nstatus: owned",
    "notes.md": "title: Notes\nview: board\nwhere: {value_stream: VS-1}",
}
BODY = "# Head\n\nSee [[EP-1]], [two](../epics/EP-2.md#head) and [notes](notes.md), ![x](x.png).\n"
WORDS = (
    "EP-1", "EP-2", "EP-3", "ep-1", "KR-1", "KR-2", "KR-9", "VS-1", "FT-1", "FT-2", "ST-1", "PI-1",
    "TH-1", "OBJ-1", "T-1", "title", "state", "owner", "id", "type", "visibility", "epic", "One",
    "funnel", "ready", "doing", "done", "public", "confidential", "2026-10-15", "2027-01-01", "10",
    "wip-exceeded", "orphan", "key_results", "value_stream", "depends_on", "head", "Label", "epic:",
)  # fmt: skip
NAMES = (*ROOMY, "epics/EP-3.md", "epics/ep-1.md", "features/EP-1.md", "more/notes.md")
LINES = (
    "id: EP-1", "id: KR-1", "type: feature", "depends_on: [EP-2, EP-1]", "state: done", "owner: A",
    "visibility: confidential", "visibility: public", "---", "# Head", "cost: 5", "title: One", "",
    "tags: [a, A]", "- {id: KR-3, title: K}", "stories: [{id: ST-9, title: x}]", "period: PI-1",
    "as_of: 2026-11-15", "rules: {orphan: off}", "  - {name: new, category: new}", "[[VS-1]]",
    "waivers: [{rule: orphan, reason: x, approver: y, until: 2026-12-01}]", "scale: [1, 2]",
)  # fmt: skip
WORD = re.compile(r"[\w.-]+:?")
DRIVEL = st.tuples(
    st.sampled_from(("word", "word", "insert", "delete", "type", "drop", "copy", "shift")),
    st.sampled_from(NAMES),
    st.integers(0, 200),
    st.integers(0, 200),
)


def typed(workspace: Workspace, change: tuple[str, str, int, int]) -> None:
    """One change as an author makes it: a word, a line, a letter, a file."""
    kind, name, one, other = change
    path = PurePosixPath(name)
    if kind == "drop":
        workspace.drop(path)
        return
    if kind == "copy":
        workspace.put(
            Source(
                path, workspace.documents[workspace.order[one % len(workspace.order)]].source.data
            )
        )
        return
    document = workspace.documents.get(path)
    text = document.source.data.decode() if document else "---\n---\n"
    lines = text.split("\n")
    if kind == "insert":
        lines.insert(one % (len(lines) + 1), LINES[other % len(LINES)])
    elif kind == "delete":
        del lines[one % len(lines)]
    elif kind == "shift":
        lines.insert(other % len(lines), lines.pop(one % len(lines)))
    text = "\n".join(lines)
    if kind == "word" and (found := list(WORD.finditer(text))):
        start, end = found[one % len(found)].span()
        text = text[:start] + WORDS[other % len(WORDS)] + text[end:]
    elif kind == "type":
        at = one % (len(text) + 1)
        text = text[:at] + "x:[ -\n"[other % 6] + text[at:]
    workspace.put(Source(path, text.encode()))


def test_a_title_that_changes_changes_the_hints_that_tell_of_it() -> None:
    texts = {**ROOMY, "epics/EP-9.md": "title: Nine\nvalue_stream: Letters"}
    workspace = Workspace.from_sources(
        (source(name, head, "[[Letters]]\n") for name, head in texts.items()), None, TODAY
    )
    workspace.snapshot()
    workspace.put(source("value-streams/VS-1.md", "title: Letters", BODY))
    hints = [
        problem.hint
        for problem in workspace.snapshot().problems
        if problem.at.path.name == "EP-9.md"
    ]
    assert hints.count("did you mean VS-1, titled “Letters”?") == 2
    assert fully(workspace.snapshot().problems) == fully(said_at_once(workspace))


def test_a_story_that_is_typed_at_stays_on_its_page_of_its_feature() -> None:
    stories = "".join(f"\n  - {{id: ST-{n}, title: S, points: 3}}" for n in range(1, 31))
    head = f"title: Label\nstories: {stories}"
    workspace = Workspace.from_sources((source("features/FT-1.md", head, BODY),), None, TODAY)
    story = workspace.portfolio.items["ST-30"]
    assert isinstance(story, StoryItem) and story.page == 2
    workspace.put(source("features/FT-1.md", head.replace("points: 3", "points: 5"), BODY))
    story = workspace.portfolio.items["ST-30"]
    assert isinstance(story, StoryItem) and (story.points, story.page) == (Decimal(5), 2)


@settings(max_examples=100)
@example([("insert", "features/FT-1.md", 1, 0)])  # its stories lose their feature, and so its page
@example([("type", "portfolio.md", 143, 5)])  # a line more, and the same portfolio
@given(st.lists(DRIVEL, max_size=12))
def test_whatever_is_typed_the_desk_says_what_check_says(
    changes: list[tuple[str, str, int, int]],
) -> None:
    workspace = Workspace.from_sources(
        (source(name, head, BODY) for name, head in ROOMY.items()), None, TODAY
    )
    workspace.furnish({PurePosixPath("x.png"): 1}, ())
    assert fully(workspace.snapshot().problems) == fully(said_at_once(workspace))
    for change in changes:
        if workspace.order:
            typed(workspace, change)
            assert fully(workspace.snapshot().problems) == fully(said_at_once(workspace))


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_whatever_becomes_of_the_sample_the_desk_says_what_check_says(rng: random.Random) -> None:
    workspace = the_sample()
    workspace.snapshot()
    words = sorted({*workspace.portfolio.items, *WORDS})
    for _ in range(6):
        path = rng.choice(workspace.order)
        text = workspace.documents[path].source.data.decode()
        found = rng.choice(list(WORD.finditer(text)))
        text = text[: found.start()] + rng.choice(words) + text[found.end() :]
        workspace.put(Source(path, text.encode()))
        workspace.snapshot()
    assert fully(workspace.snapshot().problems) == fully(said_at_once(workspace))


@cache
def the_content() -> Content:
    return files.load(Path(__file__).parents[1] / "content")


def the_sample() -> Workspace:
    """The sample portfolio, records and all."""
    content = the_content()
    workspace = Workspace.from_sources(content.sources, None, TODAY)
    workspace.furnish(content.assets, content.problems, content.records)
    return workspace


def test_a_rule_that_stands_apart_says_of_each_item_what_it_says_of_all() -> None:
    told = [(story.sources, story.as_of) for story in STORIES]
    spoke: set[str] = set()
    for sources, as_of in (*told, (list(the_content().sources), TODAY)):
        whole = link(read(sources))[0]
        setting = Setting(as_of, RULES)
        parts = [Portfolio(whole.policy, {id: item}) for id, item in whole.items.items()]
        for name in sorted(ITEM_BY_ITEM):
            once = set(run_rules((name,), Portfolio(whole.policy, {}), setting))
            alone = [*once]
            for part in parts:
                alone += set(run_rules((name,), part, Setting(as_of, RULES))) - once
            assert sorted(alone) == sorted(run_rules((name,), whole, Setting(as_of, RULES)))
            spoke.update(each.rule for each in alone)
    assert spoke == ITEM_BY_ITEM


def test_a_change_reads_one_file_and_links_only_where_links_changed() -> None:
    workspace = a_desk()
    workspace.snapshot()
    path = PurePosixPath("epics/EP-1.md")
    others = {each: document for each, document in workspace.documents.items() if each != path}
    text = workspace.documents[path].lines.text
    workspace.put(Source(path, (text + "more").encode()))
    kept = workspace.linked
    workspace.put(Source(path, text.replace("VS-1", "VS-2").encode()))
    assert (kept is not None, workspace.linked) == (True, None)
    assert all(workspace.documents[each] is document for each, document in others.items())


# Where the cursor stands ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "part", "path", "word"),
    [
        ("---\nstate: fu|", "value", ("state",), "fu"),
        ("---\nsta|te: x\n---\n", "key", (), "sta"),
        ("---\nhistory:\n  - {state: fun|, on: 2}", "value", ("history", "state"), "fun"),
        ("---\nhistory:\n- state: a\n  o|\n---", "key", ("history",), "o"),
        ("---\nkey_results: [KR-1, K|]\n", "entry", ("key_results",), "K"),
        ("---\nkey_results: {KR-1: 70, K|}", "key", ("key_results",), "K"),
        ("---\nfeatures:\n- id: x\n  stories:\n  - state: |", "value",
         ("features", "stories", "state"), ""),
        ("---\nkey_results: [KR-1,\nstate: |\n", "value", ("state",), ""),
        ("---\nhypothesis:\n  for: it's [x\n  wh|", "key", ("hypothesis",), "wh"),
        ("---\nmvp: {test: 'a, b', co|", "key", ("mvp",), "co"),
        ('---\nowner: "R. A|"\n', "value", ("owner",), "R. A"),
        ("---\ntitle: x # sta|\n", "nothing", (), ""),
        ("---\nnote: |2\n  x: y\nowner: |\n".replace("|2", "\x00").replace("\x00", ">"), "value",
         ("owner",), ""),
        ("---\nx: y\n---\nsee [[EP|", "item-link", (), "EP"),
        ("---\nx: y\n---\nstate: fu|", "nothing", (), ""),
        ("no front matter|", "nothing", (), ""),
    ],
)  # fmt: skip
def test_the_cursor_knows_where_it_is(
    text: str, part: str, path: tuple[str, ...], word: str
) -> None:
    plain, line, column = at(text)
    found = cursor_at(Lines(plain), line, column)
    assert (found.part, found.path, found.word) == (part, path, word)


@given(st.text(alphabet="ab:-|[]{}\"'#> \n,&*\ud800é😀", max_size=60), st.integers(0, 70))
def test_no_text_is_too_odd_for_any_question(text: str, offset: int) -> None:
    workspace = a_desk(epics__EP_2="---\n" + text.encode("utf-8", "replace").decode())
    path = PurePosixPath("epics/EP-2.md")
    line, column = workspace.documents[path].lines.position(offset)
    complete(workspace, path, line, column)
    hover_text_for(workspace, path, line, column)
    definition(workspace, path, line, column)


# Completion ----------------------------------------------------------------------------------


def offered(text: str, path: str = "epics/EP-2.md") -> list[str]:
    plain, line, column = at(text)
    name = path.removesuffix(".md").replace("/", "__").replace("-", "_")
    found = complete(a_desk(**{name: plain}), PurePosixPath(path), line, column)
    return [offer.label for offer in found.offers] if found else []


def test_a_field_offers_the_items_of_its_types() -> None:
    assert offered("---\nkey_results: [|]\n---\n") == ["KR-1"]
    assert offered("---\nkey_results:\n  |\n---\n") == ["KR-1"]
    assert offered("---\nvalue_stream: |\n---\n") == ["VS-1"]
    assert offered("---\nepic: parc|\n---\n", "features/FT-1.md") == []
    assert offered("---\nepic: paper|\n---\n", "features/FT-1.md") == ["EP-1"]  # by its title


def test_a_field_offers_its_words() -> None:
    assert offered("---\nurgency: fix|\n---\n") == ["fixed-date"]
    assert offered("---\nhistory: [{state: revi|}]\n---\n") == ["reviewing"]
    assert "owner" in offered("---\nstates: [{name: a, requires: [ow|]}]\n---\n", "portfolio.md")
    assert "wip-exceeded" in offered("---\nwaivers:\n  - rule: wip|\n---\n")
    assert offered("---\nrules: {wip-exceeded: o|}\n---\n", "portfolio.md") == ["error", "off"]
    assert "epic" in offered("---\ntype: |\n---\n", "notes.md")


def test_fields_that_are_there_are_not_offered_again() -> None:
    found = offered("---\nstate: funnel\n|\nowner: x\n---\n")
    assert "horizon" in found
    assert not {"state", "owner", "id"} & set(found) - {"id"}
    assert offered("---\nfeatures:\n  - {id: x, ep|\n---\n") == ["depends_on"]  # not its epic


def test_a_body_offers_every_item() -> None:
    assert "EP-1" in offered("---\ntitle: x\n---\nAs in [[|")


def test_people_and_tags_that_are_named_already_are_offered_the_most_frequent_first() -> None:
    workspace = a_desk(
        teams__T_1="---\ntitle: T\nowner: B. Ito\ntags: [b]\n---\nx\n",
        teams__T_2="---\ntitle: U\nowner: A. Roy\ntags: [b, a]\n---\nx\n",
        teams__T_3="---\ntitle: V\nowner: B. Ito\n---\nx\n",
        epics__EP_2="---\ntitle: x\nowner: \ntags: []\n---\n",
    )
    path = PurePosixPath("epics/EP-2.md")
    owners, tags = complete(workspace, path, 3, 8), complete(workspace, path, 4, 8)
    assert owners is not None
    assert tags is not None
    assert [each.label for each in owners.offers] == ["B. Ito", "A. Roy"]
    assert [each.label for each in tags.offers] == ["b", "a"]


def test_a_period_offers_the_increments() -> None:
    text, line, column = at("---\ntitle: x\nperiod: |\n---\n")
    workspace = a_desk(
        increments__PI_1="---\ntitle: I\nstart: 2026-10-05\nend: 2026-12-18\n---\nx\n",
        objectives__OBJ_2=text,
    )
    found = complete(workspace, PurePosixPath("objectives/OBJ-2.md"), line, column)
    assert found is not None
    assert [each.label for each in found.offers] == ["PI-1"]


def test_a_page_of_prose_offers_its_fields_its_views_and_the_increments() -> None:
    assert offered("---\ntitle: x\nvi|\n---\n", "notes.md") == ["view"]
    assert "title" not in offered("---\ntitle: x\n|\n---\n", "notes.md")
    assert offered("---\nview: rank|\n---\n", "notes.md") == ["ranking"]
    assert offered("---\nlimit: |\n---\n", "notes.md") == []
    text, line, column = at("---\nview: increment\nincrement: |\n---\n")
    workspace = a_desk(increments__PI_1="---\ntitle: I\n---\nx\n", notes=text)
    found = complete(workspace, PurePosixPath("notes.md"), line, column)
    assert found is not None
    assert [each.insert for each in found.offers] == ["PI-1"]


def test_rules_are_offered_where_the_portfolio_sets_them() -> None:
    found = offered("---\nrules: {wip-ex|}\n---\n", "portfolio.md")
    assert found == [name for name in RULES if re.search(".*?".join("wip-ex"), name)]
    assert "wip-exceeded" in found


def test_a_file_that_is_not_there_offers_nothing() -> None:
    assert complete(a_desk(), PurePosixPath("epics/EP-9.md"), 1, 1) is None
    assert hover_text_for(a_desk(), PurePosixPath("epics/EP-9.md"), 1, 1) is None
    assert definition(a_desk(), PurePosixPath("epics/EP-9.md"), 1, 1) is None


# What is under the cursor --------------------------------------------------------------------


STATES = (
    "---\ntype: portfolio\ntitle: A portfolio\nstates:\n"
    "  - {name: funnel, category: new, limit: 3, enter: an idea, leave: an owner}\n"
    "  - {name: doing, category: active}\n---\nx\n"
)


def hovered(text: str, **more: str) -> tuple[str, tuple[str, ...]] | None:
    """Title and facts under the cursor `|` in the file of EP-2."""
    plain, line, column = at(text)
    found = hover_text_for(
        a_desk(epics__EP_2=plain, **more), PurePosixPath("epics/EP-2.md"), line, column
    )
    return None if found is None else (found.title, found.facts)


def test_a_state_tells_what_its_column_asks() -> None:
    found = hovered("---\ntitle: x\nstate: fun|nel\n---\n", portfolio=STATES)
    assert found == (
        "funnel",
        ("state of category new", "limit: 3", "to enter: an idea", "to leave: an owner"),
    )
    assert hovered("---\ntitle: x\nstate: 'do|ing'\n---\n", portfolio=STATES) == (
        "doing",
        ("state of category active",),
    )
    assert hovered("---\ntitle: x\nstate: la|ter\n---\n", portfolio=STATES) is None


def test_a_field_tells_what_it_is_for_and_what_it_may_hold() -> None:
    stream = hovered("---\ntitle: x\nvalue_st|ream: VS-1\n---\n")
    assert stream is not None
    assert (stream[0], stream[1][-1]) == ("value_stream", "names value stream")
    urgency = hovered("---\ntitle: x\nurg|ency: standard\n---\n")
    assert urgency is not None
    assert "fixed-date" in urgency[1][-1]
    assert hovered("---\ntitle: x\nnone_of_|ours: 1\n---\n") is None


@pytest.mark.parametrize(
    "text", ["---\ntitle: so|me\n---\n", "---\ntitle: x\n---\npro|se\n", "no front mat|ter\n"]
)
def test_plain_text_tells_nothing(text: str) -> None:
    assert hovered(text) is None


def test_an_item_tells_who_owns_it_how_it_ranks_and_what_it_serves() -> None:
    scores = "business_value: 8\ntime_criticality: 3\nrisk_opportunity: 1\njob_size: 5\n"
    children = {f"features__FT_{n}": "---\ntitle: F\nepic: EP-3\n---\nx\n" for n in range(1, 8)}
    found = hovered(
        "---\ntitle: x\n---\nSee [[EP|-3]].\n",
        epics__EP_3=f"---\ntitle: Three\nowner: A. Roy\nstate: funnel\nkey_results: [KR-1]\n"
        f"{scores}---\nx\n",
        **children,
    )
    assert found is not None
    assert found[0] == "EP-3 Three"
    assert found[1] == (
        "epic, funnel (new)",
        "owner: A. Roy",
        "score 2.40, rank 1 of 1",
        "serves KR-1 K",
        "served by FT-1, FT-2, FT-3, FT-4, FT-5 and 2 more",
        "epics/EP-3.md:1",
    )


def led_to(text: str, path: str = "epics/EP-2.md", **more: str) -> tuple[str, int, int] | None:
    """File, line and column to which the cursor `|` leads."""
    plain, line, column = at(text)
    name = path.removesuffix(".md").replace("/", "__").replace("-", "_")
    found = definition(a_desk(**{name: plain}, **more), PurePosixPath(path), line, column)
    return None if found is None else (str(found.path), found.span.line, found.span.column)


def test_a_link_leads_to_an_item_or_to_a_page() -> None:
    assert led_to("---\ntitle: x\n---\n[it](EP|-1.md)\n") == ("epics/EP-1.md", 1, 1)
    page = led_to("---\ntitle: x\n---\n[it](../no|tes.md)\n", notes="# Notes\n")
    assert page == ("notes.md", 1, 1)
    assert led_to("---\ntitle: x\n---\n[it](../no|where.md)\n") is None
    assert led_to("---\ntitle: x\n---\n[[EP|-9]]\n") is None


def test_a_state_leads_to_its_column() -> None:
    assert led_to("---\nstate: do|ing\n---\n", portfolio=STATES) == ("portfolio.md", 6, 12)
    feature = STATES.replace("states:", "feature_states:")
    assert led_to("---\nstate: do|ing\n---\n", "features/FT-1.md", portfolio=feature) == (
        "portfolio.md", 6, 12,
    )  # fmt: skip
    assert led_to("---\nstate: do|ing\n---\n") is None  # the usual columns stand in no file


def test_an_increment_is_found_where_it_is_named_as_a_period() -> None:
    workspace = a_desk(
        increments__PI_1="---\ntitle: I\nobjectives: [{team: T-1, title: x}]\n---\nx\n",
        teams__T_1="---\ntitle: T\n---\nx\n",
        objectives__OBJ_2="---\ntitle: O\nperiod: PI-1\n---\nx\n",
        value_streams__VS_2="---\ntitle: V\nbudgets:\n  - {period: 'PI-1', approved: 1}\n---\nx\n",
        notes="# Notes\n\n```leanfolio\nview: increment\nincrement: PI-1\n```\n",
    )
    found = references(workspace, workspace.portfolio["PI-1"])
    assert sorted((str(each.path), each.form, *each.span[:2]) for each in found) == [
        ("notes.md", "field", 5, 12),
        ("objectives/OBJ-2.md", "field", 3, 9),
        ("value-streams/VS-2.md", "field", 4, 15),
    ]
    team = references(workspace, workspace.portfolio["T-1"])
    assert [(str(each.path), each.span.line) for each in team] == [("increments/PI-1.md", 3)]


# Definition, references, rename --------------------------------------------------------------


def test_every_mention_of_an_item_is_found() -> None:
    workspace = a_desk(notes="---\ntitle: x\nview: board\nwhere: {value_stream: VS-1}\n---\nx\n")
    item = workspace.portfolio["VS-1"]
    found = [
        (str(reference.path), reference.form, reference.span.line)
        for reference in references(workspace, item)
    ]
    assert found == [
        ("epics/EP-1.md", "field", 4),
        ("epics/EP-1.md", "prose", 7),
        ("epics/EP-1.md", "path", 7),
        ("notes.md", "field", 4),
    ]


def renamed(workspace: Workspace, id: str, new: str, *, may_move: bool = False) -> dict[str, str]:
    """The changed files after a rename."""
    done = rename(workspace, workspace.portfolio[id], new, may_move=may_move)
    texts = {}
    for path in {edit.path for edit in done.edits}:
        own = [edit for edit in done.edits if edit.path == path]
        texts[str(path)] = workspace.documents[path].lines.edited(own)
    if done.moved:
        old, after = map(str, done.moved)
        texts[after] = texts.pop(old, workspace.documents[done.moved[0]].lines.text)
    return texts


def test_a_rename_reaches_every_field_and_body() -> None:
    workspace = a_desk(notes="---\ntitle: x\nview: board\nwhere: {value_stream: VS-1}\n---\nx\n")
    texts = renamed(workspace, "VS-1", "VS-Parcels")
    assert set(texts) == {"value-streams/VS-1.md", "epics/EP-1.md", "notes.md"}
    assert texts["value-streams/VS-1.md"].startswith("---\nid: VS-Parcels\n")
    assert "value_stream: VS-Parcels\n" in texts["epics/EP-1.md"]
    assert "[[VS-Parcels|stream]] and [it](../value-streams/VS-1.md#x)" in texts["epics/EP-1.md"]
    assert "where: {value_stream: VS-Parcels}" in texts["notes.md"]


def test_a_rename_takes_the_file_along_where_it_may() -> None:
    texts = renamed(a_desk(), "VS-1", "VS-2", may_move=True)
    assert "[it](../value-streams/VS-2.md#x)" in texts["epics/EP-1.md"]
    assert texts["value-streams/VS-2.md"] == "---\ntitle: Parcels\n---\nx\n"


def test_a_nested_item_is_renamed_where_it_stands() -> None:
    texts = renamed(a_desk(), "KR-1", "KR-1.1", may_move=True)
    assert "key_results: [{id: KR-1.1, title: K}]" in texts["objectives/OBJ-1.md"]
    assert "key_results: {KR-1.1: 70}" in texts["epics/EP-1.md"]


@pytest.mark.parametrize(
    ("new", "why"),
    [("EP-1", "taken"), ("kr-1", "taken"), ("a b", "cannot be an id"), ("x" * 65, "cannot")],
)
def test_a_rename_that_would_not_hold_is_refused(new: str, why: str) -> None:
    workspace = a_desk()
    with pytest.raises(Refused, match=why):
        rename(workspace, workspace.portfolio["VS-1"], new)


def test_a_rename_waits_until_every_file_that_may_name_the_item_can_be_read() -> None:
    workspace = a_desk(epics__EP_2="---\nvalue_stream: VS-1\nkey_results: [\n---\n")
    with pytest.raises(Refused, match=r"epics/EP-2\.md cannot be read now"):
        rename(workspace, workspace.portfolio["VS-1"], "VS-2")


def test_an_id_may_change_its_case() -> None:
    assert "value_stream: vs-1" in renamed(a_desk(), "VS-1", "vs-1")["epics/EP-1.md"]


# Texts ---------------------------------------------------------------------------------------


@given(st.text(alphabet="ab\r\n\u2028é😀", max_size=30), st.integers(0, 30))
def test_lines_and_columns_lead_back_to_the_offset(text: str, offset: int) -> None:
    lines = Lines(text)
    offset = min(offset, len(text))
    line, column = lines.position(offset)
    back = lines.offset(line, column)
    assert back == offset or text[back:offset] == "\r"  # between the two halves of one break


def test_edits_keep_the_line_ends_of_the_file() -> None:
    path = PurePosixPath("a.md")
    lines = Lines("\ufeff---\r\na: 1\r\n---\r\n")
    edits = [Edit(path, on_line(2, 1, 0), "b: 2\n"), Edit(path, Span(2, 4, 2, 5), "3")]
    assert lines.edited(edits) == "\ufeff---\r\nb: 2\r\na: 3\r\n---\r\n"
    with pytest.raises(ValueError, match="overlap"):
        lines.edited([Edit(path, on_line(2, 1, 3), ""), Edit(path, on_line(2, 2, 3), "")])


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1))
def test_a_scalar_means_its_text(text: str) -> None:
    assert parse(f"a: {scalar(text)}\n").values == {"a": text}


# New items -----------------------------------------------------------------------------------


@pytest.mark.parametrize("type", [name for name in TYPES if name != "portfolio"])
@pytest.mark.parametrize("title", ["Plain", 'A "quoted" *title*: #1 \\ {x}', "123", "état 😀"])
def test_a_new_item_is_read_back_with_its_title_and_in_order(type: str, title: str) -> None:
    workspace = a_desk()
    begun = new_item.draft_item(workspace, TYPES[type], title)
    workspace.put(Source(begun.path, begun.text.encode()))
    item = workspace.portfolio[begun.id]
    assert (item.TYPE, item.title) == (type, title)
    assert not any(problem.at.path == begun.path for problem in workspace.reading_problems())
    seen = workspace.snapshot()
    assert field_order(Draft(workspace.documents[begun.path], seen.portfolio, seen.as_of)) is None


@pytest.mark.parametrize(
    ("ids", "type", "new"),
    [
        (["EP-1", "EP-9", "EP-10"], "epic", "EP-11"),
        (["EP-007"], "epic", "EP-008"),
        (["PI-2026-4", "PI-2027-1"], "increment", "PI-2027-2"),
        (["T-Core"], "team", "T-1"),
        ([], "risk", "RK-1"),
    ],
)
def test_the_next_id_follows_the_highest_of_its_type(ids: list[str], type: str, new: str) -> None:
    model = TYPES[type]
    texts = {f"{model.FOLDER}/{id}.md": "---\ntitle: x\n---\nx\n" for id in ids}
    assert new_item.next_id(Workspace.from_sources(sources(texts), None, TODAY), model) == new


def test_a_new_increment_follows_the_last_one_and_lasts_as_long() -> None:
    first = "---\ntitle: I\nstart: 2026-10-05\nend: 2026-12-18\n---\nx\n"
    workspace = a_desk(increments__PI_1=first)
    begun = new_item.draft_item(workspace, TYPES["increment"], "Winter")
    assert "start: 2026-12-21\nend: 2027-03-05\n" in begun.text
    alone = new_item.draft_item(a_desk(), TYPES["increment"], "First")
    workspace.put(Source(alone.path, alone.text.encode()))
    assert not [each for each in workspace.snapshot().by_path.get(alone.path, ())
                if each.severity == "error"]  # fmt: skip


def test_a_new_key_result_is_numbered_in_its_objective() -> None:
    workspace = a_desk(objectives__OBJ_2="---\ntitle: O\n---\nx\n")
    new = new_item.draft_item(workspace, TYPES["key-result"], "x", links={"objective": ["OBJ-2"]})
    assert (new.id, "objective: OBJ-2\n" in new.text) == ("KR-2.1", True)


def test_an_id_of_a_broken_file_is_not_given_again() -> None:
    workspace = a_desk(epics__EP_2="---\nx: [\n---\n")
    assert new_item.next_id(workspace, TYPES["epic"]) == "EP-3"


def test_what_a_new_item_cannot_be_is_told() -> None:
    workspace, epic = a_desk(), TYPES["epic"]
    for wrong, why in (
        ({"id": "EP-1"}, "taken"),
        ({"id": "a b"}, "cannot be an id"),
        ({"links": {"epic": ["EP-1"]}}, "has no link"),
        ({"links": {"value_stream": ["VS-9"]}}, "there is no value stream VS-9"),
    ):
        with pytest.raises(new_item.InvalidItem, match=why):
            new_item.draft_item(workspace, epic, "x", **wrong)
    with pytest.raises(new_item.InvalidItem, match="needs a title"):
        new_item.draft_item(workspace, epic, " \n ")
    with pytest.raises(new_item.InvalidItem, match="portfolio file already"):
        new_item.draft_item(workspace, TYPES["portfolio"], "x")


@pytest.mark.parametrize("kind", new_item.RECORDS)
@pytest.mark.parametrize("title", ["Plain", 'A "quoted" *title*: #1 \\ {x}', "123"])
def test_a_new_record_is_right_and_so_is_what_it_shows(kind: str, title: str) -> None:
    """As it is written, and with each example in the place of the empty map before it."""
    workspace = a_desk(
        value_streams__VS_1="---\nbudgets: [{period: 2026-H2, approved: 1}]\n---\n# V\n"
    )
    begun = new_item.draft_record(workspace, kind, title)
    filled = re.sub(r": \{\} +# (\{.*?\}\})(?:;.*)?$", r": \1", begun.text, flags=re.M)
    assert filled != begun.text
    for text in (begun.text, filled):
        workspace.furnish({}, (), (Source(begun.path, text.encode()),))
        assert [
            problem for problem in workspace.snapshot().problems if problem.at.path == begun.path
        ] == []
        written = [
            (alternative.name, alternative.fields["title"])
            for alternative in workspace.records.alternatives
        ]
        held = [(each.name, each.title) for each in workspace.records.rounds]
        assert [*written, *held] == [(begun.id, title)]


def test_a_new_record_is_named_after_its_title() -> None:
    workspace = a_desk()
    begun = new_item.draft_record(workspace, "scenario", "A city in spring")
    assert str(begun.path) == "scenarios/a-city-in-spring.yml"
    assert new_item.draft_record(workspace, "ballot", "x", "2026-autumn").id == "2026-autumn"
    for title, name, why in (("", None, "needs a title"), ("x", "../y", "cannot be a file's name"),
                             ("春", None, "cannot be a file's name")):  # fmt: skip
        with pytest.raises(new_item.InvalidItem, match=why):
            new_item.draft_record(workspace, "scenario", title, name)


def test_a_body_without_fences_is_all_prose() -> None:
    assert split("x").yaml is None


def test_a_link_to_what_is_not_there_names_what_is() -> None:
    """Writing a new theme would make TH-2, not the TH-9 that was named."""
    assert new_item.named_or_new(["TH-1"], "theme") == (
        "name TH-1; or `leanfolio new theme TITLE` writes a new one"
    )
    assert new_item.named_or_new([], "theme") == "`leanfolio new theme TITLE` writes one"
