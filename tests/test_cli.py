"""The terminal: exit codes, what goes where, and no traceback for an author's mistake."""

import csv
import io
import json
import os
import re
import subprocess
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner

from command_server import run_leanfolio
from leanfolio.cli.build import whose_site
from leanfolio.cli.new import prompt_for_ids
from leanfolio.cli.show import ViewName
from leanfolio.model.source import Source
from leanfolio.model.visibility import Visibility
from leanfolio.read import read
from leanfolio.read.links import link
from making import git, written

ENVIRONMENT = {**os.environ, "NO_COLOR": "1"}


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return run_leanfolio(*arguments, cwd=cwd, env=ENVIRONMENT)


@pytest.fixture
def fine(tmp_path: Path) -> Path:
    return written(tmp_path)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return written(
        tmp_path, {"epics/EP-2.md": "title: B\nstate: funel\ncost: TBD\nvalue_stream: VS-9"}
    )


def test_a_sound_portfolio_passes_without_needless_words(fine: Path) -> None:
    done = run("-C", str(fine), "check", "--as-of", "2026-11-20")
    assert done.returncode == 0
    assert done.stdout.endswith("no errors, 2 warnings in 2 files\n")
    assert done.stderr == ""


def test_problems_are_told_with_place_and_exit_code_one(broken: Path) -> None:
    done = run("-C", str(broken), "check")
    assert done.returncode == 1
    assert "content/epics/EP-2.md:3:8: state-unknown:" in done.stdout
    assert "content/epics/EP-2.md:4:7: value-wrong:" in done.stdout
    assert "content/epics/EP-2.md:5:15: link-unknown:" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_strict_counts_warnings_too(tmp_path: Path) -> None:
    folder = written(tmp_path, {"epics/EP-2.md": "title: B\nstate: funnel\nowner: A"})
    assert run("-C", str(folder), "check").returncode == 0
    assert run("-C", str(folder), "check", "--strict").returncode == 1


def test_check_answers_in_json_as_the_contract_says(broken: Path) -> None:
    answer = json.loads(run("-C", str(broken), "check", "--format", "json").stdout)
    assert set(answer) >= {"leanfolio", "as_of", "problems", "counts"}
    first = answer["problems"][0]
    assert set(first) >= {"rule", "severity", "file", "line", "column", "message", "hint"}
    errors = [each for each in answer["problems"] if each["severity"] == "error"]
    assert answer["counts"]["error"] == len(errors)
    places = [(each["file"], each["line"]) for each in answer["problems"]]
    assert places == sorted(places)


@pytest.mark.parametrize("form", ["github", "gitlab", "sarif", "junit"])
def test_other_forms_answer_too(broken: Path, form: str) -> None:
    done = run("-C", str(broken), "check", "--format", form)
    assert done.returncode == 1
    assert "state-unknown" in done.stdout


@pytest.mark.parametrize("view", ["ranking", "board", "funding", "okr", "trace"])
def test_show_prints_one_value_as_text_json_and_csv(fine: Path, view: str) -> None:
    text = run("-C", str(fine), "show", view, "--as-of", "2026-11-20")
    assert text.returncode == 0
    assert text.stdout.strip()
    answer = json.loads(run("-C", str(fine), "show", view, "--format", "json").stdout)
    assert "leanfolio" in answer
    rows = list(
        csv.DictReader(io.StringIO(run("-C", str(fine), "show", view, "--format", "csv").stdout))
    )
    assert rows


def test_show_ranking_answers_as_the_contract_says(fine: Path) -> None:
    answer = json.loads(run("-C", str(fine), "show", "ranking", "--format", "json").stdout)
    assert answer["form"] == "relative"
    item = answer["items"][0]
    assert (item["rank"], item["id"], item["score"], item["exact"]) == (1, "EP-1", "3.00", "3/1")
    assert set(item) >= {"title", "tied_with", "above_cut", "rank_low", "rank_high", "sequence"}


def test_show_okr_answers_as_the_contract_says(fine: Path) -> None:
    command = ("-C", str(fine), "show", "okr", "--format", "json", "--as-of", "2026-11-20")
    objective = json.loads(run(*command).stdout)["objectives"][0]
    assert set(objective) >= {"id", "score", "reported", "of", "band", "key_results"}
    row = objective["key_results"][0]
    assert (row["id"], row["progress"], row["score"], row["band"]) == (
        "KR-1",
        "0.50",
        "0.50",
        "yellow",
    )
    assert set(row) >= {"pace", "stale_days"}


