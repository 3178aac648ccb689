"""How an act runs: what is missing is asked for, the change is tried, shown, and written."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leanfolio.cli.asking import ask, can_ask
from leanfolio.cli.command import PROBLEMS, USAGE, colours, content_of, fail, ready_git
from leanfolio.cli.faults import end_with

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.editor.acts import ActType
    from leanfolio.editor.acts.act import ActError, Moment
    from leanfolio.editor.acts.trial import Trial
    from leanfolio.editor.workspace import Workspace
    from leanfolio.problem import Problem

QUESTIONS = {
    "value": "what was measured", "note": "why, in a sentence", "by": "who",
    "kind": "decision", "why": "what it waits for", "reason": "why the rule may be broken",
    "approver": "who allows it", "until": "last day, such as 2026-12-31",
}  # fmt: skip


def opened(project: "Project") -> "tuple[Workspace, Moment]":
    """The content as a workspace, and the day of an act: the portfolio's own, or today."""
    from leanfolio.disk.git import head
    from leanfolio.editor.acts.act import Moment
    from leanfolio.editor.workspace import Workspace

    today = datetime.now(UTC).date()
    ready_git(project, today)
    content = content_of(project)
    workspace = Workspace.from_sources(content.sources, None, today)
    workspace.furnish(content.assets, content.problems, content.records)
    day = workspace.portfolio.policy.as_of or today
    return workspace, Moment(day, head(project.content) is not None)


def perform(
    project: "Project", name: str, given: dict[str, str | None], table: Path | None, dry: bool
) -> None:
    """Do one act, or those of a table, and end the command with its exit code."""
    from leanfolio.editor.acts import ACTS
    from leanfolio.editor.acts.table import do_rows
    from leanfolio.editor.acts.trial import Trial

    type = ACTS[name]
    workspace, moment = opened(project)
    trial = Trial.of(workspace)
    row = {column: value.removeprefix(MARK) for column, value in given.items() if value is not None}
    if table is None:
        do_one(trial, name, type, row, moment)
    else:
        text = text_of_table(table)
        file = "the input" if str(table) == "-" else table.name
        wrong = do_rows(trial, type, text, file, row, moment)
        if wrong:
            tell(wrong, {file: text.encode("utf-8")}, "", {})
            fail(PROBLEMS, "nothing was written", f"correct {file}, and call this again")
    finish(project, trial, dry)


MARK = "\0"  # before an argument that looks like a flag, and is a number below zero


