"""Publish an increment beside the others: what is new, what stays, what goes, what is refused."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from leanfolio import __version__
from leanfolio.disk.replace import MANIFEST
from leanfolio.model.source import Commit
from leanfolio.releasing.increment_site import ASSETS, IncrementSite, tree_hash
from leanfolio.releasing.pages import surrounding_pages
from leanfolio.releasing.record import (
    FILE,
    Release,
    Replaced,
    as_json,
    from_json,
    thinned,
    with_release,
)
from leanfolio.releasing.tree import NewTree, Place

HOST_LIMIT = 1_000_000_000  # bytes of a published site, as GitHub's documentation of Pages has it
NEARLY_FULL = 8 * HOST_LIMIT // 10
OF_THE_HOST = frozenset(("CNAME", ".gitignore"))


class Differences(Struct, frozen=True):
    """How two sites of an increment differ: paths of files, in order."""

    changed: tuple[str, ...]
    only_published: tuple[str, ...]
    only_built: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.changed or self.only_published or self.only_built)


class DifferentError(Exception):
    """The increment is published already, with other bytes."""

    def __init__(self, published: Release, differences: Differences) -> None:
        super().__init__(published.id)
        self.published, self.differences = published, differences


class Plan(Struct, frozen=True):
    """What a release would publish: all increments after it, and what goes."""

    releases: tuple[Release, ...]
    going: tuple[Release, ...]
    size: int  # of all pages and shared files together, in bytes
    unchanged: bool  # whether all of this is published already


def differences(published: Mapping[str, str], built: Mapping[str, str]) -> Differences:
    """What differs between two lists of files, each with its SHA-256; manifests are passed over."""
    one, other = published.keys() - {MANIFEST}, built.keys() - {MANIFEST}
    return Differences(
        tuple(sorted(path for path in one & other if published[path] != built[path])),
        tuple(sorted(one - other)),
        tuple(sorted(other - one)),
    )


def published_one(releases: Sequence[Release], id: str) -> Release | None:
    """The publication of an increment, whether its pages stand or are gone."""
    return next((release for release in releases if release.id == id), None)


def planned(
    releases: Sequence[Release], new: Release, reason: str | None, published: Mapping[str, str],
    built: Mapping[str, str],
) -> Plan:  # fmt: skip
    """What publishing a new site makes of the publication.

    Raises DifferentError where the increment stands there with other bytes, unless there is a
    reason to replace it. An increment whose pages were taken away is not brought back.
    """
    old = published_one(releases, new.id)
    if old is not None:
        if old.gone and reason is None:
            return plan_of(releases, releases)
        same = old.tree == new.tree and not differences(published, built)
        if not same and reason is None:
            raise DifferentError(old, differences(published, built))
        if same and not old.gone:
            new = old
        else:
            replaced = Replaced(old.commit, old.day, old.leanfolio, old.tree, reason or "")
            new = replace(new, replaced=(*old.replaced, replaced))
    return plan_of(releases, with_release(releases, new))


def plan_of(old: Sequence[Release], new: Sequence[Release]) -> Plan:
    """What stays and what goes by the rule of the newest increment."""
    newest = max(new, key=lambda release: release.order)
    kept = thinned(new, newest.keep, newest.keep_years)
    standing = {release.id for release in old if not release.gone}
    going = tuple(release for release in kept if release.gone and release.id in standing)
    return Plan(kept, going, size_of(kept), set(kept) == set(old))


def size_of(releases: Sequence[Release]) -> int:
    """How many bytes the pages of all increments take that stand."""
    return sum(release.size for release in releases if not release.gone)


def tree_of(plan: Plan, site: IncrementSite, commit: Commit) -> NewTree:
    """The whole publication: the new site, the increments that stay, and what stands around."""
    id = site.release.id
    around = surrounding_pages(plan.releases)
    around[FILE] = as_json(plan.releases).encode()
    standing = [release for release in plan.releases if not release.gone]
    new = any(release.id == id for release in standing)
    files = dict(around)
    digests = {path: sha256(data).hexdigest() for path, data in around.items()}
    own = {f"pi/{id}/{path}": data for path, data in site.files.items()} if new else {}
    digests |= {f"pi/{id}/{path}": digest for path, digest in site.digests.items()} if new else {}
    shared = {f"{ASSETS}/{name}": data for name, data in site.assets.items()}
    carried = {f"pi/{release.id}" for release in standing if release.id != id}
    carried |= {f"{ASSETS}/{name}" for release in standing for name in release.assets}
    return NewTree(
        {**files, **own, **shared},
        digests,
        frozenset(carried - shared.keys() | OF_THE_HOST),
        commit,
        f"Publish {id}",
    )


def verified(place: Place, release: Release, site: IncrementSite) -> Differences:
    """How a published increment differs from a site that was built again from its commit."""
    published = place.digests(f"pi/{release.id}")
    found = differences(published, site.digests)
    whole = {path: digest for path, digest in published.items() if path != MANIFEST}
    if not found and tree_hash(whole) != release.tree:
        return Differences((FILE,), (), ())
    return found


def by_other_version(release: Release) -> bool:
    """Whether another version of leanfolio has made these pages."""
    return release.leanfolio != __version__


def records(place: Place) -> tuple[bytes | None, tuple[Release, ...]]:
    """The `releases.json` of a place, and what it says. Raises WrongRecords."""
    data = place.read(FILE)
    return data, from_json(data)
