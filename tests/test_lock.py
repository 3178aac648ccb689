"""The lock: every package by its hashes, in versions that pyproject.toml allows."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ("site", "test", "oldest", "uv")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROGRAM = SETTINGS["project"]["dependencies"]
GROUPS = SETTINGS["dependency-groups"]
EXTRAS = SETTINGS["project"]["optional-dependencies"]
ENTRY = re.compile(
    r"^([\w.-]+)==(\S+)( ; [^\\]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE
)

every_lock = pytest.mark.parametrize("name", LOCKS)


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def versions(name: str) -> dict[str, str]:
    """The version of each package in a lock."""
    return {canonicalize_name(each[1]): each[2] for each in ENTRY.finditer(lock(name))}


def wanted(name: str) -> list[Requirement]:
    """What pyproject.toml asks for directly, of all that this lock is made for."""
    if name == "uv":  # what makes the locks
        return [Requirement((ROOT / "requirements" / "uv.in").read_text().strip())]
    groups = GROUPS["build"] if name == "site" else [*GROUPS["build"], *GROUPS["dev"]]
    return [Requirement(text) for text in (*PROGRAM, *groups)]


@every_lock
def test_a_lock_holds_all_that_is_asked_for_in_a_version_that_is_allowed(name: str) -> None:
    locked = versions(name)
    wrong = [
        f"{each}: {locked.get(canonicalize_name(each.name))}"
        for each in wanted(name)
        if not each.specifier.contains(locked.get(canonicalize_name(each.name), "0"))
    ]
    assert wrong == [], "`make lock` writes the lock anew"


@every_lock
def test_every_package_of_a_lock_has_its_hashes(name: str) -> None:
    named = re.findall(r"^[\w.-]+==", lock(name), re.MULTILINE)
    assert len(named) == len(versions(name)) >= len(wanted(name))


@every_lock
def test_a_lock_leaves_the_choice_of_the_index_to_pip(name: str) -> None:
    text = lock(name)
    assert "://" not in text
    assert [line for line in text.splitlines() if not re.match(r"[\w ]|#", line)] == []


def test_the_site_is_built_with_the_versions_that_are_tested() -> None:
    assert versions("site").items() <= versions("test").items()


@pytest.mark.parametrize("text", PROGRAM)
def test_the_oldest_version_tested_is_the_oldest_that_the_wheel_allows(text: str) -> None:
    requirement = Requirement(text)
    (bound,) = (each.version for each in requirement.specifier if each.operator == ">=")
    oldest = versions("oldest")[canonicalize_name(requirement.name)]
    assert Requirement(f"x=={bound}").specifier.contains(oldest)


def test_what_is_optional_is_tested_with_the_bounds_of_the_wheel() -> None:
    optional = {text for texts in EXTRAS.values() for text in texts}
    assert optional <= set(GROUPS["dev"])


def test_what_builds_the_package_is_in_the_lock() -> None:
    assert [each.partition(" ")[0] for each in GROUPS["build"]] == SETTINGS["build-system"][
        "requires"
    ]