class ActCommand(click.Command):
    """A command that takes a number below zero for what it is, not for a flag."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        marked = [f"{MARK}{arg}" if arg[:1] == "-" and arg[1:2].isdigit() else arg for arg in args]
        return super().parse_args(ctx, marked)


def text_of_table(table: Path) -> str:
    """The text of a CSV file, or of the input for `-`. Ends the command where it cannot be read."""
    try:
        data = sys.stdin.buffer.read() if str(table) == "-" else table.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        fail(USAGE, f"{table} cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        fail(USAGE, f"{table} is not UTF-8", "save it as CSV in UTF-8")


def do_one(
    trial: "Trial", name: str, type: "ActType", row: dict[str, str], moment: "Moment"
) -> None:
    """Do an act of which values may be missing, or each mistyped once; else end the command."""
    from leanfolio.editor.acts.act import ActError

    again = set(type.columns) if can_ask() else set()
    check_given(trial, type, row, moment, again)
    for column in type.required:
        if not row.get(column):
            require_terminal(name, type, column)
            row[column] = ask(question_of(type, column), words_for(trial, type, column, row))
    while True:
        try:
            trial.do(type.make(trial.portfolio, row, moment))
        except ActError as error:
            row[error.column] = asked_again(trial, type, error, row, again)
        else:
            return


def check_given(
    trial: "Trial", type: "ActType", row: dict[str, str], moment: "Moment", again: set[str]
) -> None:
    """Refuse what was given and cannot be, before anything else is asked for; a typo, once."""
    from leanfolio.editor.acts.act import ActError

    while row.get(type.required[0]):
        try:
            type.make(trial.portfolio, dict.fromkeys(type.required, "") | row, moment)
        except ActError as error:
            if error.column and not row.get(error.column):
                return  # it is missing, and asked for in its turn
            row[error.column] = asked_again(trial, type, error, row, again)
        else:
            return


def asked_again(
    trial: "Trial", type: "ActType", error: "ActError", row: dict[str, str], again: set[str]
) -> str:
    """One more try after a typo; ends the command for a column that is not, or no longer, in
    `again`."""
    if error.column not in again:
        fail(USAGE, str(error), error.hint)
    again.discard(error.column)
    click.echo(f"error: {error}\nhint: {error.hint}", err=True)
    column = error.column
    return ask(question_of(type, column), words_for(trial, type, column, row))


def question_of(type: "ActType", column: str) -> str:
    """What is asked for a column; for the first, the id of an item."""
    if column == type.required[0]:
        return f"{column.replace('_', ' ')} (id)" if column != "id" else "id"
    return QUESTIONS.get(column, column.replace("_", " "))


def require_terminal(name: str, type: "ActType", column: str) -> None:
    """End the command where nobody can be asked for a value."""
    if can_ask():
        return
    from leanfolio.cli.acts import ARGUMENTS

    argument = column in ARGUMENTS[name]
    flag = column.upper() if argument else f"--{column.replace('_', '-')}"
    words = " ".join(each.upper() for each in ARGUMENTS[name])
    hint = f"give it: leanfolio {name} {words}{'' if argument else f' {flag} ...'}"
    fail(USAGE, f"{flag} is missing", f"{hint}; or give many at once with --as CSV")


def words_for(trial: "Trial", type: "ActType", column: str, row: dict[str, str]) -> list[str]:
    """The words that a column may hold, for completion: ids, states, rules, or few words."""
    from leanfolio.check import RULES
    from leanfolio.editor.acts.act import all_items
    from leanfolio.model import HasState

    items = all_items(trial.portfolio)
    if column == type.required[0]:
        return [item.id for item in items if isinstance(item, type.model)]
    if column == "state":
        item = next((each for each in items if each.id == row.get("id")), None)
        known = isinstance(item, HasState)
        states = trial.portfolio.policy.states_of(item.TYPE) if item and known else ()
        return [state.name for state in states]
    if column == "rule":
        return [name for name, rule in RULES.items() if rule.optional]
    return list(WORDS.get(column, ()))


WORDS = {
    "kind": ("go", "no-go", "pivot", "persevere", "stop"),
    "health": ("on-track", "at-risk", "off-track"),
}


def finish(project: "Project", trial: "Trial", dry: bool) -> None:
    """Refuse what `check` would refuse; else show the change, and write it."""
    from leanfolio.check import summaries_of
    from leanfolio.cli.check import show_difference

    changed = trial.changed()
    if not changed:
        click.echo("nothing changes: the files say so already", err=True)
        return
    texts = {str(path): document.source.data for path, document in trial.now.documents.items()}
    problems = trial.new_problems()
    if any(problem.severity == "error" for problem in problems):
        tell(problems, texts, "content/", summaries_of(problems))
        fail(PROBLEMS, "`check` would refuse this; nothing was written")
    for change in changed:
        show_difference(f"content/{change.path}", change.before, change.after)
    if not dry:
        write(project, trial)
    for note in trial.notes:
        click.echo(f"note: {note}", err=True)
    if problems:
        tell(problems, texts, "content/", summaries_of(problems))
    if dry:
        click.echo("nothing was written (--dry-run)", err=True)


def write(project: "Project", trial: "Trial") -> None:
    """Write all files, or none."""
    from leanfolio.disk.write import WriteError, replace_all

    changes = [(each.path, each.before, each.after) for each in trial.changed()]
    try:
        replace_all(project.content, changes)
    except WriteError as why:
        fail(USAGE, f"nothing was written: {why}")
    except OSError as error:
        raise SystemExit(end_with(error, "nothing was written")) from None


def tell(
    problems: "Sequence[Problem]", texts: dict[str, bytes], prefix: str, laws: "Mapping[str, str]"
) -> None:
    """Problems as `check` prints them, among the messages."""
    from leanfolio.output.problems import as_text

    text = as_text(problems, texts, prefix=prefix, colour=colours(sys.stderr), laws=laws)
    click.echo(text, nl=False, err=True)
