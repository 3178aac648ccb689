"""The portfolio kanban: what its columns and cards say at nought, one, two and many."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from lxml import html as parser

from leanfolio.output.terminal import as_text
from leanfolio.pipeline import published
from leanfolio.views.board import MOST_IN_LANES
from leanfolio.views.board_rows import MOST_CARDS, MOST_STUCK, Board, Card, Column
from leanfolio.views.registry import find
from leanfolio.views.text_lines import board_lines
from making import PORTFOLIO, built
from pages import every, page_at


def board(limits: str, *epics: str, done: int = 0) -> Board:
    """A board of a waiting column, one in work with these limits, and what is done."""
    return built(files(limits, *epics, done=done)).figures.board


def files(limits: str, *epics: str, done: int = 0) -> dict[str, str]:
    """Epics in work, each with these fields, and so many that are done."""
    states = (
        "states: [{name: ready, category: waiting}, "
        f"{{name: mvp, category: active{limits}}}, {{name: done, category: done}}]"
    )
    head = "title: Epic {number}\nowner: A\nkind: business\nstate: {state}\n{fields}"
    texts = {"portfolio.md": f"{PORTFOLIO.strip()}\n{states}\n"}
    for number, fields in enumerate((*epics, *("" for _ in range(done))), 1):
        state = "mvp" if number <= len(epics) else "done"
        texts[f"epics/EP-{number}.md"] = head.format(number=number, state=state, fields=fields)
    return texts if epics or done else texts | {"epics/EP-1.md": "title: A\nowner: A\n"}


def mvp(view: Board) -> Column:
    return next(column for column in view.columns if column.state == "mvp")


SIZED = "job_size: 2"


@pytest.mark.parametrize(
    ("limits", "epics", "words"),
    [("", (SIZED,), "1"), (", limit: 3", (), "0 of 3"), (", limit: 2", (SIZED,), "1 of 2"),
     (", limit: 2", (SIZED, SIZED), "2 of 2, full"),
     (", limit: 1", (SIZED, SIZED), "2 of 1, over the limit"),
     (", limit: 3, limit_size: 10", (SIZED, "", ""), "3 of 3, full; size 2 of 10, two not stated"),
     (", limit_size: 10", ("",), "1; size not stated, of 10"),
     (", limit_size: 10", (SIZED, ""), "2; size 2 of 10, one not stated"),
     (", limit_size: 3", (SIZED, SIZED, ""), "3; size 4 of 3, over the limit"),
     (", limit_size: 10", (), "0; size 0 of 10")],
)  # fmt: skip
def test_a_limit_counts_what_is_stated_and_names_the_rest(
    limits: str, epics: Sequence[str], words: str
) -> None:
    assert str(mvp(board(limits, *epics)).words) == words


@pytest.mark.parametrize(
    ("epics", "size", "unsized", "stated"),
    [((), 0, 0, "0"), ((SIZED,), 2, 0, "2"), (("",), None, 1, "None"),
     ((SIZED, ""), 2, 1, "2; one not stated"), ((SIZED, "", ""), 2, 2, "2; two not stated")],
)  # fmt: skip
def test_a_job_size_that_nobody_stated_is_no_zero(
    epics: Sequence[str], size: int | None, unsized: int, stated: str
) -> None:
    column = mvp(board("", *epics))
    assert column.size == (None if size is None else Decimal(size))
    assert (column.unsized, str(column.size_stated)) == (unsized, stated)


@pytest.mark.parametrize(
    ("limits", "epics", "finding"),
    [("", (SIZED,), "No column has a limit, and nothing is blocked"),
     (", limit: 2", (SIZED,), "Every column that has a limit keeps it, and nothing is blocked"),
     (", limit: 1", (SIZED, SIZED), "MVP holds 2, its limit is 1"),
     (", limit_size: 3", (SIZED, SIZED), "MVP holds job size 4, its limit is 3"),
     (", limit: 1, limit_size: 3", (SIZED, SIZED), "MVP holds 2, its limit is 1"),
     (", limit_size: 10", (SIZED, ""),
      ("No column is known to be over its limit, as job sizes are not stated in MVP, "
       "and nothing is blocked")),
     (", limit: 2", (SIZED, "depends_on: [EP-1]"),
      "Every column that has a limit keeps it; one epic is blocked"),
     (", limit: 3", (SIZED, "depends_on: [EP-1]", "depends_on: [EP-1]"),
      "Every column that has a limit keeps it; two epics are blocked"),
     (", limit: 1", (SIZED, "depends_on: [EP-1]"), "MVP holds 2, its limit is 1; one epic blocked"),
     (", limit: 1", ("blocked: [{from: 2026-11-02, why: Grid}]",),
      "Every column that has a limit keeps it; one epic is blocked"),
     (", limit: 1", ("blocked: [{from: 2026-11-02, until: 2026-11-03, why: Grid}]",),
      "Every column that has a limit keeps it, and nothing is blocked")],
)  # fmt: skip
def test_the_finding_praises_nothing_that_was_not_judged(
    limits: str, epics: Sequence[str], finding: str
) -> None:
    assert str(board(limits, *epics).finding) == finding


def test_a_column_with_a_limit_and_no_epic_is_not_praised() -> None:
    assert str(board(", limit: 2", done=1).finding) == (
        "No epic is in a column that has a limit, and nothing is blocked"
    )
    assert str(board(", limit: 2").finding) == "No epic is on the board"


@pytest.mark.parametrize(
    ("in_work", "done", "start"),
    [(0, 1, "No epics in work, none waiting for a decision or for room, one done. "),
     (1, 0, "One epic in work, none waiting for a decision or for room, none done. "),
     (2, 2, "Two epics in work, none waiting for a decision or for room, two done. "),
     (13, 0, "13 epics in work, none waiting for a decision or for room, none done. ")],
)  # fmt: skip
def test_the_summary_counts_nought_one_two_and_many(in_work: int, done: int, start: str) -> None:
    view = board("", *(SIZED for _ in range(in_work)), done=done)
    assert str(view.summary).startswith(start)


def card(**more: object) -> Card:
    fields: dict[str, object] = {
        "id": "EP-1", "title": "An epic", "url": "epics/EP-1.html", "age_days": None,
        "too_old": False, "blocked": (), "owner": None, "value_stream": None, "kind": "business",
        "rank": None, "size": None, "waived_until": None, "waived_by": None,
    }  # fmt: skip
    return Card(**{**fields, **more})  # type: ignore[arg-type]  # each test names few fields


def test_a_card_says_what_is_known_and_what_is_wrong() -> None:
    assert (card().facts, card().flags, card().is_stuck) == ((), (), False)
    old = card(age_days=1, rank=3, owner="Ann", blocked=("EP-2", "EP-3"), too_old=True)
    assert [str(fact) for fact in old.facts] == ["rank 3", "1 day here", "Ann"]
    assert [str(flag.word) for flag in old.flags] == ["blocked by EP-2, EP-3", "too long here"]
    assert old.is_stuck
    said = card(blocked_since=date(2026, 11, 2), blocked_why="Grid")
    assert [str(flag.word) for flag in said.flags] == ["blocked since 2026-11-02"]
    assert said.is_stuck
    assert [str(fact) for fact in card(age_days=0).facts] == ["0 days here"]


def test_a_column_of_many_cards_counts_the_rest() -> None:
    view = board("", *(SIZED for _ in range(MOST_CARDS + 2)))
    assert (len(mvp(view).visible_cards), mvp(view).folded) == (MOST_CARDS, 2)


def test_what_is_stuck_and_folded_away_is_listed_below_the_board() -> None:
    stuck = "blocked: [{from: 2026-11-02, why: Grid}]"
    many = (*("" for _ in range(MOST_CARDS)), *(stuck for _ in range(MOST_STUCK + 2)))
    table = board("", *many).stuck_apart
    assert len(table.rows) == MOST_STUCK
    assert str(table.note) == "2 more are not listed here; data/board.csv has them all."
    assert {str(row[2]) for row in table.rows} == {"blocked since 2026-11-02"}
    few = board("", *(stuck for _ in range(2)))
    assert (few.stuck_apart.rows, few.stuck_apart.note) == ((), "")


def test_page_and_terminal_print_the_same_words() -> None:
    board_view_entry = find("board")
    assert board_view_entry is not None
    whole = built(files(", limit: 3, limit_size: 10", SIZED, "", ""))
    words = "3 of 3, full; size 2 of 10, two not stated"
    page = parser.document_fromstring(page_at(whole, "board.html"))
    [strip] = every(page, "//*[@class='strip']")
    assert words in strip.text_content()
    assert f"MVP: {words}" in as_text(board_view_entry, whole.figures.board)


def test_limits_are_not_judged_by_what_one_audience_may_read() -> None:
    files = {
        "portfolio.md": "title: P\nowner: A\nstates: [{name: mvp, category: active, limit: 1}]",
        "epics/EP-1.md": "title: A\nowner: A\nstate: mvp",
        "epics/EP-2.md": "title: B\nowner: A\nstate: mvp\nvisibility: confidential",
    }
    whole, view = built(files), find("board")
    assert view is not None
    assert str(view.make(whole).finding) == "MVP holds 2, its limit is 1"
    public = published(whole, "public")
    assert str(view.make(public).finding) == (
        "Limits are not judged here: not everything is shown to this audience"
    )


def test_the_board_says_what_is_past_the_service_level() -> None:
    rules = "type: portfolio\ntitle: Any\nflow: {sle: {share: 85, days: 20}}"
    epic = "title: Any\nstate: ready\nhistory: [{state: ready, on: %s}]"
    made = built({
        "portfolio.md": rules, "epics/EP-2.md": epic % "2026-10-30",
        "epics/EP-3.md": epic % "2026-10-31",
    })  # fmt: skip
    board = made.figures.board
    cards = {card.id: card for column in board.columns for card in column.cards}
    assert (cards["EP-2"].past_level, cards["EP-3"].past_level) == (True, False)
    assert [str(flag.word) for flag in cards["EP-2"].flags] == ["past the service level, 21 days"]
    assert board.sle == made.figures.flow.sle
    assert [str(sentence) for sentence in board.words] == [
        "The service level is 85 % done within 20 days; nothing is finished yet.",
        "One open item has taken longer already: EP-2.",
    ]
    page = page_at(made, "board.html")
    assert "past the service level, 21 days" in page
    assert "One open item has taken longer already: EP-2." in page


def test_the_terminal_says_all_that_a_card_is_marked_with() -> None:
    board = built({
        "portfolio.md": "type: portfolio\ntitle: Any\nstates: [{name: build, category: active, "
        "max_age_days: 5}]",
        "epics/EP-2.md": "title: Any\nstate: build\nhistory: [{state: build, on: 2026-11-02}]\n"
        "waivers: [{rule: wip-exceeded, until: 2026-12-31, approver: Ann, reason: Any}]",
    }).figures.board  # fmt: skip
    [marked] = [card for column in board.columns for card in column.cards]
    words = [str(flag.word) for flag in marked.flags]
    assert words == ["too long here", "waiver until 2026-12-31, Ann"]
    line = str([*board_lines(board)][-1])
    assert line.startswith("  EP-2 Any, ")
    assert line.endswith(f", {', '.join(words)}")


# Limits over time, ages, lanes ----------------------------------------------------------------


def moved(*moves: tuple[str, str], more: str = "") -> str:
    """The fields of an epic that entered these states on these days of 2026."""
    entries = ", ".join(f"{{state: {state}, on: 2026-{day}}}" for state, day in moves)
    return f"history: [{entries}]\n{more}"


def test_a_limit_is_broken_since_the_day_on_which_one_came_too_many() -> None:
    first, second = moved(("mvp", "10-01")), moved(("mvp", "10-05"))
    last = moved(("ready", "10-01"), ("mvp", "11-08"))
    column = mvp(board(", limit: 2", first, second, last))
    assert (column.over_since, column.over_days) == (date(2026, 11, 8), 12)
    assert str(column.over_words) == "over its limit for 12 days, since 2026-11-08"


def test_a_break_that_ended_in_between_is_not_counted() -> None:
    left = moved(("mvp", "09-01"), ("ready", "10-10"), ("mvp", "11-15"))
    column = mvp(board(", limit: 1", moved(("mvp", "09-05")), left))
    assert (column.over_since, column.over_days) == (date(2026, 11, 15), 5)


def test_one_that_left_on_the_day_another_came_makes_no_break() -> None:
    files_of = files(", limit: 1", moved(("mvp", "10-10")))
    gone = "title: G\nowner: A\nstate: done\n" + moved(("mvp", "09-01"), ("done", "10-10"))
    late = files(", limit: 1", moved(("mvp", "10-10")), moved(("mvp", "11-01")))
    view = built({**late, "epics/EP-9.md": gone}).figures.board
    assert mvp(view).over_since == date(2026, 11, 1)
    assert mvp(built({**files_of, "epics/EP-9.md": gone}).figures.board).over_words == ""


def test_a_break_is_of_unknown_age_where_an_epic_does_not_say_when_it_came() -> None:
    column = mvp(board(", limit: 1", moved(("mvp", "10-01")), ""))
    assert (column.over, column.over_since) == (True, None)
    assert str(column.over_words).startswith("since when is not known")


def test_what_is_expedited_breaks_no_limit_and_size_counts_too() -> None:
    quick = moved(("mvp", "11-01"), more="urgency: expedite\njob_size: 8")
    sized = moved(("mvp", "10-01"), more="job_size: 5")
    later = moved(("mvp", "11-10"), more="job_size: 5")
    column = mvp(board(", limit_size: 8", quick, sized, later))
    assert (column.over_since, column.over_days) == (date(2026, 11, 10), 10)


@pytest.mark.parametrize(
    ("finished", "usual", "flag"),
    [
        (10, "90 % within 9 days, of 10 finished", "longer here than 100 % of finished"),
        (9, "9 finished epics: too few to judge by", None),
        (0, "0 finished epics: too few to judge by", None),
    ],
)
def test_the_age_in_a_state_is_marked_against_finished_work(
    finished: int, usual: str, flag: str | None
) -> None:
    head = "title: F\nowner: A\nstate: done\n"
    ended = {
        f"epics/EP-{90 + n}.md": head + moved(("mvp", "09-01"), ("done", f"09-{n + 1:02}"))
        for n in range(1, finished + 1)
    }
    old = moved(("mvp", "11-09"))  # 11 days ago
    column = mvp(built({**files("", old), **ended}).figures.board)
    assert str(column.usual) == usual
    words = [str(each.word) for each in column.cards[0].flags]
    assert words == ([flag] if flag else [])


def test_a_word_that_figures_contradict_says_so_on_the_card() -> None:
    late = "due: 2026-11-01\nupdates: [{on: 2026-11-18, health: on-track}]"
    words = [str(each.word) for each in mvp(board("", late)).cards[0].flags]
    assert words == ["on track, 2 days ago", "figures contradict this"]


def test_lanes_hold_every_card_once_by_value_stream() -> None:
    streams = {f"value-streams/VS-{n}.md": f"title: Stream {n}\nowner: A" for n in (2, 10)}
    heads = ("value_stream: VS-10", "value_stream: VS-2", "", "value_stream: VS-2")
    made = built({**files(", stream_limit: 1", *heads), **streams})
    lanes = made.figures.board.swimlanes
    held = [
        (str(lane.title), [card.id for part in lane.columns for card in part.cards])
        for lane in lanes
    ]
    assert held == [
        ("Stream 2", ["EP-2", "EP-4"]), ("Stream 10", ["EP-1"]), ("No value stream", ["EP-3"])
    ]  # fmt: skip
    words = [part.words and str(part.words.word) for lane in lanes for part in lane.columns
             if part.state == "mvp"]  # fmt: skip
    assert words == ["2 of 1, over the limit", "1 of 1", None]
    page = parser.document_fromstring(page_at(made, "board.html"))
    ids = [each.get("id") for each in every(page, "//li[contains(@class,'tile')]")]
    assert sorted(ids) == ["tile-EP-1", "tile-EP-2", "tile-EP-3", "tile-EP-4"]
    assert every(page, "//*[@id='state-mvp']")


def test_a_board_of_one_value_stream_or_of_very_many_epics_has_no_lanes() -> None:
    assert board("", SIZED, SIZED).swimlanes == ()
    streams = {f"value-streams/VS-{n}.md": f"title: Stream {n}\nowner: A" for n in (1, 2)}
    heads = [f"value_stream: VS-{n % 2 + 1}" for n in range(MOST_IN_LANES + 1)]
    assert built({**files("", *heads), **streams}).figures.board.swimlanes == ()
