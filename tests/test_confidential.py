"""What an audience may not read is in no byte of its site, nor in a figure that gives it away."""

import re
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leanfolio.figures.history.versions import History, Landing, versions_of
from leanfolio.figures.history.visible import visible_history
from leanfolio.model import TYPES
from leanfolio.model.hidden_fields import GROUPS, Audiences
from leanfolio.model.item import ALWAYS_PRINTED
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit, Source
from leanfolio.output.data_files import data_files
from leanfolio.output.database.tables import Provenance, tables_of
from leanfolio.output.html.settings import SiteSettings
from leanfolio.output.site_outputs import site_outputs
from leanfolio.output.trackers import tracker_rows
from leanfolio.output.xlsx import funding_workbook
from leanfolio.pipeline import build, published
from leanfolio.views.built import Built
from making import TODAY, linked, source, sources
from pages import pages
from test_hostile import IDS, LINKS, fields, written
from test_pack import page_of, words

STREAM = """
    title: A stream
    owner: A
    budgets: [{period: 2026-H2, target: 900, approved: 900, actual: 900}]
    """
EPIC = """
    title: {title}
    owner: A
    state: mvp
    history: [{{state: mvp, on: 2026-09-01}}]
    value_stream: VS-1
    key_results: [KR-1]
    visibility: {visibility}
    cost: 5000
    approved: 5000
    actual: {spent}
    """
OPEN = EPIC.format(title="An open epic", visibility="public", spent=28)
SECRET = EPIC.format(title="Kingfisher", visibility="confidential", spent=777003)


def public_site(files: Mapping[str, str], *records: Source) -> tuple[Built, Built]:
    """The whole build of these files, and what the public may see of it."""
    whole = build(sources(files), as_of=TODAY, otherwise=TODAY, records=records)
    return whole, published(whole, "public")


SETTINGS = SiteSettings("Any portfolio", "abc12345", site_url="https://portfolio.example/")


def output_files(built: Built) -> dict[str, str]:
    """Every text of a site by its address: pages, the board pack, and all beside them."""
    return {**dict(pages(built)), "board pack": page_of(words(built)), **values_of(built)}


def values_of(built: Built) -> dict[str, str]:
    """The values of all pages as data, and what else is listed beside them, such as search and
    feeds; the workbook, and the tables of the database and of trackers."""
    files: dict[str, str] = {}
    for make in site_outputs(built, SETTINGS).values():
        made = make(built).items()
        files |= {path: data for path, data in made if isinstance(data, str)}
    for table in tables_of(built, Provenance("public", None)):
        files[f"tables/{table.name}"] = repr((table.columns, table.rows))
    for system in ("jira", "azure"):
        files[f"trackers/{system}"] = repr(tracker_rows(built.portfolio, system))
    book = ZipFile(BytesIO(funding_workbook(built.figures.funding)))
    return files | {f"workbook/{name}": book.read(name).decode() for name in book.namelist()}


def outputs(built: Built) -> Iterator[str]:
    """Every address and every text of a site."""
    for path, text in output_files(built).items():
        yield path
        yield text


def record(path: str, text: str) -> Source:
    return Source(PurePosixPath(path), text.encode())


def test_a_message_with_an_amount_that_counts_a_hidden_epic_is_left_out() -> None:
    files = {"value-streams/VS-1.md": STREAM, "epics/EP-2.md": OPEN, "epics/EP-3.md": SECRET}
    whole, public = public_site(files)
    spent = 777003 + 28 - 900
    assert any(f"{spent:,}" in problem.message for problem in whole.problems)
    texts = "".join(outputs(public))
    assert f"{spent:,}" not in texts
    assert not [text for text in outputs(public) if re.search(r"777,?003|777,?031", text)]
    assert "Kingfisher" in "".join(outputs(published(whole, "confidential")))


def test_a_problem_that_only_the_visible_part_has_is_none_of_the_site() -> None:
    """An epic is not without a stream because its stream is hidden."""
    stream = "title: Kingfisher\nowner: A\nvisibility: confidential"
    epic = OPEN.replace("VS-1", "VS-9")
    _, public = public_site({"value-streams/VS-9.md": stream, "epics/EP-2.md": epic})
    assert "stream-missing" not in {problem.rule for problem in public.problems}
    assert "VS-9" not in "".join(outputs(public))


