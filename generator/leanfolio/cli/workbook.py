"""The workbook of a scoring meeting: out with `export workbook`, back with `import workbook`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leanfolio.cli.command import PROBLEMS, USAGE, as_of_option, fail, lacks_extra, loaded
from leanfolio.cli.exporting import OUT, export_audience, visible_built, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leanfolio.disk.files import Project
    from leanfolio.editor.acts.act import Moment
    from leanfolio.editor.acts.trial import Trial
    from leanfolio.importing.workbook import Merged
    from leanfolio.model import Visibility
    from leanfolio.views.built import Built


@click.command(
    name="workbook",
    epilog="Example: leanfolio export workbook scores.xlsx --type epic --where state=reviewing",
)
@click.argument("out", type=OUT)
@click.option(
    "--type", "kind", type=click.Choice(("epic", "feature")), default="epic", show_default=True,
    help="What is scored.",
)  # fmt: skip
@click.option(
    "--where", metavar="FIELD=VALUE", multiple=True,
    help="Only items with this value, or one of several with commas between; may be repeated.",
)  # fmt: skip
@export_audience
@as_of_option
@click.pass_obj
def export_workbook(
    project: "Project",
    out: Path,
    kind: str,
    where: tuple[str, ...],
    audience: "Visibility | None",
    as_of: date | None,
) -> None:
    """Write the open items for a scoring meeting: scores to fill in, with live WSJF and rank.

    `leanfolio import workbook` takes it back. With --where state=... closed ones come too. Needs
    the extra `leanfolio[xlsx]`.
    """
    from leanfolio.disk.git import head
    from leanfolio.output.scoring_workbook import scoring_workbook
    from leanfolio.output.xlsx import NoXlsxWriter

    _, built = loaded(project, as_of)
    visible, _ = visible_built(project, built, audience)
    items = wanted_items(visible, kind, conditions(kind, where))
    top = head(project.content)
    commit = top.id if top else ""
    try:
        write(
            out,
            lambda: scoring_workbook(items, visible.portfolio.policy, kind, visible.as_of, commit),
        )
    except NoXlsxWriter:
        lacks_extra("XlsxWriter, which writes workbooks", "xlsx")
    click.echo(f"{len(items)} {kind}{'s' if len(items) != 1 else ''} in {out}", err=True)


def conditions(kind: str, where: tuple[str, ...]) -> dict[str, list[str]]:
    """The values that each field may have. Ends the command for a field that there is not."""
    from leanfolio.model import TYPES
    from leanfolio.read.suggestions import did_you_mean

    result: dict[str, list[str]] = {}
    for condition in where:
        name, mark, values = condition.partition("=")
        if not mark or not values:
            fail(USAGE, f"--where {condition} names no value", "write --where FIELD=VALUE")
        if name not in TYPES[kind].model_fields:
            known = list(TYPES[kind].model_fields)
            hint = did_you_mean(name, known, f"one of {', '.join(known)}")
            fail(USAGE, f"{kind}s have no field {name}", hint)
        result.setdefault(name, []).extend(values.split(","))
    return result


def wanted_items(built: "Built", kind: str, where: dict[str, list[str]]) -> "list[Any]":
    """The items of a type with these values, in the order of the ranking, then of the portfolio."""
    from leanfolio.figures.ranking.candidates import OPEN
    from leanfolio.model import TYPES
    from leanfolio.model.conditions import matcher

    portfolio = built.portfolio
    matches = matcher(portfolio, where)
    ranks = {score.item.id: n for n, score in enumerate(built.facts.ranking.scores)}
    items = [
        item
        for item in portfolio.items_of(TYPES[kind])
        if matches(item.id) and ("state" in where or portfolio.category_of(item) in (*OPEN, None))
    ]
    return sorted(items, key=lambda item: ranks.get(item.id, len(ranks)))


@click.command(
    name="workbook",
    epilog='Example: leanfolio import workbook scores.xlsx --scored-by "R. Ahmed, L. Meyer"',
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scored-by", metavar="NAMES", help="Who scored; several with commas between them.")
@click.option("--on", metavar="DATE", help="Default: today, or the portfolio's `as_of`.")
@click.option("--dry-run", "dry", is_flag=True, help="Show the change; write nothing.")
@click.pass_obj
def import_workbook(
    project: "Project", file: Path, scored_by: str | None, on: str | None, dry: bool
) -> None:
    """Take over what a meeting changed in a workbook of `leanfolio export workbook`.

    Cell by cell: what nobody edited changes nothing, a new score is written into the item's file,
    an added row becomes a draft. A cell that was changed in the files too is refused with both
    values; then nothing is written, and the exit code is 1.
    """
    from leanfolio.disk.gc_pause import gc_paused

    with gc_paused():
        take_workbook(project, file, {"by": scored_by or "", "on": on or ""}, dry)


def take_workbook(project: "Project", file: Path, scored: "Mapping[str, str]", dry: bool) -> None:
    """Merge a workbook into the files. `scored` says by whom and on which day."""
    from leanfolio.cli.acting import finish, opened
    from leanfolio.editor.acts.act import ActError
    from leanfolio.editor.acts.trial import Trial
    from leanfolio.editor.new_item import InvalidItem
    from leanfolio.importing import workbook
    from leanfolio.importing.workbook_file import NoOpenpyxl, WorkbookError, read_workbook
    from leanfolio.output.visible import visible

    workspace, moment = opened(project)
    try:
        sheets = read_workbook(file, workbook.SHEETS, workbook.RECORDS)
        merged = workbook.merge(sheets, workspace.portfolio)
    except NoOpenpyxl:
        lacks_extra("openpyxl, which reads workbooks", "xlsx")
    except WorkbookError as error:
        fail(USAGE, visible(f"{file.name}: {error}"))
    for refused in merged.refused:
        click.echo(visible(f"{file.name}:{refused}"), err=True)
    for line in workbook.counts(merged):
        click.echo(visible(line), err=True)
    if merged.refused:
        fail(PROBLEMS, "nothing was written", f"correct {file.name}, and call this again")
    if not scored["by"] and any((*merged.edits, *(draft.scores for draft in merged.drafts))):
        fail(USAGE, "it is not said who scored", 'give it: --scored-by "R. Ahmed, L. Meyer"')
    trial = Trial.of(workspace)
    try:
        do_merged(trial, merged, scored, moment)
    except (ActError, InvalidItem) as error:
        fail(PROBLEMS, visible(f"{error}; nothing was written"), error.hint)
    finish(project, trial, dry)


def do_merged(
    trial: "Trial", merged: "Merged", scored: "Mapping[str, str]", moment: "Moment"
) -> None:
    """Score the items whose cells were edited, and begin those that were added.

    `scored` says by whom and on which day. Raises ActError and InvalidItem.
    """
    from leanfolio.editor.acts.records import score
    from leanfolio.editor.new_item import draft_item

    portfolio = trial.portfolio  # as it was read: each edit is of another item
    for edit in merged.edits:
        trial.do(score(portfolio, {"id": edit.id, **edit.scores, **scored}, moment))
    for draft in merged.drafts:
        new = draft_item(trial.now, merged.type, draft.title)
        trial.begin(new.path, new.text)
        if draft.scores:
            trial.do(score(trial.portfolio, {"id": new.id, **draft.scores, **scored}, moment))
