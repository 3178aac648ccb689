"""What an import carries of each system, what it does not, and why: the documentation's table."""

from typing import NamedTuple

from leanfolio.importing.azure.answers import FORMS as AZURE_FORMS
from leanfolio.importing.jira.answers import FORMS as JIRA_FORMS


class Carried(NamedTuple):
    """One thing that the systems hold: what becomes of it from each, and the reason where it is
    left out."""

    what: str
    jira: str
    azure: str
    table: str
    why: str = ""


JIRA = (*dict.fromkeys(form for _, form, _ in JIRA_FORMS), "CSV of Jira Cloud or Server")
AZURE = (*dict.fromkeys(form for _, form, _ in AZURE_FORMS), "CSV of Azure, flat or as a tree")
FORMS = {
    "jira": JIRA,
    "azure": AZURE,
    "csv": ("table with a header, its values parted by commas, semicolons or tabs",),
}  # fmt: skip
NO_DAYS = "A table holds no changes; a column with a day gives one by `to: history`."
CARRIED = (
    Carried("identity", "`source.id`, `key`, `url`", "`source.id`, `key`, `url`",
            "`source.id`, `key`", "The unchanging number finds an item again."),
    Carried("earlier keys", "`source.was`, by the change log", "-", "-",
            "Azure's numbers do not change."),
    Carried("title", "`title`", "`title`", "`title`"),
    Carried("status", "`state`, by its id", "`state`, by its name", "`state`, by its name"),
    Carried("days of statuses", "`history`, from change logs", "`history`, from updates or"
            " revisions", "by `to: history`", NO_DAYS),
    Carried("item above", "`epic`, `feature`; else `source.parent`",
            "`epic`, `feature`; else `source.parent`", "`epic`, `feature`; else `source.parent`"),
    Carried("links", "by type and direction", "by type and direction", "a column with ids or keys"),
    Carried("prose", "wiki markup and documents as Markdown", "HTML as Markdown", "as it is",
            "What a converter does not know becomes its text, and is counted."),
    Carried("pictures and attachments", "remote pictures as links; names of attachments",
            "remote pictures as links", "-", "Pages load nothing from other systems."),
    Carried("comments", "by `comment: {to: body}`", "-", "by a column",
            "A portfolio's page is no thread; unmapped they are counted."),
    Carried("people", "names, by `people`", "names, by `people`", "names, by `people`",
            "Addresses are not carried where there is a name."),
    Carried("sprints, iteration paths", "`increment`, `iteration`, by `increments`",
            "`increment`, `iteration`, by `increments`", "by `to: increment`"),
    Carried("any other field", "by `fields`", "by `fields`", "by `fields`",
            "Objects of a program are refused as values, and counted."),
    Carried("past values of other fields", "counted", "counted", "-",
            "Git keeps what the files said at each import."),
    Carried("work logs, votes, watchers", "counted", "-", "-", "No figure here rests on them."),
)  # fmt: skip
