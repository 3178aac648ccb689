"""What the page of flow says in words: only what is so, with n, shares and names."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from leanfolio.figures.flow.figures import SHARES, FlowFigures
from leanfolio.figures.thresholds import FEWEST_FINISHED
from leanfolio.views.partial import of_what_is_shown
from leanfolio.views.service_level import level_words
from leanfolio.wording import (
    Message,
    Percent,
    Rounded,
    days,
    listed,
    message,
    plural,
    readable,
    some,
)

FAULTS = {
    "future": message("a day that has not come"),
    "unordered": message("days out of order"),
    "contradicted": message("a last entry that is not the state"),
}
SOURCES = {
    "declared": message("Days are those of the history that the items state."),
    "git": message("Days are those on which git landed each change on the main line, in UTC."),
    "mixed": message(
        "Days are those of the history that an item states, and of its landings in git where it "
        "states none."
    ),
    "none": message("No days of work are known here."),
}
FIGURE_NAMES = {
    "throughput": message("Throughput"),
    "load": message("Load"),
    "total_age": message("Total age"),
}
P85, P95 = SHARES[1], SHARES[2]


def finding(figures: FlowFigures, *, partial: bool = False) -> Message:
    """What stands above the page; of what is shown, where an audience may read only some."""
    if figures.source == "none":
        return of_what_is_shown(
            message("No history: nobody says when epics moved"),
            message("No history of epics is shown"),
            partial=partial,
        )
    within = figures.within(P85)
    if within is None:
        begun = plural(
            "Nothing is finished yet, {n:spelled} epic has begun",
            "Nothing is finished yet, {n:spelled} epics have begun",
            figures.load,
        )
        shown = plural(
            "Nothing that is shown is finished yet, {n:spelled} epic has begun",
            "Nothing that is shown is finished yet, {n:spelled} epics have begun",
            figures.load,
        )
        return of_what_is_shown(begun, shown, partial=partial)
    if within.n < FEWEST_FINISHED:
        return plural(
            "{n:spelled} epic is finished: too few for a percentile",
            "{n:spelled} epics are finished: too few for a percentile",
            within.n,
        ).sentence()
    return within_words(figures, P85)


def within_words(figures: FlowFigures, share: Fraction) -> Message:
    """A whole number of days, and the share that really finished within it."""
    found = figures.within(share)
    if found is None:
        return message("Nothing is finished yet")
    return plural(
        "{share} of {n} finished item took at most {time}",
        "{share} of {n} finished items took at most {time}",
        found.n, share=Percent(found.share), time=days(found.days),
    )  # fmt: skip


def clock_sentences(figures: FlowFigures) -> Iterator[Message]:
    """How time is counted, as the page prints it."""
    yield SOURCES[figures.source]
    yield message(
        "The clock starts with the first entry into a waiting or active state and ends with the"
        " last entry into a done state from one that is not done; waits count."
    )
    if figures.extra:
        yield message("Days are counted inclusively: begun and done on one day is one day.")
    else:
        yield message("Days are whole days between two dates: begun and done on one day is zero.")
    yield message("A cancelled or removed item is no completion; it leaves on that day.")
    yield message(
        "Percentiles are interpolated and hidden under ten; a sentence names whole days, and the"
        " share that really finished within them."
    )


def notes(figures: FlowFigures) -> Iterator[Message]:
    """What is to be known of one board."""
    if figures.times:
        yield sentence_end(within_words(figures, P85))
    if 0 < len(figures.times) < FEWEST_FINISHED:
        yield from few_words(figures)
    if figures.open_differs:
        yield open_words(figures)
    yield from level_words(figures.service_level)
    if figures.bottleneck is not None:
        yield message(
            "Most days were spent in {state}: {time}, {share} of all.",
            state=readable(figures.bottleneck.state.name),
            time=days(figures.bottleneck.days),
            share=Percent(figures.bottleneck.share),
        )
    yield from signal_words(figures)
    yield from back_words(figures)
    yield from blocked_words(figures)
    yield from left_out_words(figures)
    if lines_count_more(figures):
        yield message(
            "The lines of the cumulative flow also count items that were cancelled or removed, from"
            " the day that they left; its table counts them in the states that they reached."
        )
    yield message(
        "Check: the load of every day adds up to {load}, the days of every item to {items}.",
        load=days(figures.load_days), items=days(figures.item_days),
    )  # fmt: skip


def counted_now(figures: FlowFigures) -> Message:
    """How much is in work, and how much is finished."""
    done = len(figures.times)
    return message("{load} in work, {done} finished", load=figures.load, done=done)


def oldest(figures: FlowFigures) -> Message:
    """How many items are open, and how old the oldest of them is."""
    ages = [flow.age for flow in figures.open if flow.age is not None]
    if not ages:
        return message("no item is in work")
    return plural(
        "{n} item in work, {time} old", "{n} items in work, the oldest {time} old", len(ages),
        time=days(max(ages)),
    )  # fmt: skip


def last_week(figures: FlowFigures) -> Message:
    """How much was finished in the last whole week."""
    last = next((week for week in reversed(figures.weeks) if week.whole), None)
    if last is None:
        return message("no whole week is known")
    return message("{done:pronoun} finished in {week}", done=last.done, week=last.period)


def slowest(figures: FlowFigures) -> Message:
    """In which state most of the days were spent."""
    if figures.bottleneck is None:
        return message("no days in states are known")
    return message(
        "most days in {state}: {share}",
        state=readable(figures.bottleneck.state.name),
        share=Percent(figures.bottleneck.share),
    )


IN_SHORT: Mapping[str, Callable[[FlowFigures], Message]] = {
    "cumulative": counted_now,
    "scatter": lambda figures: within_words(figures, P85),
    "age": oldest,
    "throughput": last_week,
    "states": slowest,
}


def lines_count_more(figures: FlowFigures) -> bool:
    """Whether the lines of the drawing stand higher than the numbers of its table."""
    board = [state.name for state in figures.states if state.category != "cancelled"]
    return any(
        row.lines != tuple(row.reached[name] for name in board) for row in figures.cumulative
    )


def sentence_end(text: Message) -> Message:
    return message("{sentence}.", sentence=text)


def few_words(figures: FlowFigures) -> Iterator[Message]:
    """What so few finished items allow to be told of one more."""
    yield plural(
        "Percentiles need ten finished items; there is {n}.",
        "Percentiles need ten finished items; there are {n}.",
        len(figures.times),
    )
    found = figures.next_one(P85)
    if found is None:
        yield message("So few do not tell how long one more will take, with a chance of 85 %.")
    else:
        yield message(
            "One more of the kind takes at most {time} with a chance of {chance}.",
            time=days(found.days), chance=Percent(found.share),
        )  # fmt: skip


def open_words(figures: FlowFigures) -> Message:
    usual = Rounded(figures.percentile(SHARES[0]) or Fraction(0), 1)
    if figures.open_counted is None:
        return message(
            "With open items counted, less than half is finished; the median of finished work alone"
            " is {usual} d.", usual=usual,
        )  # fmt: skip
    return message(
        "With open items counted the median is {open}; that of finished work alone, {usual} d,"
        " gives too fair a picture.", open=days(figures.open_counted), usual=usual,
    )  # fmt: skip


def signal_words(figures: FlowFigures) -> Iterator[Message]:
    """The weeks outside of the natural limits; of the others nothing is said."""
    for name, signal in figures.signals.items():
        outside = [signal.weeks[n].period for n in signal.limits.outside]
        if outside:
            yield message(
                "{figure} was outside its natural limits ({lower} to {upper}) in {weeks}.",
                figure=FIGURE_NAMES[name],
                lower=Rounded(signal.limits.lower, 1),
                upper=Rounded(signal.limits.upper, 1),
                weeks=some(outside),
            )


def back_words(figures: FlowFigures) -> Iterator[Message]:
    if figures.backward:
        yield plural(
            "{n:spelled} move went backward: {items}.",
            "{n:spelled} moves went backward: {items}.",
            figures.backward, items=some(flow.id for flow in figures.moved_back),
        ).sentence()  # fmt: skip
    for flow in figures.moved_back:
        if flow.put_back:
            yield plural(
                "{item} was put back {n} time, {time}.",
                "{item} was put back {n} times, {time}.",
                flow.put_back, item=flow.id, time=days(flow.put_back_days),
            )  # fmt: skip


def blocked_words(figures: FlowFigures) -> Iterator[Message]:
    if figures.blocked_days:
        reasons = (
            message("{why} ({time})", why=why, time=days(number))
            for why, number in figures.blocked_reasons.items()
        )
        yield message(
            "Blocked for {time}: {reasons}.", time=days(figures.blocked_days),
            reasons=some(reasons),
        )  # fmt: skip


def left_out_words(figures: FlowFigures) -> Iterator[Message]:
    """Items and days that count nowhere, and why."""
    for fault, words in FAULTS.items():
        left = [flow.id for flow in figures.faulty if flow.course.fault == fault]
        if left:
            yield message("Left out for {reason}: {items}.", reason=words, items=some(left))
    if figures.without_history:
        yield plural(
            "{n:spelled} item has no history.", "{n:spelled} items have no history.",
            len(figures.without_history),
        ).sentence()  # fmt: skip
    if figures.unknown_states:
        yield message(
            "Days in states that no portfolio file knows count nowhere: {states}.",
            states=listed(figures.unknown_states),
        )
