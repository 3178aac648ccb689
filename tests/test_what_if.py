"""The ranking that a reader's browser makes is ours: the script, run by node, against Python."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from leanfolio.figures.ranking.wsjf import PARTS
from leanfolio.model import CostOfDelay, CutLine, Epic
from leanfolio.views.ranking.ranking import Ranking, ranking_view
from test_ranking_wsjf import SCALE, a_portfolio, an_epic

NODE = shutil.which("node")
SCRIPT = Path(__file__).parents[1] / "templates" / "theme" / "what-if.js"
TODAY = date(2026, 11, 20)
CASES = 400
pytestmark = pytest.mark.skipif(
    NODE is None, reason="node is not installed, so the browser's ranking cannot be compared"
)

# Reads cases as JSON, ranks each anew by what its address says, and prints what a page would show.
RUN = """
const page = require(process.argv[1]);
const big = (texts) => texts.map(BigInt);
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(({ data, addresses, terms }) => {
  const given = { form: data.form, unit: BigInt(data.unit), scale: big(data.scale),
    measure: data.measure, capacity: BigInt(data.capacity || 0), parts: data.parts,
    items: data.items.map((each) => ({ id: each.id, numbers: big(each.numbers),
      stated: BigInt(each.stated), last: BigInt(each.last), hidden: each.hidden,
      weight: each.weight === "" ? null : BigInt(each.weight) })) };
  const before = page.rankItems(given, new Map());
  return addresses.map((address) => {
    const { changes, refused } = page.fromAddress(given, address);
    const now = page.rankItems(given, changes);
    return { refused, address: page.toAddress(given, changes), place: now.place,
      summary: page.summary(before, now, changes),
      rows: now.items.map((each) => {
        const own = changes.get(each.id), score = page.score(given.form, each, given.unit);
        return { id: each.id, score: page.rounded(score.over, score.under),
          arithmetic: page.arithmetic(given.form, each, given.unit,
            own && own.has(0) ? "" : terms[each.id]),
          above: now.above.get(each.id), ties: now.ties.get(each.id) };
      }) };
  });
})));
"""


def browsed(cases: list[dict[str, Any]]) -> Any:
    """What the script makes of each case, all in one process."""
    assert NODE is not None
    done = subprocess.run(
        [NODE, "-e", RUN, str(SCRIPT)],
        input=json.dumps(cases), capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return json.loads(done.stdout)


def given(ranking: Ranking, *addresses: str) -> dict[str, Any]:
    """A case for the script: the numbers of the page, and the addresses to open it with."""
    data = ranking.what_if
    items = [
        {"id": item.id, "numbers": item.numbers, "stated": item.stated, "last": item.last,
         "weight": item.weight, "hidden": False}
        for item in data.items
    ]  # fmt: skip
    return {
        "data": {
            "form": data.form, "unit": data.unit, "scale": data.scale, "measure": data.measure,
            "capacity": data.capacity, "parts": PARTS[data.form], "items": items,
        },
        "addresses": addresses,
        "terms": {row.id: str(row.arithmetic).rpartition(" / ")[0] for row in ranking.items},
    }  # fmt: skip


def printed_rows(ranking: Ranking) -> list[dict[str, Any]]:
    """What the page prints of each row when it is built from the files."""
    return [
        {"id": row.id, "score": str(row.score), "arithmetic": str(row.arithmetic),
         "above": row.above_cut, "ties": sorted((row.id, *row.tied_with))}
        for row in ranking.items
    ]  # fmt: skip


def sorted_ties(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "ties": sorted(row["ties"])} for row in rows]


def some_due(any: Random) -> date | None:
    return any.choice([None, TODAY + timedelta(any.randrange(4))])


TINY = tuple(map(Decimal, (0, 1, 2)))  # everything ties, down to the id


def some_epic(any: Random, form: str, number: int, scale: tuple[Decimal, ...] = SCALE) -> Epic:
    """An epic with small numbers, so that ties are frequent; a few lie off the scale."""
    cost = any.choice([None, Decimal(any.randrange(6)), Decimal(any.randrange(600)) / 100])
    more: dict[str, Any] = {"due": some_due(any), "cost": cost}
    off = (Decimal("0.5"), Decimal(4), Decimal("7.25"))
    stops = scale if scale == TINY else (*scale, *off)
    scores: Any = [any.choice(stops) for _ in range(3)]
    scores.append(any.choice(stops) or Decimal(1))
    if form == "money":
        delay = CostOfDelay(
            revenue=Decimal(any.randrange(9)), savings=any.choice([None, Decimal("0.35")]),
            per=any.choice(["week", "month"]),
        )  # fmt: skip
        scores = [None, any.choice([None, *scale]), None, None]
        more |= {"cost_of_delay": delay, "duration_weeks": Decimal(any.randrange(1, 25)) / 4}
    return an_epic(f"EP-{number}", tuple(scores), **more)


def some_policy(any: Random, form: str) -> dict[str, Any]:
    line = any.choice([
        None, CutLine(count=any.randrange(1, 9)), CutLine(size=Decimal(any.randrange(1, 40)) / 2),
        CutLine(money=Decimal(any.randrange(1, 20)) / 3 // Decimal("0.01") / 100),
    ])  # fmt: skip
    return {"ranking": form, "cut_line": line, "currency": "EUR"}


def some_change(any: Random, epic: Epic, form: str, scale: tuple[Decimal, ...]) -> tuple[Epic, str]:
    """An epic with one number changed, and how an address says so."""
    part = any.choice(PARTS[form])  # type: ignore[index]
    value = any.choice(scale)
    if form == "money":
        value = Decimal(any.randrange(3000)) / any.choice([1, 4, 100])
    if part in ("job_size", "duration_weeks"):
        value = value or Decimal(1)
    change: Any = CostOfDelay(other=value) if part == "cost_of_delay" else value
    return epic.model_copy(update={part: change}), f"{epic.id}.{part}={value:f}"


def some_case(any: Random) -> tuple[dict[str, Any], Ranking]:
    """A ranking with an address that changes it, and the ranking of the files changed likewise."""
    form = any.choice(["relative", "money"])
    scale = any.choice([SCALE, TINY])
    epics = [some_epic(any, form, n, scale) for n in range(1, any.randrange(2, 12))]
    policy = {**some_policy(any, form), "scale": scale}
    before = ranking_view(a_portfolio(*epics, **policy), TODAY)
    changes = []
    for number in any.sample(range(len(epics)), any.randrange(len(epics) + 1)):
        epics[number], words = some_change(any, epics[number], form, scale)
        changes.append(words)
    return given(before, "what-if=" + ",".join(changes)), ranking_view(
        a_portfolio(*epics, **policy), TODAY
    )


def test_the_browser_ranks_as_the_files_would_if_they_were_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("leanfolio.views.ranking.figures.usual_draws", lambda _: 1)  # not compared
    any = Random(4)
    cases, afters = zip(*(some_case(any) for _ in range(CASES)), strict=True)
    measures = {case["data"]["form"] + case["data"]["measure"] for case in cases}
    assert len(measures) == 8  # both forms with every kind of cut line, and with none
    for case, after, (found,) in zip(cases, afters, browsed(list(cases)), strict=True):
        assert found["refused"] == 0, case["addresses"]
        assert sorted_ties(found["rows"]) == printed_rows(after), case
        if after.cut:
            assert found["place"] == after.cut.place, case


def test_of_what_is_worth_nothing_the_smaller_goes_first_in_the_browser_too() -> None:
    """A cost of delay of 0 is where size alone decides, against due date and id."""
    worthless = [an_epic("A", (0, 0, 0, 8), due=TODAY), an_epic("B", (0, 0, 0, 8))]
    case = given(ranking_view(a_portfolio(*worthless), TODAY), "what-if=B.job_size=5", "what-if=")
    found = [[row["id"] for row in each["rows"]] for each in browsed([case])[0]]
    assert found == [["B", "A"], ["A", "B"]]


def many() -> Iterator[Epic]:
    any = Random(5)
    for number in range(40):
        yield some_epic(any, "relative", number)


@cache
def three() -> Ranking:
    return ranking_view(
        a_portfolio(
            an_epic("A-1", (8, 8, 8, 5)), an_epic("B.2", (5, 5, 5, 5)), an_epic("C", (3, 3, 3, 5)),
            cut_line=CutLine(count=2),
        ),
        TODAY,
    )  # fmt: skip


def test_value_times_urgency_is_scored_in_its_own_unit() -> None:
    data = given(three(), "what-if=")
    data["data"] |= {"form": "value-urgency", "unit": "2", "parts": PARTS["value-urgency"]}
    for each in data["data"]["items"]:
        each["numbers"] = [str(2 * int(n)) for n in (each["numbers"][0], 3, 4)]
    data["terms"] = {}
    rows = browsed([data])[0][0]["rows"]
    assert [row["score"] for row in rows] == ["6.00", "3.75", "2.25"]
    assert rows[0]["arithmetic"] == "8 × 3 / 4 = 6.00"


def test_what_an_address_says_comes_back_as_it_was() -> None:
    any = Random(6)
    ranking = ranking_view(a_portfolio(*many()), TODAY)
    changes = []
    for item in ranking.items:
        part, value = any.choice(PARTS["relative"]), any.choice(SCALE)
        changes.append(f"{item.id}.{part}={value}")
    first = browsed([given(ranking, "what-if=" + ",".join(changes))])[0][0]
    again = browsed([given(ranking, first["address"], first["address"].replace("=", "%3D"))])[0]
    assert again[0] == first
    assert first["address"].count(",") > 20
    assert again[1]["address"] == first["address"]


@pytest.mark.parametrize(
    "address",
    [
        "A-1.job_size=4",  # off the scale, and not what is published
        "A-1.job_size=0",
        "A-1.job_size=-3",
        "A-1.job_size=1e3",
        "A-1.job_size=0x3",
        "A-1.job_size=3.0000000000000000000001",
        "A-1.job_size=",
        "A-1.jobsize=3",
        "A-1.__proto__=3",
        "__proto__.job_size=3",
        "constructor.job_size=3",
        "Z-9.job_size=3",
        "<img src=x onerror=alert(1)>.job_size=3",
        "%",
        "%E0%A4%A",
        "A-1",
    ],
)
def test_an_address_that_fits_nothing_changes_nothing_and_is_counted(address: str) -> None:
    found = browsed([given(three(), f"what-if={address}")])[0][0]
    assert (found["refused"], found["address"], found["summary"]) == (1, "", "As published.")


def test_what_has_no_row_competes_but_cannot_be_changed() -> None:
    case = given(three(), "what-if=C.job_size=1,B.2.job_size=1")
    case["data"]["items"][2]["hidden"] = True
    found = browsed([case])[0][0]
    assert (found["refused"], found["address"]) == (1, "what-if=B.2.job_size=1")
    assert [row["id"] for row in found["rows"]] == ["B.2", "A-1", "C"]


@pytest.mark.parametrize(
    ("address", "summary"),
    [
        ("C.job_size=1", ("C rises from 3 to 1 and comes above the line; "
                         "B.2 falls below the line; 2 others move.")),
        ("A-1.job_size=20", ("A-1 falls from 1 to 3, below the line; "
                            "C comes above the line; 2 others move.")),
        ("A-1.business_value=5", "A-1 stays at 1; no other moves."),
        ("A-1.job_size=5", "As published."),
    ],
)  # fmt: skip
def test_what_changed_is_summed_up_in_words(address: str, summary: str) -> None:
    assert browsed([given(three(), f"what-if={address}")])[0][0]["summary"] == summary