def test_a_problem_of_what_everybody_may_read_stays() -> None:
    late = OPEN + "due: 2026-11-01\n    urgency: fixed-date\n"
    whole, public = public_site({"epics/EP-2.md": late, "epics/EP-3.md": SECRET})
    rules = {problem.rule for problem in whole.problems if problem.at.path.stem == "EP-2"}
    assert "due-passed" in rules
    assert rules == {problem.rule for problem in public.problems if problem.at.path.stem == "EP-2"}


def test_a_scenario_or_a_round_that_names_a_hidden_item_is_left_out_whole() -> None:
    records = (
        record("scenarios/halcyon.yml", "why: To pay for EP-3\nepics: {EP-2: {approved: 6000}}"),
        record("scenarios/open.yml", "title: Open one\nepics: {EP-2: {approved: 6000}}"),
        record("ballots/halcyon.yml", "note: A round\nballots: {Group: {EP-2: 5, EP-3: 9}}"),
        record("ballots/open.yml", "title: Open round\nballots: {Group: {EP-2: 5}}"),
    )
    _, public = public_site({"epics/EP-2.md": OPEN, "epics/EP-3.md": SECRET}, *records)
    texts = "".join(outputs(public))
    assert "Open one" in texts
    assert "Open round" in texts
    assert "halcyon" not in texts.lower()


def test_scenarios_rounds_and_pages_have_a_visibility_of_their_own() -> None:
    records = (
        record("scenarios/halcyon.yml", "visibility: internal\nepics: {EP-2: {approved: 6000}}"),
        record("ballots/halcyon.yml", "visibility: confidential\nballots: {Group: {EP-2: 5}}"),
    )
    page = source("halcyon.md", "title: Halcyon\nvisibility: internal")
    whole = build(
        [*sources({"epics/EP-2.md": OPEN}), page], as_of=TODAY, otherwise=TODAY, records=records
    )
    assert "halcyon" not in "".join(outputs(published(whole, "public"))).lower()
    internal = published(whole, "internal")
    assert [entry.name for entry in internal.records.alternatives] == ["halcyon"]
    assert [page.title for page in internal.portfolio.pages] == ["Halcyon"]
    assert internal.records.rounds == ()


def test_a_visibility_that_is_none_is_a_problem_and_hides() -> None:
    records = (
        record("scenarios/a.yml", "visibility: secret\nepics: {EP-2: {approved: 6000}}"),
        record("ballots/a.yml", "visibility: secret\nballots: {Group: {EP-2: 5}}"),
    )
    page = source("a.md", "title: A page\nvisibility: secret")
    whole = build(
        [*sources({"epics/EP-2.md": OPEN}), page], as_of=TODAY, otherwise=TODAY, records=records
    )
    wrong = {str(problem.at) for problem in whole.errors if problem.rule == "value-wrong"}
    assert {"a.md:3:13", "ballots/a.yml:1:13"} <= wrong
    assert [str(problem.at) for problem in whole.errors if problem.rule == "scenario-field"] == [
        "scenarios/a.yml:1:13"
    ]
    public = published(whole, "public")
    assert (public.portfolio.pages, public.records.rounds, public.records.alternatives) == (
        (), (), ()
    )  # fmt: skip


# The property ----------------------------------------------------------------------------------

MARK = "Zqmarker"
Files = Callable[[Built], dict[str, str]]
AMOUNTS = ("cost", "approved", "actual", "cost_low", "cost_high")


def texts_of(type: str, text: str) -> dict[str, Any]:
    """The front matter of an item of this type, with the text in every field that may hold it."""
    values = fields(TYPES[type], text, LINKS[type])
    return {key: value for key, value in values.items() if value is not None and key != "source"}