def test_show_board_trace_and_funding_have_the_keys_of_the_contract(fine: Path) -> None:
    def answer(view: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(
            run("-C", str(fine), "show", view, "--format", "json").stdout
        )
        return found

    column = answer("board")["columns"][0]  # type: ignore[index]
    assert set(column) >= {"state", "limit", "count", "size", "over", "cards"}
    assert set(column["cards"][0]) >= {"id", "age_days", "blocked"}
    trace = answer("trace")
    assert set(trace) >= {"nodes", "edges", "orphans", "childless"}
    assert set(trace["edges"][0]) >= {"from", "to", "kind"}  # type: ignore[index]
    funding = answer("funding")
    assert set(funding) >= {"currency", "periods", "rows", "totals", "guardrails"}
    assert set(funding["rows"][0]) >= {  # type: ignore[index]
        "level", "id", "period", "target", "approved", "committed", "forecast", "actual",
        "remaining", "variance",
    }  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [("chek",), ("check", "--format", "xml"), ("show", "rankng"), ("check", "--as-of", "soon"),
     ("explain", "no-such-rule"), ("schema", "epik"), ("-C", "/nowhere/at/all", "check")],
)  # fmt: skip
def test_what_was_typed_wrong_exits_with_two_and_a_hint(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_a_misspelt_command_is_asked_after() -> None:
    assert "Did you mean check?" in run("chek").stderr


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("check -C some/dir", "-C stands before the command: `leanfolio -C some/dir check`"),
        ("check -Cdir -q", "-C stands before the command: `leanfolio -Cdir check -q`"),
        ("build --no-git", "--no-git stands before the command: `leanfolio --no-git build`"),
        ("show bord", "did you mean board?"),
        ("check --format=jsn", "did you mean json?"),
        ("-V", "write `leanfolio --version`"),
        ("help check", "write `leanfolio check --help`"),
    ],
)
def test_a_command_line_that_cannot_be_read_has_its_cure(typed: str, hint: str) -> None:
    assert run(*typed.split()).stderr.splitlines()[-1] == f"hint: {hint}"


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("new", "TYPE is one of theme, objective, key-result,"),
        ("new epic", "write the title in quotes: `leanfolio new epic"),
        ("show", "VIEW is one of okr, trace, board,"),
    ],
)
def test_an_argument_that_is_missing_is_named_with_what_it_may_be(typed: str, hint: str) -> None:
    assert run(*typed.split()).stderr.splitlines()[-1].startswith(f"hint: {hint}")


def test_the_help_of_new_says_which_types_there_are_and_what_each_link_is() -> None:
    told = " ".join(run("new", "--help").stdout.split())
    assert "TYPE is one of theme, objective, key-result, value-stream, team, epic," in told
    assert "--key-results ID The key results that an epic moves." in told


def test_a_mistyped_id_is_asked_for_again() -> None:
    known = link(read([Source(PurePosixPath("value-streams/VS-1.md"), b"# Repairs\n")]))[0]
    with CliRunner().isolation(input="vs1, VS-9\nVS-1\n") as (_, said, _):
        assert prompt_for_ids("value_stream", list(known.items.values())) == ["VS-1"]
        told = said.getvalue().decode()
    assert "there is no vs1 here; did you mean VS-1?" in told


def test_show_prints_one_of_the_tables_of_a_view_as_csv(tmp_path: Path) -> None:
    votes = "title: Autumn\nstart: 2026-10-05\nend: 2026-12-18\nvotes: [{vote: 2, reason: Rain}]"
    folder = str(written(tmp_path, {"increments/PI-1.md": votes}))
    show = ("-C", folder, "show", "increment", "PI-1", "--as-of", "2026-11-20")
    done = run(*show, "--format", "csv", "--table", "increment-votes")
    assert (done.returncode, done.stdout) == (
        0, "increment,team,by,on,vote,reason\nPI-1,,,,2,Rain\n",
    )  # fmt: skip
    wrong = run(*show, "--format", "csv", "--table", "increment-vote")
    assert (wrong.returncode, "did you mean increment-votes?" in wrong.stderr) == (2, True)
    assert run(*show, "--table", "increment-votes").returncode == 2


def test_the_help_of_show_names_every_view() -> None:
    told = " ".join(run("show", "--help").stdout.split())
    assert "leanfolio show [OPTIONS] VIEW [NAME]" in told
    words = told.partition("VIEW is one of ")[2].partition(".")[0]
    assert words.split(", ") == list(ViewName.names())
    assert "health" in words


def test_explain_tells_law_reason_and_cure() -> None:
    told = run("explain", "link-unknown").stdout
    assert "Every link names an item that exists." in told
    assert "Fix:" in told
    assert "link-unknown" in run("explain").stdout


def test_schema_describes_every_type() -> None:
    one = json.loads(run("schema", "epic").stdout)
    assert one["properties"]["business_value"]
    assert one["additionalProperties"] is False
    assert set(json.loads(run("schema").stdout)) >= {"epic", "objective", "portfolio"}


def test_as_of_is_the_day_given_or_the_portfolio_s_own(tmp_path: Path) -> None:
    head = "type: portfolio\ntitle: A\ncurrency: EUR\nas_of: 2026-03-04"
    folder = written(tmp_path, {"portfolio.md": head})

    def as_of(*more: str) -> str:
        done = run("-C", str(folder), "check", "--format", "json", *more)
        return str(json.loads(done.stdout)["as_of"])

    assert as_of() == "2026-03-04"
    assert as_of("--as-of", "2026-05-06") == "2026-05-06"


