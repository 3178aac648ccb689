"""What a site tells of its own change: since the last increment, or else by the last landing."""

from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath
from typing import TypeVar

from msgspec.structs import replace

from leanfolio.cache.entry import KeyValues
from leanfolio.check.rule import Scan, scanned
from leanfolio.disk.git import MissingObjectsError, has_git_answer
from leanfolio.disk.git_commits import change_commits, same_files, uncommitted_files
from leanfolio.disk.git_content import blobs_at, limit_of, read_sources
from leanfolio.disk.git_revision import commit_named, tagged_commits
from leanfolio.figures.change.comparison import Comparison
from leanfolio.figures.change.revision import Revision
from leanfolio.figures.facts import Facts
from leanfolio.figures.funding.records import Records, read_records
from leanfolio.model import Item, Visibility
from leanfolio.model.increment import RELEASE_TAGS, release_tag
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit, Content, record_kind
from leanfolio.pipeline import published
from leanfolio.read import read
from leanfolio.read.links import link
from leanfolio.views.built import Built
from leanfolio.views.change import tell_story

HIDDEN: Visibility = "confidential"
_I = TypeVar("_I", bound=Item)


def with_change_story(
    whole: Built,
    visible: Built,
    audience: Visibility,
    content: Content,
    folder: Path,
    top: Commit,
    *,
    since: str | None = None,
    dirty: bool = False,
    landings: bool = True,
    kept: KeyValues | None = None,
) -> Built:
    """The visible build with what changed since an earlier revision, as its audience may know it.

    `whole` is the same build before anything was withheld. The content is that of the commit `top`,
    or, where `dirty`, that of a work tree which has it otherwise. Without `landings` only an
    earlier increment counts, and not the last landing. Without an earlier revision, or where this
    clone lacks it, there is no story. Raises GitError, and UnknownRevision where `since` is none.
    """
    named = None if since is None else named_revision(folder, top, since)
    if whole.portfolio.looking_back:  # figures of an earlier day than that of the content
        return visible
    try:
        before = named or earlier_revision(folder, top, dirty=dirty, landings=landings)
        if before is None:
            return visible
        assert before.commit is not None
        blobs = blobs_at(folder, before.commit)
        portfolio, records = earlier_side(whole, visible, audience, content, folder, blobs)
        sides = (portfolio, visible.portfolio)
        files: frozenset[PurePosixPath] = frozenset()
        if dirty:
            of_top = blobs if before.commit == top else blobs_at(folder, top)
            files = uncommitted_files(content, of_top)
        commits = change_commits(folder, before.commit, top, sides, files, kept)
    except MissingObjectsError:
        return visible
    comparison = Comparison(Facts(portfolio, visible.as_of, records), visible.facts)
    after = Revision("" if dirty else top.id, top, top.day, dirty=dirty)
    return replace(visible, change_story=tell_story(comparison, before, after, commit_of=commits))


def named_revision(folder: Path, top: Commit, since: str) -> Revision:
    """The revision that is named; one that is named by its id has the name of its tag, if any.

    Raises UnknownRevision where it names none, and GitError as `commit_named` does.
    """
    commit = commit_named(folder, since)
    tags = increment_tags(folder, top) if commit.id == since else []
    names = [entry.name for entry in tags if entry.commit == commit]
    return Revision(names[0] if names else since, commit, commit.day)


def earlier_revision(folder: Path, top: Commit, *, dirty: bool, landings: bool) -> Revision | None:
    """The last increment's tag, or the commit before the last landing; None without either."""
    tags = increment_tags(folder, top)
    tagged = [entry for entry in tags if dirty or entry.commit != top]
    if tagged:
        return max(tagged, key=lambda entry: (entry.day, entry.name))
    if not landings:
        return None
    if dirty:
        return Revision(top.id, top, top.day)
    parents = has_git_answer(
        folder, "log", "-1", "--first-parent", "--format=%P", "--no-show-signature",
        "--end-of-options", top.id, "--", ".",
    )  # fmt: skip
    first = (parents or b"").decode("ascii", "replace").split()[:1]
    if not first:
        return None
    commit = commit_named(folder, first[0])
    return Revision(commit.id, commit, commit.day)


