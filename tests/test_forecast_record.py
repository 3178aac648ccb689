"""What was forecast when an increment began, and what came of it."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from click.testing import CliRunner

from leanfolio.cli import commands
from leanfolio.figures.facts import Facts
from leanfolio.figures.flow.figures import SHARES
from leanfolio.figures.flow.forecast import Forecasts
from leanfolio.figures.flow.forecast_record import ForecastRecord, forecast_records
from leanfolio.figures.flow.scopes import Flow
from leanfolio.figures.history.versions import History
from leanfolio.views.forecast_record import record_words
from making import SMALL, built, linked, written
from pages import pages
from test_flow_forecast import PAST, TEAM, a_feature, finished
from test_history import a_history

BEGIN, AFTER = date(2026, 11, 2), date(2026, 12, 31)
INCREMENT = f"title: Any\nstart: {BEGIN}\nend: 2026-12-18"
PLANNED = "increment: PI-9"


def planned(done: date | None = None, **more: str) -> str:
    return a_feature(done=done, more=PLANNED, **more)


DROPPED = (
    planned()
    .replace("state: ready\nhistory: [", "state: dropped\nhistory: [")
    .replace("}]", "}, {state: dropped, on: 2026-11-04}]")
)
FILES: Mapping[str, str] = {
    **SMALL, **finished(1, 2, 1, 1, 2, 1, 0, 0), "epics/EP-8.md": PAST, "teams/T-1.md": TEAM,
    "increments/PI-9.md": INCREMENT,
    "features/FT-1.md": planned(date(2026, 11, 5)), "features/FT-2.md": planned(date(2026, 12, 16)),
    "features/FT-3.md": planned(), "features/FT-4.md": DROPPED,
}  # fmt: skip


def record(files: Mapping[str, str] = FILES, history: History | None = None) -> ForecastRecord:
    portfolio, _ = linked(files)
    return forecast_records(Flow(portfolio, AFTER, history))["PI-9"]


def test_each_date_that_was_called_is_held_against_what_came() -> None:
    found = record()
    assert (found.source, found.on) == ("declared", BEGIN)
    said = {entry.id: (entry.verdict, entry.done_on) for entry in found.called}
    assert said == {
        "FT-1": ("held", date(2026, 11, 5)), "FT-2": ("missed", date(2026, 12, 16)),
        "FT-3": ("missed", None), "FT-4": ("dropped", None), "EP-1": ("ahead", None),
    }  # fmt: skip
    assert (
        str(record_words(found))
        == "Of 3 dates forecast at its start with a chance of 85 %, 1 held."
    )


def test_what_was_called_is_what_the_page_of_that_day_said() -> None:
    began = {**FILES, "features/FT-1.md": planned(), "features/FT-2.md": planned(),
             "features/FT-4.md": planned()}  # fmt: skip
    portfolio, _ = linked(began)
    facts = Facts(portfolio, BEGIN)
    expected = Forecasts(facts.flow, facts.ranking)
    for entry in record().called:
        assert entry.day == expected.of([entry.id]).date_for(SHARES[1]), entry.id


def test_git_tells_what_was_known_then_whatever_is_written_later() -> None:
    before = {**FILES, "features/FT-1.md": planned(), "features/FT-2.md": planned(),
              "features/FT-4.md": planned()}  # fmt: skip
    history = a_history({
        str(BEGIN - timedelta(days=3)): {**before, "portfolio.md": "type: portfolio\ntitle: Any"},
        "2026-12-20": {path: text for path, text in FILES.items() if before[path] != text},
    })  # fmt: skip
    found = record(history=history)
    assert found.source == "git"
    assert [(entry.id, entry.day) for entry in found.called] == [
        (entry.id, entry.day) for entry in record().called
    ]
    quicker = {id: text for id, text in FILES.items() if not id.startswith("features/FT-10")}
    assert record(quicker, history).called[0].day == found.called[0].day
    assert record(quicker).called == ()


def test_where_nothing_was_forecast_the_record_says_so() -> None:
    none = {path: text for path, text in FILES.items() if not path.startswith("features/FT-10")}
    found = record(none)
    assert (found.called, found.due) == ((), 0)
    assert str(record_words(found)) == "Nothing was forecast when it began."


def test_an_increment_that_has_not_begun_has_no_record() -> None:
    portfolio, _ = linked(FILES)
    assert forecast_records(Flow(portfolio, BEGIN - timedelta(days=1))) == {}


def test_the_review_and_the_data_say_how_many_dates_held(tmp_path: Path) -> None:
    made = built(FILES, as_of=AFTER)
    page = dict(pages(made))["increments/PI-9.html"]
    sentence = str(record_words(record()))
    assert sentence.replace(" %", "\N{NO-BREAK SPACE}%") in page
    assert "Made anew from the dates that items state, cut at 2 Nov 2026" in page
    folder = written(tmp_path, FILES)
    done = CliRunner().invoke(
        commands,
        ["-C", str(folder), "show", "increment", "PI-9", "--format", "json", "--as-of", str(AFTER)],
    )
    said = json.loads(done.stdout)["forecasts"]
    assert (said["finding"], said["held"], said["source"]) == (sentence, 1, "declared")
