"""Rules that look at one thing at a time, so that only what changed is checked again.

An editor asks after each key that is pressed. It asks these rules of the one file that changed,
and all others of the whole. A rule that is in neither list is only asked more often than need be.
"""

# Of an item by itself: its own fields, the portfolio's file, the day; no other item, and no link.
ITEM_BY_ITEM = frozenset((
    "address-unsafe", "body-empty", "characters-hidden", "check-in-twice", "cost-range-reversed",
    "date-in-the-future", "decision-unsigned", "due-missing", "due-passed", "due-unreachable",
    "epic-moves-nothing", "evidence-missing", "history-differs", "history-repeats",
    "history-unordered", "iteration-dates", "milestone-outside-increment",
    "mvp-over-cost", "orphan",
    "owner-missing", "period-missing", "range-reversed", "rejection-unexplained",
    "risk-acceptance-ended", "risk-half-rated", "risk-off-scale", "risk-status-missing",
    "risk-without-action", "score-incomplete", "score-off-scale",
    "score-undated", "scored-alone", "share-wrong", "size-top", "size-zero", "source-gone",
    "state-missing",
    "state-skipped", "stream-missing", "target-is-start", "target-missing",
    "title-unfit", "unit-missing", "vote-unexplained",
    "waiver-expired", "waiver-unknown-rule", "weight-zero",
))  # fmt: skip

# Of a body of prose by itself, and beside it of what there is to link to.
BODY_BY_BODY = frozenset((
    "anchor-dead", "body-link-dead", "body-over-limit", "confidential-linked", "image-missing",
    "image-remote",
))  # fmt: skip