def every_type(hidden: frozenset[str], mark: str, amount: int) -> Iterator[Source]:
    """One open and one other item of each type; of the types `hidden` the others are confidential.

    The other item of a type has the mark in its file's name and in every text that it may hold, and
    the amount in every field of money. Open items link to them, and their texts name them.
    """
    yield source("portfolio.md", "type: portfolio\ntitle: Any portfolio\nowner: A")
    others = {id: id.replace("-1", "-99") for id in IDS.values()}
    for type, links in LINKS.items():
        folder, id = TYPES[type].FOLDER, IDS[type]
        both = {
            name: [*value, *(others[one] for one in value)]
            for name, value in links.items()
            if isinstance(value, list) and value and str(value[0]) in others
        }
        head = texts_of(type, "Open") | both
        head |= {"visibility": "public", "owner": f"A friend of {others['EP-1']}"}
        yield source(f"{folder}/{id}.md", written(head), "Open prose.\n")
        secret = type in hidden
        text = mark if secret else "Other"
        head = texts_of(type, text)
        head |= {"id": others[id], "visibility": "confidential" if secret else "public"}
        if secret and type == "epic":
            head |= dict.fromkeys(AMOUNTS, amount)
        if secret and type == "value-stream":
            head["budgets"] = [{"period": "2026-H2", "approved": amount, "actual": amount}]
        path = f"{folder}/{text}-{others[id]}.md"
        yield source(path, written(head), f"{text} prose, [[{id}]].\n")


def records_of(mark: str, amount: int) -> Iterator[Source]:
    """Records about a hidden epic, with the mark in every text and file name."""
    yield record(f"scenarios/{mark}.yml", f"why: {mark}\nepics: {{EP-99: {{approved: {amount}}}}}")
    yield record(f"ballots/{mark}.yml", f"note: {mark}\nballots: {{{mark}: {{EP-99: {amount}}}}}")
    yield record(
        f"actuals/{mark}.csv",
        f"date,item,amount,currency,note\n2026-10-06,EP-99,{amount},EUR,{mark}\n",
    )


def public_one(hidden: frozenset[str], mark: str, amount: int) -> Built:
    """What the public may read of items of each type, of which some are hidden."""
    records = tuple(records_of(mark, amount)) if "epic" in hidden else ()
    whole = build(every_type(hidden, mark, amount), as_of=TODAY, otherwise=TODAY, records=records)
    public = published(whole, "public")
    assert public.portfolio.withheld or not hidden
    return public


def same_without_the_mark(texts: Files, hidden: frozenset[str], amount: int) -> None:
    """Whatever hidden items say, what is made is the same: so nothing can be read off it."""
    one = texts(public_one(hidden, f"{MARK}A", amount))
    assert not [path for path, text in one.items() if MARK.lower() in (path + text).lower()]
    two = texts(public_one(hidden, f"{MARK}B", amount * 3 + 1))
    assert [path for path in one.keys() | two.keys() if one.get(path) != two.get(path)] == []


HIDDEN = st.frozensets(st.sampled_from(sorted(LINKS)), min_size=1)
LARGE = st.integers(min_value=10**6, max_value=10**9)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(HIDDEN, LARGE)
def test_no_value_depends_on_what_is_hidden(hidden: frozenset[str], amount: int) -> None:
    same_without_the_mark(values_of, hidden, amount)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(HIDDEN, LARGE)
@example(frozenset({"epic"}), 777003)
@example(frozenset({"team", "value-stream"}), 777003)
def test_no_byte_depends_on_what_is_hidden(hidden: frozenset[str], amount: int) -> None:
    same_without_the_mark(output_files, hidden, amount)


@pytest.mark.acceptance
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(HIDDEN, LARGE)
def test_no_byte_depends_on_any_of_many_mixes_that_are_hidden(
    hidden: frozenset[str], amount: int
) -> None:
    same_without_the_mark(output_files, hidden, amount)


# Fields ----------------------------------------------------------------------------------------


def test_a_single_field_can_be_confidential() -> None:
    epic = OPEN + "cost_of_delay: {revenue: 777003}\n    duration_weeks: 3\n"
    epic += "    decisions: [{on: 2026-10-01, kind: go, by: Kingfisher}]\n"
    files = {"epics/EP-2.md": epic + "    confidential: [cost_of_delay, decisions]\n"}
    whole, public = public_site(files)
    assert not [problem for problem in whole.errors if problem.at.path.stem == "EP-2"]
    texts = list(outputs(public))
    assert not [
        text for text in texts if "Kingfisher" in text or "777" in re.sub(r"0\.\d+", "", text)
    ]
    assert "An open epic" in "".join(texts)
    everything = published(whole, "confidential")
    assert "Kingfisher" in "".join(outputs(everything))
    assert everything.portfolio is whole.portfolio


