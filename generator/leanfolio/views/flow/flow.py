"""The view of flow: the figures of the epics for programs, and of every board for readers."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from leanfolio.figures.columns import BOARDS
from leanfolio.figures.flow.figures import FlowFigures
from leanfolio.figures.flow.scopes import Flow
from leanfolio.model.portfolio import Portfolio
from leanfolio.views.cell import Table
from leanfolio.views.flow.boards import BoardFlow, board_flow, csv_name
from leanfolio.views.flow.forecasts import ForecastRow, ForecastView
from leanfolio.views.flow.rows import (
    CumulativeRow,
    ItemRow,
    NamedRows,
    ScopeRow,
    SignalRow,
    StateRow,
    TimeRow,
    WeekRow,
    cumulative_maps,
    cumulative_rows,
    decimal,
    in_percent,
    item_row,
    scope_row,
    signal_row,
    state_row,
    time_row,
    week_rows,
)
from leanfolio.views.flow.sentences import clock_sentences, finding, notes
from leanfolio.views.page_only import PageOnly
from leanfolio.views.row_table import columns, row_table
from leanfolio.views.service_level import LevelRow, level_row
from leanfolio.wording import Message, message, plural

FLOW_COLUMNS = columns(
    "level", "id", "type", ("done", "n"), "p50", "p85", "p95", "mean", ("in work", "load"),
    ("total age", "total_age"), ("efficiency %", "efficiency"), ("flow debt", "debt_days"),
    "bottleneck",
)  # fmt: skip
MOST_LEVELS = 10  # rows on the page
MOST_UNFOLDING = 2  # boards of a page that has room for what their figures are made from
TABLE_NAMES = ("cumulative", "scatter", "age", "throughput", "states")
ROW_TYPES: Mapping[str, type] = {
    "cumulative": CumulativeRow, "scatter": ItemRow, "age": ItemRow, "throughput": WeekRow,
    "states": StateRow,
}  # fmt: skip
TABLE_TITLES = {
    "cumulative": message("Flow, cumulative"),
    "scatter": message("Flow, finished work"),
    "age": message("Flow, age of open work"),
    "throughput": message("Flow, week by week"),
    "states": message("Flow, time in each state"),
}

FORECASTS = message("Flow, when open epics are done")


class BlockedRow(Struct, frozen=True):
    """The blocked days of all items, and by reason."""

    days: int
    reasons: Mapping[str, int]


class FlowView(Struct, frozen=True):
    """The flow of the portfolio's epics, and of each scope of each board."""

    finding: Message
    summary: Message
    source: str
    time: TimeRow
    load: int
    efficiency: Decimal | None  # in percent
    velocity: tuple[WeekRow, ...]
    distribution: Mapping[str, Mapping[str, int]]
    cumulative: tuple[Mapping[str, date | int], ...]
    sle: LevelRow | None
    open_counted: int | None
    debt_days: Decimal | None
    total_age: int
    age: tuple[ItemRow, ...]
    in_state: tuple[StateRow, ...]
    bottleneck: str | None
    blocked: BlockedRow
    signals: Mapping[str, SignalRow]
    check: Mapping[str, int]
    backward: int
    reopened: int
    cancelled: int
    left_out: Mapping[str, str]
    notes: tuple[Message, ...]
    clock: tuple[Message, ...]
    scopes: tuple[ScopeRow, ...]
    forecast: ForecastView
    graphs: PageOnly[tuple[BoardFlow, ...]]
    scope_table: PageOnly[Table]
    tables: PageOnly[tuple[NamedRows, ...]]

    @property
    def clock_inside(self) -> Message:
        """How many sentences say how the figures are made."""
        return plural("{n} sentence", "{n} sentences", len(self.clock))


def flow_view(flow: Flow, forecast: ForecastView) -> FlowView:
    """The view of flow; its top level is that of the epics."""
    figures = flow.board("epic")
    scopes = tuple(
        scope_row(scope)
        for scope in flow.scopes
        if scope.level == "portfolio" or scope.figures.source != "none"
    )
    slowest = figures.bottleneck
    boards = {
        model.TYPE: board for model in BOARDS if (board := flow.board(model.TYPE)).source != "none"
    }
    return FlowView(
        finding=finding(figures, partial=flow.portfolio.partial),
        summary=next(clock_sentences(figures)),
        source=figures.source,
        time=time_row(figures),
        load=figures.load,
        efficiency=in_percent(figures.efficiency),
        velocity=week_rows(figures),
        distribution={
            kind: {"done": done, "open": still}
            for kind, (done, still) in figures.distribution.items()
        },
        cumulative=cumulative_maps(figures),
        sle=level_row(figures.service_level),
        open_counted=figures.open_counted,
        debt_days=decimal(figures.debt_days),
        total_age=figures.total_age,
        age=tuple(map(item_row, figures.open)),
        in_state=tuple(map(state_row, figures.in_state)),
        bottleneck=slowest.state.name if slowest else None,
        blocked=BlockedRow(figures.blocked_days, dict(figures.blocked_reasons)),
        signals={name: signal_row(signal) for name, signal in figures.signals.items()},
        check={"load_days": figures.load_days, "item_days": figures.item_days},
        backward=figures.backward,
        reopened=figures.reopened,
        cancelled=len(figures.cancelled),
        left_out={item.id: str(item.course.fault) for item in figures.faulty},
        notes=tuple(notes(figures)),
        clock=tuple(clock_sentences(figures)),
        scopes=scopes,
        forecast=forecast,
        graphs=tuple(
            board_flow(type, board, flow.portfolio, unfolds=len(boards) <= MOST_UNFOLDING)
            for type, board in boards.items()
        ),
        scope_table=scope_table(scopes, flow.portfolio),
        tables=(
            *(table for type, board in boards.items() for table in board_tables(type, board)),
            *forecast_rows(forecast),
        ),
    )


def scope_table(scopes: tuple[ScopeRow, ...], portfolio: Portfolio) -> Table:
    """The figures of every level; of very many the first, and how many there are."""
    table = row_table("All levels", FLOW_COLUMNS, scopes[:MOST_LEVELS], portfolio, "levels")
    if len(scopes) <= MOST_LEVELS:
        return table
    note = message("The first {n} of {whole}; the CSV has all.", n=MOST_LEVELS, whole=len(scopes))
    return replace(table, note=note)


def board_tables(type: str, figures: FlowFigures) -> Iterator[NamedRows]:
    """The numbers of each drawing of a board."""
    made: dict[str, tuple[CumulativeRow | ItemRow | WeekRow | StateRow, ...]] = {
        "cumulative": tuple(cumulative_rows(figures)),
        "scatter": tuple(map(item_row, figures.done)),
        "age": tuple(map(item_row, figures.open)),
        "throughput": week_rows(figures),
        "states": tuple(map(state_row, figures.in_state)),
    }
    for name in TABLE_NAMES:
        title = message("{table}: {type}", table=TABLE_TITLES[name], type=type)
        yield NamedRows(csv_name(type, name), title, made[name], ROW_TYPES[name])


def forecast_rows(forecast: ForecastView) -> Iterator[NamedRows]:
    """When open epics are done, where that is forecast of any."""
    if forecast.epics:
        yield NamedRows("flow-forecast", FORECASTS, forecast.epics, ForecastRow)
