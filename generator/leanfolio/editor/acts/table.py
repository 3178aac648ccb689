"""The rows of a CSV text, an act each: all of them are done, or none."""

from pathlib import PurePosixPath

from leanfolio.editor.acts import ActType
from leanfolio.editor.acts.act import ActError, Moment, Row
from leanfolio.editor.acts.trial import Trial
from leanfolio.figures.funding.csv_rows import CsvRow, rows_of
from leanfolio.problem import Problem

RULE = "csv-row"


def do_rows(
    trial: Trial, type: ActType, text: str, name: str, otherwise: Row, moment: Moment
) -> list[Problem]:
    """Do an act for each row, and return what is wrong with rows; these are not done.

    `name` is what the table is called; `otherwise` fills what a row leaves empty.
    """
    needed = [column for column in type.required if not otherwise.get(column)]
    optional = [column for column in type.columns if column not in needed]
    also = {"id": type.required[0]}
    rows, problems = rows_of(text, PurePosixPath(name), needed, optional=optional, also=also)
    for row in rows:
        if (wrong := row_problem(trial, type, row, otherwise, moment)) is not None:
            problems.append(wrong)
    return problems


def row_problem(
    trial: Trial, type: ActType, row: CsvRow, otherwise: Row, moment: Moment
) -> Problem | None:
    """Do the act of one row; what is wrong with it, where that cannot be."""
    values = {name: cell.text for name, cell in row.cells.items() if cell.text}
    try:
        filled = complete(type, {**otherwise, **values})
        trial.do(type.make(trial.portfolio, filled, moment))
    except ActError as error:
        cell = row.cells.get(error.column)
        return Problem(cell.at if cell else row.at, RULE, str(error), error.hint)
    return None


def complete(type: ActType, row: Row) -> Row:
    """The row, if nothing is missing that its act needs. Raises ActError."""
    for column in type.required:
        if not row.get(column):
            raise ActError(f"`{column}` is missing", "give it", column)
    return row