def test_a_confidential_link_is_no_link_for_others() -> None:
    portfolio, problems = linked({"epics/EP-2.md": OPEN + "confidential: [value_stream]\n"})
    assert not problems
    public = portfolio.visible_to("public")
    assert getattr(public["EP-2"], "value_stream") is None  # noqa: B009
    assert not [edge for edge in public.edges_from("EP-2") if edge.field == "value_stream"]


@pytest.mark.parametrize("name", ["id", "title", "visibility", "confidential", "cost_of_dely"])
def test_only_a_field_that_may_be_left_out_can_be_confidential(name: str) -> None:
    _, problems = linked({"epics/EP-2.md": OPEN + f"confidential: [{name}]\n"})
    assert [(problem.rule, problem.severity) for problem in problems] == [("value-wrong", "error")]
    assert f"'{name}' is no field that can be confidential" in problems[0].message


def test_a_field_that_is_or_was_confidential_is_in_no_version_of_it() -> None:
    def version(number: int, fields: dict[str, object]) -> Landing:
        commit = Commit(f"{number:040}", 1_700_000_000 + number * 86_400)
        return Landing(commit, ((PurePosixPath("epics/EP-2.md"), fields),))

    open_then = {"title": "An epic", "approved": 5}
    landings = (version(1, open_then), version(2, {**open_then, "confidential": ["approved"]}))
    history = History(tuple(one.commit for one in landings), versions_of(landings))
    seen = visible_history(history, "public")
    assert ["approved" in (one.fields or {}) for one in seen.versions["EP-2"]] == [False, False]
    assert visible_history(history, "confidential") is history


def hideable(type: str, head: Mapping[str, Any]) -> list[str]:
    """The fields of this front matter that may be confidential: all that may be left out."""
    model = TYPES[type]
    names = {field.alias or name: name for name, field in model.model_fields.items()}
    links = {*model.LINKS, "state", "kind"}
    return [
        key
        for key in head
        if (name := names.get(key))
        and key not in ALWAYS_PRINTED
        and key not in links
        and not model.model_fields[name].is_required()
    ]


FIGURES: Mapping[str, Any] = {
    "epic": lambda n: {
        **dict.fromkeys((*AMOUNTS, "duration_weeks"), n), "cost_of_delay": {"revenue": n},
        "mvp": {"cost": n, "test": f"{n}"}, "budgets": [{"period": "2026-H2", "approved": n}],
        "decisions": [{"on": "2026-10-01", "kind": "go", "note": f"{n}"}],
    },
    "feature": lambda n: {"size": n, "cost_of_delay": n},
    "story": lambda n: {"points": n},
    "team": lambda n: {"capacity": n},
    "value-stream": lambda n: {"budgets": [{"period": "2026-H2", "approved": n, "actual": n}]},
    "key-result": lambda n: {
        "start": n, "target": 3 * n, "check_ins": [{"on": "2026-11-10", "value": 2 * n}],
    },
    "increment": lambda n: {
        "objectives": [{"title": f"{n}", "planned_value": n}],
        "capacities": [{"team": IDS["team"], "points": n}],
        "votes": [{"vote": 3, "reason": f"{n}"}],
    },
}  # fmt: skip


def every_field(mark: str, amount: int) -> Iterator[Source]:
    """An item of each type, all of whose fields that may be are confidential and hold the mark."""
    yield source("portfolio.md", "type: portfolio\ntitle: Any portfolio\nowner: A")
    for type, links in LINKS.items():
        head = texts_of(type, mark) | FIGURES.get(type, lambda _: {})(amount)
        sums = {"approved", "actual"} if type == "epic" else set()  # left out: of its budgets
        hidden = [name for name in hideable(type, head) if name not in sums]
        head = {name: head[name] for name in hidden}
        head |= {name: links[name] for name in links if links[name] and name not in {*head, *sums}}
        hidden += ["actual"] if sums else []
        head |= {"title": "Open", "visibility": "public", "confidential": hidden}
        yield source(f"{TYPES[type].FOLDER}/{IDS[type]}.md", written(head), "Open prose.\n")


def bytes_of_fields(mark: str, amount: int) -> dict[str, str]:
    spending = f"date,item,amount,currency,note\n2026-10-06,EP-1,{amount},EUR,{mark}\n"
    records = (record("actuals/2026.csv", spending),)
    files = list(every_field(mark, amount))
    whole = build(files, as_of=TODAY, otherwise=TODAY, records=records)
    reading = [entry for entry in whole.errors if entry.rule.startswith(("value", "field"))]
    assert not [entry.message for entry in reading]
    public = published(whole, "public")
    return output_files(public)


