"""What a merged workbook asks for, done: scores as acts of scoring, added rows as new files."""

from collections.abc import Mapping

from leanfolio.editor.acts.act import Moment
from leanfolio.editor.acts.records import score
from leanfolio.editor.acts.trial import Trial
from leanfolio.editor.new_item import draft_item
from leanfolio.importing.workbook import Merged


def do_merged(trial: Trial, merged: Merged, scored: Mapping[str, str], moment: Moment) -> None:
    """Score the items whose cells were edited, and begin those that were added.

    `scored` says by whom and on which day. Raises ActError and InvalidItem.
    """
    portfolio = trial.portfolio  # as it was read: each edit is of another item
    for edit in merged.edits:
        trial.do(score(portfolio, {"id": edit.id, **edit.scores, **scored}, moment))
    for draft in merged.drafts:
        new = draft_item(trial.now, merged.type, draft.title)
        trial.begin(new.path, new.text)
        if draft.scores:
            trial.do(score(trial.portfolio, {"id": new.id, **draft.scores, **scored}, moment))
