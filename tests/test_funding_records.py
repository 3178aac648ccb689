"""What stands beside the items, from the folder to the page: spending, ballots, scenarios."""

import csv
import io
import json
import sqlite3
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner, Result

from leanfolio.cli import commands
from leanfolio.disk import files
from leanfolio.disk.files import Project
from leanfolio.disk.project import load, portfolio_at
from leanfolio.figures.funding.records import Records, read_records
from leanfolio.model.source import MAX_RECORD_BYTES, Source
from leanfolio.output.data import as_csv
from leanfolio.output.data_files import data_files
from leanfolio.output.html.say import Say
from leanfolio.pipeline import build, published
from leanfolio.views.built import Built
from leanfolio.views.home import home_view
from leanfolio.views.pages import navigation, page_specs
from leanfolio.wording.language import Language

TODAY = date(2026, 11, 20)
SMALL = {
    "portfolio.md": "---\ntitle: P\nguardrails: {epic_threshold: 400}\nreallocations:\n"
    "  - {on: 2026-10-01, from: VS-2, to: VS-1, period: 2026-H2, amount: 200, by: Board,"
    " why: Peak}\n---\nProse.\n",
    "value-streams/VS-1.md": "---\ntitle: One\nbudgets: [{period: 2026-H2, approved: 1000,"
    " forecast: 900}]\n---\n",
    "value-streams/VS-2.md": "---\ntitle: Two\nbudgets: [{period: 2026-H2, approved: 100}]\n---\n",
    "epics/EP-1.md": "---\ntitle: A\nstate: mvp\nvalue_stream: VS-1\napproved: 300\n"
    "cost: 250\n---\n",
    "epics/EP-2.md": "---\ntitle: B\nstate: ready\nvalue_stream: VS-1\ncost: 500\n"
    "cost_of_delay: 20\nvisibility: confidential\n---\n",
}
ACTUALS = "date,item,amount,currency\n2026-10-05,EP-1,40,EUR\n2026-10-06,EP-2,7,EUR\n"
BOLD = "title: Bold\nepics: {EP-2: {approved: 500}}\n"
ROUND = "pot: 100\nballots:\n  Sales: {EP-1: 60, EP-2: 40}\n  Run: {EP-1: 101}\n"
BESIDE = {"actuals/a.csv": ACTUALS, "scenarios/bold.yml": BOLD, "ballots/autumn.yml": ROUND}


def sources(texts: dict[str, str]) -> list[Source]:
    return [Source(PurePosixPath(path), text.encode()) for path, text in texts.items()]


def built(beside: dict[str, str], **changed: str) -> Built:
    return build(
        sources({**SMALL, **changed}), as_of=TODAY, otherwise=TODAY, records=sources(beside)
    )


def rules(found: Built) -> list[tuple[str, int, str]]:
    return [
        (str(problem.at.path), problem.at.line, problem.rule)
        for problem in found.problems
        if problem.at.path.parts[0] in ("actuals", "ballots", "scenarios")
    ]


def a_project(root: Path) -> Path:
    for path, text in {**SMALL, **BESIDE}.items():
        file = root / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["-C", str(root), *arguments, "--as-of", "2026-11-20"])


def records_of(path: str, data: bytes) -> Records:
    return read_records([Source(PurePosixPath(path), data)])


# Spending --------------------------------------------------------------------------------------


def test_what_was_booked_is_what_an_epic_has_spent() -> None:
    found = built(BESIDE)
    assert found.figures.funding.spent["EP-1"] == Decimal(40)
    [row] = [
        row
        for row in found.figures.funding.rows
        if (row.level, row.id, row.period) == ("value-stream", "VS-1", "2026-H2")
    ]
    assert row.actual == Decimal(47)
    assert row.summed == ("actual",)


def test_spending_of_an_item_that_an_audience_may_not_see_is_in_no_figure_of_it() -> None:
    public = published(built(BESIDE), "public")
    assert [booking.epic for booking in public.facts.ledger.bookings] == ["EP-1"]
    assert "EP-2" not in str(public.figures.funding) + str(public.scenarios) + str(public.ballots)


def test_booked_money_can_overrun_an_epic() -> None:
    more = ACTUALS + "2026-10-07,EP-1,400,EUR\n"
    found = built({"actuals/a.csv": more})
    assert [problem.message for problem in found.problems if problem.rule == "epic-overrun"] == [
        "EP-1 has spent EUR 440, EUR 140 more than the EUR 300 approved"
    ]