@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(min_value=10**6, max_value=10**9))
@example(777003)
def test_no_byte_depends_on_a_field_that_is_hidden(amount: int) -> None:
    one = bytes_of_fields(f"{MARK}A", amount)
    assert not [path for path, text in one.items() if MARK.lower() in text.lower()]
    two = bytes_of_fields(f"{MARK}B", amount * 3 + 1)
    assert [path for path in one.keys() | two.keys() if one.get(path) != two.get(path)] == []


def hidden_by_the_portfolio(head: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The front matter with what all groups of fields hide as the other one has it."""
    result = dict(head)
    for name in (name for names in GROUPS.values() for name in names):
        field, _, part = name.partition(".")
        value, own = other.get(field), result.get(field)
        if not part:
            result |= {field: value} if value is not None else {}
        elif isinstance(value, list) and isinstance(own, list):
            pairs = zip(own, value, strict=True)
            result[field] = [{**mine, **pick(its, part)} for mine, its in pairs]
        elif isinstance(value, dict):
            result[field] = {**(own or {}), **pick(value, part)}
    return result


def pick(entry: Mapping[str, Any], part: str) -> dict[str, Any]:
    return {part: entry[part]} if part in entry else {}


def every_group(mark: str, amount: int) -> Iterator[Source]:
    """An item of each type, with the mark and the amount in what all groups of fields hide."""
    hide = "audiences: {public: {hide: [money]}, internal: {hide: [people, notes]}}"
    money = f"reallocations: [{{on: 2026-10-01, period: 2026-H2, amount: {amount}, "
    money += f"to: {IDS['value-stream']}, by: {mark}, why: {mark}}}]\ncut_line: {{money: {amount}}}"
    rails = f"guardrails: {{epic_threshold: {amount}}}"
    title = "type: portfolio\ntitle: Any portfolio"
    yield source("portfolio.md", f"{title}\nowner: {mark}\n{hide}\n{money}\n{rails}")
    for type, links in LINKS.items():
        figures = FIGURES.get(type, lambda _: {})
        secret = texts_of(type, mark) | figures(amount)
        secret |= {"cost_low": amount, "cost_high": amount} if type == "epic" else {}
        head = hidden_by_the_portfolio(texts_of(type, "Open") | figures(5), secret)
        head |= {name: value for name, value in links.items() if value is not None}
        head |= {"title": "Open", "visibility": "public"}
        yield source(f"{TYPES[type].FOLDER}/{IDS[type]}.md", written(head), "Open prose.\n")


def bytes_of_groups(mark: str, amount: int) -> dict[str, str]:
    whole = build(
        every_group(mark, amount),
        as_of=TODAY,
        otherwise=TODAY,
        records=[*records_of(mark, amount), record("actuals/1.csv", booked(amount, mark))],
    )
    reading = [entry for entry in whole.errors if entry.rule.startswith(("value", "field"))]
    assert not [entry.message for entry in reading]
    return output_files(published(whole, "public"))


def booked(amount: int, mark: str) -> str:
    rows = "".join(
        f"2026-10-06,{IDS[type]},{amount},EUR,{mark}\n" for type in ("epic", "value-stream")
    )
    return f"date,item,amount,currency,note\n{rows}"


@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(min_value=10**6, max_value=10**9))
@example(777003)
def test_no_byte_depends_on_what_a_portfolio_hides_in_all_items(amount: int) -> None:
    one = bytes_of_groups(f"{MARK}A", amount)
    assert not [path for path, text in one.items() if MARK.lower() in text.lower()]
    assert "(not shown)" in one["epics/EP-1.html"]
    two = bytes_of_groups(f"{MARK}B", amount * 3 + 1)
    assert [path for path in one.keys() | two.keys() if one.get(path) != two.get(path)] == []


# Sums ------------------------------------------------------------------------------------------

PLACES = st.tuples(
    st.sampled_from(["VS-1", "VS-2"]),
    st.sampled_from(["2026-H1", "2026-H2"]),
    st.integers(min_value=10**6, max_value=10**9),
    st.sampled_from(["mvp", "funnel", "done"]),
)
OTHER = OPEN.replace("VS-1", "VS-2").replace("An open epic", "Another")


def with_a_hidden_epic(stream: str, period: str, amount: int, state: str) -> dict[str, str]:
    """What the public sees of two streams that state what they spent, a hidden epic's included."""
    lines = ", ".join(
        f"{{period: {name}, target: 9, approved: 900000, forecast: {28 + amount * (name == period)}"
        f", actual: {28 + amount * (name == period)}}}"
        for name in ("2026-H1", "2026-H2")
    )
    plain = "{period: 2026-H2, target: 9, approved: 900000, forecast: 28, actual: 28}"
    heads = {
        f"value-streams/{id}.md": f"title: {id}\nowner: A\nbudgets: ["
        + (lines if id == stream else f"{plain.replace('H2', 'H1')}, {plain}")
        + "]"
        for id in ("VS-1", "VS-2")
    }
    hidden = f"""
        title: Kingfisher
        owner: A
        state: {state}
        history: [{{state: {state}, on: 2026-09-01}}]
        value_stream: {stream}
        visibility: confidential
        cost_of_delay: {amount}
        duration_weeks: 3
        budgets: [{{period: {period}, approved: {amount}, actual: {amount}, forecast: {amount}}}]
        """
    return heads | {"epics/EP-2.md": OPEN, "epics/EP-4.md": OTHER, "epics/EP-3.md": hidden}


@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(PLACES, PLACES)
@example(("VS-1", "2026-H1", 777003, "mvp"), ("VS-2", "2026-H2", 999001, "funnel"))
def test_no_byte_tells_what_a_hidden_epic_takes_nor_where(one: Any, two: Any) -> None:
    """Whatever the totals of its value stream state: less what is shown, they leave nothing."""
    shown = [output_files(public_site(with_a_hidden_epic(*place))[1]) for place in (one, two)]
    assert [path for path in shown[0] if shown[0][path] != shown[1].get(path)] == []
    assert "900,000" in shown[0]["funding.html"]
    assert "not shown" in shown[0]["value-streams/VS-1.html"]


def test_remarks_in_records_are_hidden_with_those_in_items() -> None:
    records = (
        record("actuals/1.csv", booked(5, "Kingfisher")),
        record("scenarios/a.yml", "why: Kingfisher\nepics: {EP-2: {approved: 6000}}"),
        record("ballots/a.yml", "note: Kingfisher\nballots: {Group: {EP-2: 5}}"),
    )
    policy = "type: portfolio\ntitle: A\nowner: A\naudiences: {public: {hide: [notes]}}"
    files = {"portfolio.md": policy, "epics/EP-1.md": OPEN, "epics/EP-2.md": OPEN}
    whole, public = public_site(files, *records)
    assert "Kingfisher" in "".join(outputs(whole))
    assert "Kingfisher" not in "".join(outputs(public))
    assert len(public.records.spendings) == 2


@pytest.mark.parametrize("name", ["ownr", "title", "states", "decisions.note"])
def test_what_is_no_field_of_items_cannot_be_hidden(name: str) -> None:
    policy = f"type: portfolio\ntitle: A\nowner: A\naudiences: {{public: {{hide: [{name}]}}}}"
    whole = build(sources({"portfolio.md": policy}), as_of=TODAY, otherwise=TODAY)
    [problem] = [entry for entry in whole.errors if entry.rule == "value-wrong"]
    assert f"'{name}' is no field that can be hidden" in problem.message


def test_the_public_reads_no_more_than_insiders() -> None:
    readers = Audiences.model_validate({"internal": {"hide": ["vendor"]}, "public": {"hide": []}})
    assert readers.hidden_from("public") == readers.hidden_from("internal") == {"vendor"}
    assert readers.hidden_from("confidential") == frozenset()


def test_spending_of_an_epic_is_hidden_with_its_actual() -> None:
    epic = OPEN.replace("    actual: 28\n", "") + "confidential: [actual]\n"
    spending = "date,item,amount,currency,note\n2026-10-06,EP-2,777003,EUR,x\n"
    files = {"epics/EP-2.md": epic}
    whole, public = public_site(files, record("actuals/2026.csv", spending))
    assert whole.records.spendings
    assert not [text for text in outputs(public) if re.search(r"777,?003", text)]


def test_prose_shows_no_id_of_a_hidden_item() -> None:
    words = "# On EP-3\n\nWaits for EP-3, `EP-3` and [EP-3](EP-3.md).[^1]\n\n[^1]: EP-3 again\n"
    page = source("note.md", "title: About EP-3\ndescription: EP-3", words)
    epic = source("epics/EP-2.md", OPEN, words)
    files = [*sources({"epics/EP-3.md": SECRET}), epic, page]
    public = published(build(files, as_of=TODAY, otherwise=TODAY), "public")
    assert not [text for text in outputs(public) if re.search(r"EP-3\b", text, re.I)]


# Words -----------------------------------------------------------------------------------------


def words_about_a_hidden_team() -> Portfolio:
    files = {
        "teams/T-9.md": "title: Kingfisher\nvalue_stream: VS-1\nvisibility: confidential",
        "increments/PI-1.md": "title: An increment\nstart: 2026-10-05\nend: 2026-12-18\n"
        "objectives: [{title: Its promise, team: T-9, planned_value: 7}, {title: Ours}]",
        "epics/EP-2.md": OPEN
        + "waivers: [{rule: orphan, reason: T-9 asked for it, approver: A, until: 2027-01-01}]\n",
    }
    return linked(files)[0].visible_to("public")


def test_what_a_hidden_team_promised_is_left_out() -> None:
    increment = words_about_a_hidden_team()["PI-1"]
    assert [entry.title for entry in getattr(increment, "objectives")] == ["Ours"]  # noqa: B009


def test_a_reason_that_names_a_hidden_item_does_not_say_its_name() -> None:
    [waiver] = words_about_a_hidden_team()["EP-2"].waivers
    assert waiver.reason == "(not shown) asked for it"


def test_words_of_a_link_to_a_hidden_item_are_not_shown() -> None:
    prose = "[[EP-3|Kingfisher]], [its file](EP-3.md), [its plan](kingfisher.pdf)\n"
    epic = source("epics/EP-2.md", OPEN, prose)
    files = [*sources({"epics/EP-3.md": SECRET}), epic]
    whole = build(files, as_of=TODAY, otherwise=TODAY)
    page = dict(pages(published(whole, "public")))["epics/EP-2.html"]
    assert page.count("(not shown)") == 3
    assert "kingfisher" not in page.lower()


def test_totals_that_leave_something_out_say_so() -> None:
    whole, public = public_site({"epics/EP-2.md": OPEN, "epics/EP-3.md": SECRET})
    texts = {**dict(pages(public)), **data_files(public)}
    for name in ("board", "funding"):
        assert "Figures hold what this audience may read." in texts[f"{name}.html"]
        assert '"partial": true' in texts[f"data/{name}.json"]
    assert '"partial": false' in data_files(whole)["data/board.json"]


LIMITED = """
    type: portfolio
    title: A portfolio
    owner: A
    currency: EUR
    states:
      - {name: mvp, category: active, limit: 1}
      - {name: done, category: done}
    """


def shown(*, hidden: bool) -> Built:
    """A stream of 900 and a column for one; an epic of 100, and one of 700 that may be hidden."""
    epic = OPEN.replace("5000", "100")
    other = OPEN.replace("5000", "700").replace("An open epic", "Kingfisher")
    if hidden:
        other = other.replace("visibility: public", "visibility: confidential")
    files = {
        "portfolio.md": LIMITED,
        "value-streams/VS-1.md": STREAM,
        "epics/EP-1.md": epic,
        "epics/EP-2.md": other,
    }
    return public_site(files)[1]


def test_neither_limits_nor_money_are_judged_of_a_part() -> None:
    whole, part = shown(hidden=False), shown(hidden=True)
    [column, _] = whole.figures.board.columns
    assert str(column.words) == "2 of 1, over the limit"
    [column, _] = part.figures.board.columns
    assert str(column.words) == "1 shown, 1 allowed"
    assert column.limit_tag is not None
    assert column.limit_tag.tone == "plain"

    def words(built: Built) -> dict[str, str]:
        return {
            row.level: row.variance_word
            for row in built.figures.funding.rows
            if row.period == "2026-H2"
        }

    assert words(whole)["value-stream"] == "under"
    assert words(part)["value-stream"] == "not judged"
    html = dict(pages(part))["funding.html"]
    assert "Whether the approved money is enough is not judged here" in html
    assert html.count("not shown") > 5
    assert not re.search(r">under<|approved and not committed|within its approved", html)