def test_a_build_with_errors_publishes_nothing(broken: Path) -> None:
    done = run("-C", str(broken), "build")
    assert done.returncode == 1
    assert "state-unknown" in done.stderr
    assert not (broken / "site").exists()


# A change, held against what was there ------------------------------------------------------------

OBJECTIVE = """\
title: Sooner
period: 2026-H2
key_results:
  - {id: KR-9, title: By tomorrow, owner: A, unit: "%", start: 50, target: 80}"""


@pytest.fixture
def branched(tmp_path: Path) -> Path:
    """A branch that moves a target, beside a main that has gone on."""
    folder = written(tmp_path, {"objectives/OBJ-9.md": OBJECTIVE})
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "One")
    git(folder, "checkout", "-qb", "change")
    file = folder / "content/objectives/OBJ-9.md"
    file.write_text(file.read_text().replace("target: 80", "target: 70"))
    git(folder, "commit", "-qam", "Lower it")
    git(folder, "checkout", "-q", "main")
    written(folder, {"objectives/OBJ-9.md": OBJECTIVE.replace("start: 50", "start: 60")})
    git(folder, "commit", "-qam", "Begin higher")
    git(folder, "checkout", "-q", "change")
    return folder


def test_what_a_change_moved_is_told_against_where_it_parted(branched: Path) -> None:
    quiet = run("-C", str(branched), "check", "--as-of", "2026-11-20")
    assert "target-moved" not in quiet.stdout
    for _ in range(2):  # worked out, then kept
        told = run("-C", str(branched), "check", "--as-of", "2026-11-20", "--against", "main")
        assert "target-moved: KR-9 had target 80 and has 70 now" in told.stdout
        assert "had start" not in told.stdout  # main moved that, not this change
    quiet = run("-C", str(branched), "check", "--as-of", "2026-11-20", "--against", "HEAD")
    assert "target-moved" not in quiet.stdout


def test_two_folders_of_one_repository_are_held_against_their_own_past(tmp_path: Path) -> None:
    for name in ("a", "b"):
        written(tmp_path / name)
    gone = tmp_path / "a/content/epics/EP-9.md"
    gone.write_text("---\ntitle: X\nowner: A\nstate: funnel\nkey_results: [KR-1]\n---\nX\n")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "One")
    gone.unlink()
    for name, told in (("b", False), ("a", True)):
        done = run("-C", str(tmp_path / name), "check", "--as-of", "2026-11-20", "--against=main")
        assert ("item-removed" in done.stdout) == told


def test_a_past_that_git_lacks_is_said_and_not_taken_for_none(branched: Path) -> None:
    git(branched, "config", "uploadpack.allowFilter", "true")
    partial = branched.parent / "partial"
    source = f"file://{branched}"
    git(branched, "clone", "-q", "--filter=blob:none", source, str(partial))
    done = run("-C", str(partial), "check", "--no-cache", "--against", "HEAD~1")
    assert (done.returncode, done.stdout) == (3, "")
    assert re.search("git (lacks|cannot list the) files of", done.stderr)
    assert "without --filter" in done.stderr


@pytest.mark.parametrize("revision", ["nowhere", "--all", "HEAD..main", "", "\x1b[2J"])
def test_a_revision_that_is_none_is_a_wrong_call(branched: Path, revision: str) -> None:
    done = run("-C", str(branched), "check", f"--against={revision}")
    assert done.returncode == 2
    assert "no commit in common" in done.stderr
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.stderr


def test_the_help_lists_each_command_with_a_whole_sentence() -> None:
    told = run("--help").stdout
    assert "Month by month:" in told
    assert "..." not in told.replace("[ARGS]...", "")


@pytest.mark.parametrize(
    ("command", "example"),
    [("forecast", "forecast EP-12 --by PI-2026-4"), ("plan", "plan PI-2026-4"),
     ("bisect-rule", "bisect-rule state-unknown EP-12")],
)  # fmt: skip
def test_a_missing_argument_is_answered_with_an_example(command: str, example: str) -> None:
    done = run(command)
    assert done.returncode == 2
    assert done.stderr.endswith(f"hint: as in `leanfolio {example}`\n")


@pytest.mark.parametrize(
    ("audience", "named", "words"),
    [
        ("internal", True, " for the audience internal (--audience)"),
        ("internal", False, " for the audience internal (mkdocs.yml)"),
        ("public", True, " for the audience public (--audience)"),
        ("public", False, ""),
    ],
)
def test_a_build_says_whom_its_site_is_for_and_who_said_so(
    audience: Visibility, named: bool, words: str
) -> None:
    assert whose_site(audience, named=named) == words
