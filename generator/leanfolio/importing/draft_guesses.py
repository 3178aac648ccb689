"""What a draft of a map guesses: types by level or name, categories by name, fields by name."""

import re
from collections.abc import Iterable, Mapping, Sequence

from leanfolio.importing.cells import likely_forms
from leanfolio.importing.work_item import Status
from leanfolio.model.policy import Category

SIZE = "{feature: size, story: points, epic: job_size}"
FIELDS: Mapping[str, tuple[str, str]] = {
    "assignee": ("owner", "source"), "assigned to": ("owner", "source"),
    "system.assignedto": ("owner", "source"),
    "labels": ("tags", "source"), "tags": ("tags", "source"), "system.tags": ("tags", "source"),
    "due date": ("due", "source"), "duedate": ("due", "source"), "due": ("due", "source"),
    "target date": ("due", "source"), "microsoft.vsts.scheduling.targetdate": ("due", "source"),
    "description": ("body", "source"), "system.description": ("body", "source"),
    "sprint": ("increment", "source"), "iteration path": ("increment", "source"),
    "system.iterationpath": ("increment", "source"),
    "story points": (SIZE, "source"), "story point estimate": (SIZE, "source"),
    "effort": (SIZE, "source"), "size": (SIZE, "source"),
    "microsoft.vsts.scheduling.storypoints": (SIZE, "source"),
    "microsoft.vsts.scheduling.effort": (SIZE, "source"),
    "microsoft.vsts.scheduling.size": (SIZE, "source"),
    "business value": ("business_value", "here"),
    "microsoft.vsts.common.businessvalue": ("business_value", "here"),
    "time criticality": ("time_criticality", "here"),
    "microsoft.vsts.common.timecriticality": ("time_criticality", "here"),
    "leanfolio id": ("id", "source"),
    "epic link": ("parent", "source"), "parent link": ("parent", "source"),
    "depends on": ("depends_on", "source"), "owner": ("owner", "source"),
    "estimated size": (SIZE, "source"), "points": (SIZE, "source"),
    "value stream": ("value_stream", "source"), "cost": ("cost", "source"),
    "risk reduction": ("risk_opportunity", "here"), "job size": ("job_size", "here"),
}  # fmt: skip
CUSTOM = re.compile(r"custom field \((.+?)\)(?: #\d+)?\Z")

TYPE_NAMES: tuple[tuple[str, str | None], ...] = (
    (r"epic|initiative|theme", "epic"),
    (r"feature|capability", "feature"),
    (r"sub-?task|test|shared|task\Z", None),
    (r"story|backlog item|requirement|bug|issue|defect", "story"),
)
CATEGORIES: tuple[tuple[str, Category], ...] = (
    (r"reject|cancel|declin|won.?t|removed|duplicate|abandon|obsolete|drop", "cancelled"),
    (r"\bdone|closed?\b|resolved|complete|finish|released?\b", "done"),
    (r"ready|selected|approved|to.?do\b|waiting|hold|queue|analy|planned", "waiting"),
    (r"progress|develop|doing|active|review|test|implement|committed|started|mvp", "active"),
    (r"\bnew\b|open|inbox|backlog|funnel|idea|proposed|triage|draft", "new"),
)
OF_SYSTEM: Mapping[str, tuple[Category, ...]] = {
    "new": ("new", "waiting"), "proposed": ("new", "waiting"), "to_do": ("new", "waiting"),
    "todo": ("new", "waiting"), "indeterminate": ("active", "waiting"),
    "in_progress": ("active", "waiting"), "inprogress": ("active", "waiting"),
    "resolved": ("active",), "done": ("done", "cancelled"), "completed": ("done",),
    "removed": ("cancelled",),
}  # fmt: skip
ENTERED = re.compile(
    r"(?:(?P<start>activated|started)|closed|resolved|completed|done) ?(?:date)?\Z"
)
LINKS: tuple[tuple[str, str], ...] = ((r"block|depend", "inward"),)


def category_of(name: str, system_category: str) -> tuple[Category | None, bool]:
    """The category of a status, and whether it is only guessed from its name."""
    by_name = next(
        (category for words, category in CATEGORIES if re.search(words, name.casefold())), None
    )
    allowed = OF_SYSTEM.get(system_category.casefold(), ())
    if not allowed:
        return by_name, True
    return (by_name if by_name in allowed else allowed[0]), False


def type_by_name(name: str, system: str) -> str | None:
    """The type here of a type there. In Jira a story hangs on an epic, as a feature does here."""
    matches = (type for words, type in TYPE_NAMES if re.search(words, name.casefold()))
    type = next(matches, "story")
    if system != "jira":
        return type
    if re.search(r"sub-?task", name.casefold()):
        return "story"
    return "epic" if type == "epic" else "feature"


def types_by_name(names: Sequence[str], system: str) -> dict[str, str | None]:
    """The type of each name; where nothing stands between epics and stories, these are features."""
    found = {name: type_by_name(name, system) for name in names}
    if "epic" in found.values() and "feature" not in found.values():
        return {name: "feature" if type == "story" else type for name, type in found.items()}
    return found


def types_by_level(levels: Iterable[int]) -> dict[int, str | None]:
    """The type of each level that is there: from the top, an epic, its features, their stories."""
    found = sorted(set(levels), reverse=True)
    chain: list[str | None] = ["epic", "feature", "story"]
    if not found or found[0] < 1:
        chain = chain[1:]
    return dict(zip(found, [*chain, *[None] * len(found)], strict=False))


def field_guess(name: str, label: str) -> tuple[str, str] | None:
    """Where a field goes, and who owns it; None where its names say nothing."""
    for each in (name, label):
        folded = each.casefold()
        inside = CUSTOM.match(folded)
        found = FIELDS.get(inside[1] if inside else folded)
        if found is not None:
            return found
    return None


def history_guess(label: str, statuses: Iterable[Status]) -> str | None:
    """The status that was entered on the day of a field such as `Closed Date`."""
    found = ENTERED.match(label.casefold())
    if found is None:
        return None
    category = "active" if found["start"] else "done"
    by_name = (each for each in statuses if category_of(each.name, each.category)[0] == category)
    exact = sorted(by_name, key=lambda each: each.name.casefold()[:4] != label.casefold()[:4])
    return exact[0].name if exact else None


def link_guess(type: str) -> str | None:
    """The direction in which a type of link says what must be there first."""
    return next((way for words, way in LINKS if re.search(words, type.casefold())), None)


def date_forms(texts: Sequence[str]) -> list[str]:
    """The forms in which all of these may be days; [] where they are none."""
    forms: list[str] | None = None
    for text in texts:
        likely = likely_forms(text)
        forms = likely if forms is None else [form for form in forms if form in likely]
    return forms or []
