"""A project on disk: the folder with mkdocs.yml and content/, read and checked."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from leanfolio import files, history
from leanfolio.build import Built, build
from leanfolio.files import Content


@dataclass(frozen=True, slots=True)
class Project:
    """Where a portfolio lives."""

    root: Path
    content: Path

    @classmethod
    def at(cls, root: Path) -> "Project":
        return cls(root, root / "content")


def day_of(text: str | None) -> date | None:
    """A day from a flag or a setting. Raises ValueError where it is none."""
    return None if text is None else date.fromisoformat(text)


def load(project: Project, as_of: date | None = None) -> tuple[Content, Built]:
    """The content and what it says, as of the day given, the portfolio's, the commit's, or today.

    Raises FileNotFoundError or NotADirectoryError where there is no content folder.
    """
    content = files.load(project.content)
    commit = history.head(project.content)
    otherwise = commit.day if commit else datetime.now(UTC).date()
    built = build(
        content.sources,
        as_of=as_of,
        otherwise=otherwise,
        assets=frozenset(content.assets),
        refused=content.problems,
    )
    return content, built