def test_records_are_read_from_their_folders_alone_and_never_published(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    (root / "content/costs.csv").write_text("a,b\n")
    content = files.load(root / "content")
    assert [str(record.path) for record in content.records] == sorted(BESIDE)
    assert list(map(str, content.assets)) == ["costs.csv"]


def test_a_table_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    with (root / "content/actuals/a.csv").open("wb") as file:
        file.truncate(MAX_RECORD_BYTES * 3)
    content = files.load(root / "content")
    assert len(content.records[0].data) == MAX_RECORD_BYTES + 1
    [problem] = read_records(content.records[:1]).problems
    assert problem.message == "the file is larger than 8,000 KB"


@pytest.mark.parametrize(
    ("path", "data", "rule"),
    [
        ("actuals/a.csv", "date,item,amount,currency\n2026-10-05,EP-1,1€,EUR".encode("cp1252"),
         "file-unreadable"),
        ("actuals/a.csv", b"\0", "file-unreadable"),
        ("scenarios/a.yml", b"epics: &a {EP-1: *a}", "front-matter-refused"),
        ("scenarios/a.yml", b"[" * 100_000, "front-matter-refused"),
        ("scenarios/a.yml", b"epics: !!python/object:os.system {}", "front-matter-refused"),
        ("scenarios/a.yml", b"title: 'one\nepics: {}", "front-matter-unreadable"),
        ("ballots/a.yml", b"pot: 1\npot: 2", "key-duplicate"),
        ("ballots/a.yml", b"ballots: [1, 2]", "ballot-unreadable"),
        ("ballots/a.yml", b"pot: .nan", "value-wrong"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem_and_nothing_worse(
    path: str, data: bytes, rule: str
) -> None:
    assert rule in {problem.rule for problem in records_of(path, data).problems}


def test_a_quotation_mark_that_is_never_closed_ends_the_table_and_not_the_program() -> None:
    head = "date,item,amount,currency,note\n2026-10-01,EP-1,5,EUR,\n"
    found = records_of("actuals/a.csv", (head + '2026-10-05,EP-1,1,EUR,"' + "x" * 200_000).encode())
    assert len(found.spendings) >= 1
    assert {problem.rule for problem in found.problems} <= {"csv-row"}


# Ballots ---------------------------------------------------------------------------------------


def test_a_round_has_its_mean_and_its_sum_held_against_the_pot() -> None:
    found = built(BESIDE)
    [round] = found.ballots.rounds
    assert [(item.epic.id, item.mean, item.funded) for item in round.items] == [
        ("EP-1", Decimal("80.50"), Decimal(300)),
        ("EP-2", Decimal("20.00"), None),
    ]
    assert [(group.name, str(group.word)) for group in round.groups] == [
        ("Sales", "within the pot"),
        ("Run", "over the pot"),
    ]
    assert ("ballots/autumn.yml", 4, "ballot-over-pot") in rules(found)


def test_a_round_may_keep_its_votes_in_a_table_beside_it() -> None:
    table = "group,item,amount\nSales,EP-1,10\n"
    found = built({"ballots/a.yml": "title: A round\npot: 10\n", "ballots/a.csv": table})
    [round] = found.ballots.rounds
    assert (round.title, [row.epic.id for row in round.items]) == ("A round", ["EP-1"])


# Scenarios -------------------------------------------------------------------------------------


def test_a_scenario_stands_beside_the_present_with_its_guardrails_and_its_delay() -> None:
    [scenario] = built(BESIDE).scenarios.scenarios
    assert ([each.id for each in scenario.entered], scenario.left) == (["EP-2"], ())
    assert (scenario.given, scenario.gained.per_week) == (Decimal(500), Decimal("20.00"))
    [rail] = scenario.telling
    assert (rail.name, rail.now, rail.then) == ("Large epics are decided", "kept", "broken")


def test_a_guardrail_that_nobody_can_judge_is_counted_apart_from_those_that_hold() -> None:
    policy = SMALL["portfolio.md"].replace("400}", "400, engagement: 100}")
    [scenario] = built(BESIDE, **{"portfolio.md": policy}).scenarios.scenarios
    assert (scenario.kept, scenario.broken, scenario.not_judged) == (0, 1, 2)
    assert [guardrail.then for guardrail in scenario.guardrails] == [
        "broken",
        "not judged",
        "not judged",
    ]
    assert [each.name for each in scenario.telling] == ["Large epics are decided"]
    assert str(scenario.others) == "No guardrails hold as before; two are not judged"


def test_home_counts_the_guardrails_that_hold_among_those_that_were_judged() -> None:
    found = built(BESIDE)
    figures = home_view(found.portfolio, found.facts, found.figures).figures
    [rails] = [figure for figure in figures if figure.url == "guardrails.html"]
    assert str(rails.value) == "1 of 1"
    assert str(rails.note) == "one not judged: what it needs is not there"


def test_pages_of_records_are_there_only_where_there_are_records() -> None:
    entries = {key for _, group in navigation(built({})) for _, _, key in group}
    assert not {"scenarios", "ballots"} & entries
    assert "scenarios.html" not in {spec.url for spec in page_specs(built({}))}
    entries = {key for _, group in navigation(built(BESIDE)) for _, _, key in group}
    assert {"scenarios", "ballots"} <= entries
    assert "scenarios.html" in {spec.url for spec in page_specs(built(BESIDE))}


def test_a_scenario_is_shown_by_its_name_and_a_wrong_name_is_guessed_at(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    assert "EP-2 B; a week's delay EUR 20" in run(root, "show", "scenario", "bold").stdout
    wrong = run(root, "show", "scenario", "bolt")
    assert (wrong.exit_code, "did you mean bold?" in wrong.stderr) == (2, True)
    assert run(root, "show", "funding", "bold").exit_code == 2


def test_the_json_of_a_scenario_has_the_points_of_a_delay_too(tmp_path: Path) -> None:
    answer = run(a_project(tmp_path), "show", "scenario", "bold", "--format", "json")
    [scenario] = json.loads(answer.stdout)["scenarios"]
    assert scenario["gained"].keys() == {"per_week", "points", "unknown"}
    [there] = built(BESIDE).scenarios.scenarios
    assert Decimal(scenario["gained"]["points"]) == there.gained.points


def test_another_revision_stands_beside_the_present_as_a_scenario_does(tmp_path: Path) -> None:
    root = a_project(tmp_path)

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "first")
    epic = root / "content/epics/EP-1.md"
    epic.write_text(epic.read_text().replace("approved: 300", "approved: 350"))
    said = run(root, "show", "scenario", "HEAD").stdout
    assert said.startswith("EUR 0 more and EUR 50 less for epics")
    assert "Each side with the spending that its own records hold." in said
    assert portfolio_at(root / "content", "--output=x") is None
    assert portfolio_at(root / "content", "HEAD:content") is None


def test_another_revision_has_the_ledger_of_its_own_records(tmp_path: Path) -> None:
    """Forty were booked then and a hundred now: that moved, and is no figure of the earlier day."""
    root = a_project(tmp_path)

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)

    def spent() -> tuple[str | None, str | None]:
        said = json.loads(run(root, "show", "scenario", "HEAD", "--format", "json").stdout)
        moved = {(row["id"], row["column"]): row for row in said["scenarios"][0]["moved"]}
        row = moved["EP-1", "actual"]
        return row["now"], row["then"]

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "first")
    records = root / "content/actuals/a.csv"
    records.write_text(f"{ACTUALS}2026-11-05,EP-1,60,EUR\n")
    assert spent() == ("100", "40")
    records.unlink()
    assert spent() == (None, "40")


def test_what_a_scenario_does_is_written_as_its_language_writes_amounts() -> None:
    [scenario] = built(BESIDE).scenarios.scenarios
    assert str(scenario.finding).startswith("One epic in; EUR 500 more and EUR 0 less for epics")
    big = "title: Bold\nepics: {EP-2: {approved: 1234567}}\n"
    [scenario] = built({"scenarios/bold.yml": big}).scenarios.scenarios
    assert "1.234.567" in Say(Language("de")).text(scenario.finding)
    assert "1,234,567" in Say(Language("en")).text(scenario.finding)


def test_a_share_is_written_as_its_language_writes_it() -> None:
    assert [Say(Language(each)).percent(Decimal("0.0745"), 1) for each in ("en", "de")] == [
        "7.5\N{NO-BREAK SPACE}%", "7,5\N{NO-BREAK SPACE}%",
    ]  # fmt: skip


# The baseline and the workbook -------------------------------------------------------------------


def test_a_reallocation_leaves_the_variance_from_the_first_approval_in_sight() -> None:
    baseline = built(BESIDE).figures.funding.baseline
    one, two = baseline.rows
    figures = [(each.baseline, each.moved, each.approved) for each in (one, two)]
    assert figures == [(Decimal(800), Decimal(200), Decimal(1000)), (300, -200, 100)]
    assert [one.variance, one.against_baseline] == [100, -100]
    assert one.against_baseline_word == "over"
    [move] = baseline.moves
    assert (move.by, move.why) == ("Board", "Peak")


def test_the_workbook_is_the_same_twice_and_holds_numbers_as_numbers(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    from zipfile import ZipFile

    root = a_project(tmp_path)
    epic = root / "content/epics/EP-1.md"
    epic.write_text(epic.read_text().replace("title: A", "title: '=HYPERLINK(1)'"))
    for name in ("one.xlsx", "two.xlsx"):
        done = run(root, "export", "xlsx", str(tmp_path / name))
        assert done.exit_code == 0, done.output
    one, two = ((tmp_path / name).read_bytes() for name in ("one.xlsx", "two.xlsx"))
    assert one == two
    book = ZipFile(tmp_path / "one.xlsx")
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>1000</v>" in sheet
    assert 'state="frozen"' in sheet
    assert "=HYPERLINK(1)" in book.read("xl/sharedStrings.xml").decode()
    assert 'quotePrefix="1"' in book.read("xl/styles.xml").decode()


def test_without_the_library_the_workbook_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    done = run(a_project(tmp_path), "export", "xlsx", str(tmp_path / "a.xlsx"))
    assert done.exit_code == 3
    assert "leanfolio[xlsx]" in done.stderr
    assert not (tmp_path / "a.xlsx").exists()


# Engagement --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ("start: 2026-10-05\nend: 2026-12-18", "the one increment lacks no evidence"),
        ("start: 2026-09-05\nend: 2026-11-18", "PI-1 has evidence for 67 % of its moments"),
        ("start: 2026-12-05\nend: 2026-12-18", "no increment has begun"),
    ],
)
def test_an_increment_is_held_to_the_moments_that_have_gone_by(dates: str, said: str) -> None:
    increment = (
        f"---\ntitle: I\n{dates}\nengagement: [{{on: 2026-09-01, by: A, when: before}},"
        " {on: 2026-10-05, by: A, when: at}]\n---\n"
    )
    policy = "---\ntitle: P\nguardrails: {engagement: 100}\n---\n"
    found = built({}, **{"portfolio.md": policy, "increments/PI-1.md": increment})
    [rail] = found.figures.funding.guardrails
    assert str(rail.detail).startswith(said)


# What is exported --------------------------------------------------------------------------------


def test_the_totals_are_those_that_a_database_finds_in_the_exported_rows() -> None:
    """The sample, from its files to the CSV, summed by somebody else."""
    _, sample = load(Project.at(Path(__file__).parents[1]))
    funding = sample.figures.funding
    rows = list(csv.DictReader(io.StringIO(as_csv(funding.rows))))
    names = ("target", "approved", "committed", "forecast", "actual")
    database = sqlite3.connect(":memory:")
    database.execute(f"create table row (level, period, proposed, {', '.join(names)})")
    for row in rows:
        cents = [int(Decimal(row[name]) * 100) if row[name] else None for name in names]
        values = [row["level"], row["period"], row["proposed"], *cents]
        database.execute("insert into row values (?, ?, ?, ?, ?, ?, ?, ?)", values)
    for total in funding.totals:
        for name in names:
            query = f"select coalesce(sum({name}), 0) from row where period = ? and level"
            for level in ("= 'value-stream'", "<> 'value-stream'"):
                [found] = database.execute(f"{query} {level}", [total.period]).fetchone()
                assert Decimal(found) / 100 == (getattr(total, name) or 0), (total.period, name)
    database.close()


def test_every_drawing_of_the_money_has_its_table_in_a_file() -> None:
    _, sample = load(Project.at(Path(__file__).parents[1]))
    found = data_files(sample)
    flow = list(csv.DictReader(io.StringIO(found["data/funding-flow.csv"])))
    first = flow[0]["source"]
    streams = {row["to"] for row in flow if row["source"] == first}
    inward = sum(Decimal(row["amount"]) for row in flow if row["source"] == first)
    outward = sum(Decimal(row["amount"]) for row in flow if row["source"] in streams)
    assert inward == outward == sample.figures.funding.current.approved
    assert {row["period"] for row in flow} == {sample.figures.funding.period}
    said = json.loads(found["data/funding.json"])["flow"]
    assert [(each["source"], each["to"], each["amount"]) for each in said] == [
        (row["source"], row["to"], row["amount"]) for row in flow
    ]
    spent = list(csv.DictReader(io.StringIO(found["data/funding-spent.csv"])))
    assert Decimal(spent[-1]["spent"]) == sample.figures.funding.current.actual
    assert found["data/guardrails.csv"].count("Investment horizons") == 4
    assert found["data/guardrails.csv"].count("for information") == 24
    assert found["data/scenarios.csv"].startswith("scenario,level")
