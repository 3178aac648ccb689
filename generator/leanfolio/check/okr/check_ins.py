"""Check-ins: key results are measured in time, and what was measured has consequences."""

from collections.abc import Iterator
from fractions import Fraction

from leanfolio.check.rule import Setting
from leanfolio.figures.okr.score import (
    KeyResultScore,
    cadence_of,
    days_of,
    is_overdue,
)
from leanfolio.figures.thresholds import OUTCOME_FROM
from leanfolio.model import Days, KeyResult, Objective
from leanfolio.model.portfolio import Portfolio
from leanfolio.problem import Problem, Related
from leanfolio.wording import Message, Percent, Told, days, message, plural, some, tell


def scores(portfolio: Portfolio, setting: Setting) -> list[tuple[KeyResultScore, Days | None]]:
    """Every key result of an objective with its score as of the day, and the objective's days."""
    return [
        (score, period)
        for objective in setting.facts_of(portfolio).objectives
        for period in (days_of(portfolio, objective.objective),)
        for score in objective.key_results
    ]


def check_in_missing(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A key result is measured from the first weeks of its period on.

    Until then its score is unknown, and the objective speaks for the others alone. It is asked
    for after one and a half times its cadence, or of 30 days.

    Fix: measure, and write `check_ins: [{on: ..., value: ...}]`.
    """
    for score, period in setting.once(scores, portfolio):
        entry = score.key_result
        if score.latest or period is None or "check_ins" in entry.origin.faulty or entry.check_ins:
            continue
        late = (setting.as_of - period.first).days
        if is_overdue(entry, late):
            yield Problem(
                entry.at(),
                "check-in-missing",
                tell(
                    "{entry} has no check-in, {late} into its period, and is to be measured "
                    "every {cadence}",
                    entry=entry.id,
                    late=days(late),
                    cadence=cadence_words(entry),
                ),
                tell(
                    "measure it, and add `check_ins: [{{on: {as_of}, value: ...}}]`",
                    as_of=setting.as_of,
                ),
            )


def cadence_words(entry: KeyResult) -> Message:
    """How many days lie between two check-ins, and that it is the usual, where nobody said."""
    cadence = days(cadence_of(entry))
    if entry.cadence_days:
        return cadence
    return message("{cadence} (usual where no `cadence_days` stands)", cadence=cadence)


def check_in_stale(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A key result is measured as often as its cadence says.

    After one and a half times that, its last value says nothing of today, and pages show it as
    stale instead of yesterday's green.

    Fix: measure, and add a check-in; or write the cadence that you can keep.
    """
    for score, _ in setting.once(scores, portfolio):
        if score.stale_days is not None and score.latest is not None:
            entry = score.key_result
            index = entry.check_ins.index(score.latest)
            yield Problem(
                entry.at("check_ins", index, "on"),
                "check-in-stale",
                tell(
                    "{entry} was measured on {on}, {stale_days} ago, and is to be every {cadence}",
                    entry=entry.id,
                    on=score.latest.on,
                    stale_days=days(score.stale_days),
                    cadence=cadence_words(entry),
                ),
                tell(
                    "measure it, and add `- {{on: {as_of}, value: ...}}` to its check-ins",
                    as_of=setting.as_of,
                ),
            )


def check_in_twice(portfolio: Portfolio, _: Setting) -> Iterator[Problem]:
    """A key result has one check-in a day.

    Of two on one day the one written last counts. Mostly it is a merge that took both.

    Fix: keep the one that is right.
    """
    for key_result in portfolio.items_of(KeyResult):
        seen: dict[object, int] = {}
        for index, check_in in enumerate(key_result.check_ins):
            first = seen.setdefault(check_in.on, index)
            if first != index:
                yield Problem(
                    key_result.at("check_ins", index, "on"),
                    "check-in-twice",
                    tell(
                        "{key_result} has a second check-in on {on}: {value} after {first}",
                        key_result=key_result.id,
                        on=check_in.on,
                        value=check_in.value,
                        first=key_result.check_ins[first].value,
                    ),
                    tell("remove the one that is wrong; until then the last one counts"),
                    related=(
                        Related(key_result.at("check_ins", first, "on"), "the first is here"),
                    ),
                )


def output_without_outcome(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """When all epics of a key result are done, it has moved.

    All was built as planned, and its score is below 0.4: the hypothesis was wrong, and more of
    the same will not help.

    Fix: look at why; start an epic that tests another hypothesis, or let the target go.
    """
    facts = setting.facts_of(portfolio)
    for id, epics in facts.without_outcome.items():
        key_result, score = facts.key_results[id].key_result, facts.key_results[id].score
        yield Problem(
            key_result.at(),
            "output-without-outcome",
            Told(
                plural(
                    "{id} stands at {score} of its way, below {least}, though {epics} is done",
                    "{id} stands at {score} of its way, below {least}, though {epics} are done",
                    len(epics),
                    id=id,
                    score=Percent(score or Fraction(0), 1, trim=True),
                    least=Percent(OUTCOME_FROM, 1, trim=True),
                    epics=some(epic.id for epic in epics),
                )
            ),
            tell("find out why it did not move, before more is built for it"),
            related=tuple(Related(epic.at("state"), f"{epic.id} is done") for epic in epics[:5]),
        )


def commitment_missed(portfolio: Portfolio, setting: Setting) -> Iterator[Problem]:
    """A committed key result that was not reached is explained.

    Committed means 1.0. Less happens, but then the last check-in says why.

    Fix: write `note:` in its last check-in.
    """
    for score, period in setting.once(scores, portfolio):
        entry, latest = score.key_result, score.latest
        if period is None or latest is None or score.score is None or period.last >= setting.as_of:
            continue
        if score.score < 1 and latest.note is None and commitment_of(portfolio, entry):
            yield Problem(
                entry.at("check_ins", entry.check_ins.index(latest)),
                "commitment-missed",
                tell(
                    "{entry} was committed and ended on {last} at {score} of its way, and "
                    "nothing says why",
                    entry=entry.id,
                    last=period.last,
                    score=Percent(score.score, 1, trim=True),
                ),
                tell("say why in a `note:` of this check-in"),
            )


def commitment_of(portfolio: Portfolio, entry: KeyResult) -> bool:
    """Whether a key result is committed: by its own word, else by its objective's."""
    if entry.commitment is not None:
        return entry.commitment == "committed"
    parents = portfolio.parents_of(entry.id)
    return any(isinstance(p, Objective) and p.commitment == "committed" for p in parents)
