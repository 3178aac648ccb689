"""A project on disk: the folder with mkdocs.yml and content/, read and checked."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from leanfolio.cache.entry import KeyValues
from leanfolio.check.rule import Scan, scanned
from leanfolio.disk import files, git_history
from leanfolio.disk.files import Project
from leanfolio.disk.gc_pause import gc_paused
from leanfolio.disk.git import own_day, require_git
from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.records import read_records
from leanfolio.figures.history.versions import History
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Content, Source
from leanfolio.pipeline import build, with_git_history
from leanfolio.problem import Problem
from leanfolio.read import FieldsOf, Reading, parse, read
from leanfolio.read.links import link
from leanfolio.views.built import Built


def day_of(text: str | None) -> date | None:
    """A day from a flag or a setting. Raises ValueError where it is none."""
    return None if text is None else date.fromisoformat(text)


def load(
    project: Project, as_of: date | None = None, scan: Scan = scanned, fields_of: FieldsOf = parse
) -> tuple[Content, Built]:
    """The content and what it says, as of the day given, the portfolio's, the commit's, or today.

    Raises FileNotFoundError or NotADirectoryError where there is no content folder, and GitError
    where a repository holds it and git does not answer.
    """
    content = files.load(project.content)
    require_git(project.content)
    otherwise, committed = own_day(project.content, as_of)
    return content, build_content(
        content, as_of, otherwise, scan=scan, fields_of=fields_of, committed=committed
    )


def build_content(
    content: Content,
    as_of: date | None,
    otherwise: date,
    *,
    earlier: Portfolio | None = None,
    scan: Scan = scanned,
    fields_of: FieldsOf = parse,
    known: Sequence[Problem] | None = None,
    read_before: dict[Source, Reading] | None = None,
    committed: bool = True,
    history: History | None = None,
) -> Built:
    """What content says, as of the day given, or the portfolio's, or else `otherwise`.

    `earlier` is the portfolio that the rules of changes hold it against; without it they are quiet.
    `known` are the problems that an earlier run found in this content on this day; `history` is
    what git says, for the rules that ask it. Files that are in `read_before` are not read again,
    and those that are read are added to it.
    """
    with gc_paused(lasting=True):
        return build(
            content.sources,
            as_of=as_of,
            otherwise=otherwise,
            committed=committed,
            assets=content.assets,
            refused=content.problems,
            records=content.records,
            earlier=earlier,
            scan=scan,
            fields_of=fields_of,
            known=known,
            files=read_before,
            history=history,
        )


def policy_day(content: Content) -> date | None:
    """The day that the portfolio's own file fixes for all figures; None where it fixes none."""
    own = [source for source in content.sources if str(source.path) == "portfolio.md"]
    return link(read(own))[0].policy.as_of if own else None


def with_history(
    built: Built, content: Path, kept: KeyValues | None = None, revision: str = "HEAD"
) -> Built:
    """The same, with all that git says of the days up to a revision.

    `kept` holds what was parsed before.
    """
    return with_git_history(built, git_history.revisions(content, revision, kept))


def portfolio_at(content: Path, revision: str) -> Portfolio | None:
    """The portfolio as it was at a git revision; None where there is no such one."""
    sources = git_history.sources_at(content, revision)
    return None if sources is None else link(read(sources))[0]


def facts_at(content: Path, revision: str, as_of: date) -> Facts | None:
    """The figures of a git revision as of a day, with what its own records say was spent.

    None where there is no such revision.
    """
    portfolio = portfolio_at(content, revision)
    if portfolio is None:
        return None
    records = read_records(git_history.sources_at(content, revision, git_history.is_spending) or ())
    return Facts(portfolio, as_of, records)