def increment_tags(folder: Path, top: Commit) -> list[Revision]:
    """The tags `pi/ID` that lead up to a commit."""
    tags = tagged_commits(folder, RELEASE_TAGS, top.id)
    return [Revision(release_tag(id), commit, commit.day) for id, commit in tags.items()]


def earlier_side(
    whole: Built,
    visible: Built,
    audience: Visibility,
    content: Content,
    folder: Path,
    blobs: Mapping[PurePosixPath, str],
) -> tuple[Portfolio, Records]:
    """The portfolio of a commit as today's audience may see it, and what was spent by its records.

    `blobs` are its files. Those that are the same today are not read again: their items are those
    of today.
    """
    same = same_files(content, blobs)
    wanted: dict[str, list[tuple[PurePosixPath, int]]] = {}
    for path, blob in blobs.items():
        if path not in same:
            wanted.setdefault(blob, []).append((path, limit_of(path) or 0))
    sources = list(read_sources(folder, wanted))
    reading = read(source for source in sources if source.path.suffix.lower() == ".md")
    portfolio = whole.portfolio
    for item in (portfolio.policy, *portfolio.items.values()):
        if item.origin.path in same:
            reading.items.append(item)
    reading.pages += [page for page in portfolio.pages if page.origin.path in same]
    earlier = link(reading)[0]
    withheld = visible.portfolio.withheld
    hidden = as_hidden_today(earlier, whole.portfolio, withheld)
    seen = hidden.visible_to(audience)
    names = {path for path in blobs if record_kind(path)}
    now = {source.path for source in content.records}
    if names == now and names <= same:
        return seen, visible.records
    tables = [source for source in content.records if source.path in same]
    tables += [source for source in sources if source.path.suffix.lower() != ".md"]
    no_spending = {
        id for side in (hidden, whole.portfolio) for id in side.spending_hidden_from(audience)
    }
    readers = hidden.policy.audiences
    records = read_records(tables).visible_to(
        audience, withheld | seen.withheld, no_spending, readers
    )
    return seen, records_as_hidden_today(records, whole.records, visible.records)


def both_sides_for(
    audience: Visibility, before: Built, after: Built, scan: Scan = scanned
) -> tuple[Built, Built]:
    """Two builds as an audience may read them: what is hidden in the later one is so in both."""
    visible = published(after, audience, scan)
    hidden = as_hidden_today(before.portfolio, after.portfolio, visible.portfolio.withheld)
    records = records_as_hidden_today(before.records, after.records, visible.records)
    facts = Facts(hidden, before.as_of, records)
    return published(replace(before, portfolio=hidden, facts=facts), audience, scan), visible


def records_as_hidden_today(earlier: Records, today: Records, visible: Records) -> Records:
    """The earlier records, of which ballots and scenarios that are hidden today are hidden too."""
    ballots = {entry.name for entry in today.rounds} - {entry.name for entry in visible.rounds}
    scenarios = {entry.origin.path for entry in today.alternatives} - {
        entry.origin.path for entry in visible.alternatives
    }
    return replace(
        earlier,
        rounds=tuple(entry for entry in earlier.rounds if entry.name not in ballots),
        alternatives=tuple(
            entry for entry in earlier.alternatives if entry.origin.path not in scenarios
        ),
    )


def as_hidden_today(earlier: Portfolio, today: Portfolio, withheld: Collection[str]) -> Portfolio:
    """The earlier portfolio in which what is hidden today is hidden too: items, and fields."""
    items: dict[str, Item] = {}
    for id, item in earlier.items.items():
        seen = with_fields_hidden(item, today.items.get(id))
        if id in withheld and item.visibility != HIDDEN:
            seen = seen.model_copy(update={"visibility": HIDDEN})
        items[id] = seen
    readers = today.policy.audiences.and_of(earlier.policy.audiences)
    policy = with_fields_hidden(earlier.policy, today.policy)
    policy = policy.model_copy(update={"audiences": readers})
    return replace(earlier.with_items(items), policy=policy)


def with_fields_hidden(item: _I, today: Item | None) -> _I:
    """The earlier item, whose fields that are confidential today are so too."""
    if today is None or not set(today.confidential) - set(item.confidential):
        return item
    added = [name for name in today.confidential if name in type(item).model_fields]
    confidential = tuple(dict.fromkeys((*item.confidential, *added)))
    return item.model_copy(update={"confidential": confidential})
