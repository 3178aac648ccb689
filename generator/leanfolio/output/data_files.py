"""The data files of a site: every view that has rows, as JSON and as CSV."""

from collections.abc import Callable, Mapping
from functools import partial

from leanfolio.output.data import as_csv, as_json
from leanfolio.views.built import Built
from leanfolio.views.registry import data_views
from leanfolio.views.view import View

Make = Callable[[Built], Mapping[str, str | bytes]]


def data_files(built: Built) -> dict[str, str]:
    """Every data file: path below the site's root -> text."""
    files = (view_files(built, view) for view in data_views(built))
    return {path: text for each in files for path, text in each.items()}


def makers(built: Built) -> dict[str, Make]:
    """What makes the data files, by the name of the view; each may be called alone."""
    return {view.name: partial(view_files, view=view) for view in data_views(built)}


def view_files(built: Built, view: View) -> dict[str, str]:
    """A view as JSON, its rows as CSV, and its further tables as CSV."""
    value = view.make(built)
    return {
        f"data/{view.name}.json": as_json(
            value, built.as_of, built.portfolio.looking_back, partial=built.portfolio.partial
        ),
        f"data/{view.name}.csv": as_csv(view.row_tuple(value), view.row_type),
        **{
            f"data/{table.name}.csv": as_csv(table.rows, table.kind)
            for table in view.further_tables(value)
        },
    }
