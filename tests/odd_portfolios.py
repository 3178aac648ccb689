"""Portfolios as odd as they come: none scored, all done, everything late, two currencies."""

from collections.abc import Mapping
from datetime import date

from hypothesis import strategies as st

STATES = ("funnel", "analyzing", "ready", "mvp", "done", "rejected")
PERIODS = ("2025", "2026-H1", "2026-H2", "2027-H1")
DAYS = (date(2025, 3, 1), date(2026, 2, 1), date(2026, 11, 1), date(2027, 2, 1))
LIMITED = (
    "[{name: funnel, category: new}, {name: analyzing, category: waiting},"
    " {name: ready, category: waiting, limit: 1}, {name: mvp, category: active, limit_size: 5},"
    " {name: done, category: done}, {name: rejected, category: cancelled}]"
)
UPDATES = st.sampled_from((
    None, None, "[{on: 2026-01-05, health: on-track}]", "[{on: 2026-10-05, health: on-track}]",
    "[{on: 2026-10-01, health: on-track}, {on: 2026-10-05, health: at-risk, by: B, note: N}]",
    "[{on: 2026-10-05, health: off-track}]", "[{on: 2027-10-05, health: off-track}]",
))  # fmt: skip
VALUES = (None, 0, 5, 9, 10)
AMOUNTS = st.sampled_from((None, 0, 1, 90, 100, 250))


def line(**fields: object) -> str:
    """Front matter with the fields that are not None."""
    stated = (f"{name}: {value}" for name, value in fields.items() if value is not None)
    return "\n".join(stated)


@st.composite
def streams(draw: st.DrawFn) -> Mapping[str, str]:
    """Up to two value streams, with budgets in past, present and future periods."""
    files = {}
    for number in range(draw(st.integers(0, 2))):
        names = draw(st.lists(st.sampled_from(PERIODS), unique=True, max_size=3))
        lines = [
            ", ".join(
                f"{name}: {value}"
                for name, value in (("period", period), ("approved", draw(AMOUNTS)),
                                    ("forecast", draw(AMOUNTS)), ("actual", draw(AMOUNTS)))
                if value is not None
            )
            for period in names
        ]  # fmt: skip
        budgets = ", ".join(f"{{{entry}}}" for entry in lines)
        id = f"VS-{number + 1}"
        files[f"value-streams/{id}.md"] = line(title=id, owner="A", budgets=f"[{budgets}]")
    return files


@st.composite
def epics(
    draw: st.DrawFn, state: str | None, others: Mapping[str, str], *, scored: bool
) -> Mapping[str, str]:
    """Up to four epics: where a state is given, all stand in it. They link to what there is."""
    streams = [id for id in ("VS-1", "VS-2") if f"value-streams/{id}.md" in others]
    moved = ["[KR-1]"] if "KR-1" in others.get("objectives/OBJ-1.md", "") else []
    files = {}
    for number in range(draw(st.integers(0, 4))):
        score = draw(st.sampled_from((None, 1, 5, 13))) if scored else None
        id = f"EP-{number + 1}"
        stands = state or draw(st.sampled_from(STATES))
        moves = draw(st.sampled_from(((), (stands,), ("analyzing", stands), ("mvp", stands))))
        history = ", ".join(
            f"{{state: {name}, on: 2026-0{month}-03}}" for month, name in enumerate(moves, 3)
        )
        files[f"epics/{id}.md"] = line(
            title=id,
            owner=draw(st.sampled_from((None, "A"))),
            state=stands,
            history=f"[{history}]" if moves else None,
            value_stream=draw(st.sampled_from((None, *streams))),
            key_results=draw(st.sampled_from((None, *moved))),
            business_value=score,
            time_criticality=score,
            risk_opportunity=score,
            job_size=score,
            cost_of_delay=draw(AMOUNTS),
            currency=draw(st.sampled_from((None, None, "USD", "CHF"))),
            cost=draw(AMOUNTS),
            approved=draw(AMOUNTS),
            actual=draw(AMOUNTS),
            due=draw(st.sampled_from((None, *DAYS))),
            depends_on=draw(st.sampled_from((None, "[EP-1]"))) if number else None,
            updates=draw(UPDATES),
        )
    return files


@st.composite
def objectives(draw: st.DrawFn) -> Mapping[str, str]:
    """Up to five objectives with a key result each, over, running or to come.

    Often all are alike: all of one period or none, all green, all red, or some without a score.
    """
    files = {}
    periods = draw(st.sampled_from(((None,), ("2026-H2",), (None, *PERIODS))))
    values = draw(st.sampled_from(((9, 10), (0, 5), (0,), (None, 9), (None, 0), VALUES)))
    kinds = draw(st.sampled_from((("metric",), ("metric",), ("binary",), ("metric", "binary"))))
    for number in range(draw(st.integers(0, 5))):
        kind, value = draw(st.sampled_from(kinds)), draw(st.sampled_from(values))
        ends = ", start: 0, target: 10"
        if kind == "binary":
            ends, value = ", kind: binary", None if value is None else int(value > 5)
        check_ins = (
            f", check_ins: [{{on: 2026-11-15, value: {value}}}]" if value is not None else ""
        )
        weight = draw(st.sampled_from((1, 1, 1, 0)))
        key_result = f"{{id: KR-{number + 1}, title: K, weight: {weight}{ends}{check_ins}}}"
        files[f"objectives/OBJ-{number + 1}.md"] = line(
            title=f"OBJ-{number + 1}",
            period=draw(st.sampled_from(periods)),
            key_results=draw(st.sampled_from((f"[{key_result}]", f"[{key_result}]", None))),
            updates=draw(UPDATES),
        )
    return files


@st.composite
def odd_portfolios(draw: st.DrawFn) -> Mapping[str, str]:
    """The files of a portfolio."""
    policy = line(
        title="P",
        owner="Board",
        ranking=draw(st.sampled_from(("relative", "money"))),
        cut_line=draw(st.sampled_from((None, 0, 1, 8))),
        rates="[{currency: USD, rate: 0.5, on: 2025-01-01}]",
        states=draw(st.sampled_from((None, LIMITED))),
        updates=draw(UPDATES),
    )
    others = {**draw(streams()), **draw(objectives())}
    state = draw(st.sampled_from((None, None, "done", "funnel", "mvp", "rejected")))
    items = {**others, **draw(epics(state, others, scored=draw(st.booleans())))}
    hidden = draw(st.sets(st.sampled_from(sorted(items)))) if items else set()
    return {
        "portfolio.md": policy,
        **{
            path: f"{head}\nvisibility: confidential" if path in hidden else head
            for path, head in items.items()
        },
    }
