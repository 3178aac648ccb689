"""Builders: content that is right in every way; a test names only what it changes."""

import os
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from textwrap import dedent

from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Source
from leanfolio.pipeline import build
from leanfolio.problem import Problem
from leanfolio.read import Reading, read
from leanfolio.read.links import link
from leanfolio.views.built import Built

TODAY = date(2026, 11, 20)

PORTFOLIO = """
type: portfolio
title: Any portfolio
currency: EUR
owner: Board
"""

SMALL: Mapping[str, str] = {
    "portfolio.md": PORTFOLIO,
    "themes/TH-1.md": "title: A theme\nowner: A",
    "objectives/OBJ-1.md": """
        title: An objective
        owner: A
        themes: [TH-1]
        period: 2026-H2
        key_results:
          - {id: KR-1, title: A measure, owner: A, start: 40, target: 60, cadence_days: 30,
             check_ins: [{on: 2026-11-10, value: 50}]}
        """,
    "value-streams/VS-1.md": """
        title: A stream
        owner: A
        budgets: [{period: 2026-H2, target: 100, approved: 100, forecast: 90, actual: 40}]
        """,
    "epics/EP-1.md": """
        title: An epic
        owner: A
        kind: business
        state: funnel
        value_stream: VS-1
        key_results: [KR-1]
        business_value: 13
        time_criticality: 8
        risk_opportunity: 3
        job_size: 8
        """,
}


def source(path: str, head: str, body: str = "Prose.\n") -> Source:
    """One file: its front matter without fences, and its prose."""
    text = f"---\n{dedent(head).strip()}\n---\n{body}"
    return Source(PurePosixPath(path), text.encode())


def sources(files: Mapping[str, str] | None = None, **more: str) -> list[Source]:
    """The small portfolio with these files added or put in place of its own."""
    return [source(path, head) for path, head in {**SMALL, **(files or {}), **more}.items()]


def reading(*files: Source) -> Reading:
    return read(files)


def linked(files: Mapping[str, str] | None = None) -> tuple[Portfolio, list[Problem]]:
    """The small portfolio with these files, linked; and all problems so far."""
    found = read(sources(files))
    portfolio, problems = link(found)
    return portfolio, [*found.problems, *problems]


def built(files: Mapping[str, str] | None = None, as_of: date = TODAY) -> Built:
    return build(sources(files), as_of=as_of, otherwise=as_of)


def written(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    """The same on disk, as a project; returns its folder."""
    for each in sources(files):
        path = folder / "content" / each.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(each.data)
    return folder


# As if one committer had made every commit on one evening, whatever this machine is set to.
GIT = {
    **os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_AUTHOR_DATE": "2026-03-04T23:30:00-05:00",
    "GIT_COMMITTER_DATE": "2026-03-04T23:30:00-05:00",
}  # fmt: skip


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder."""
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, env=GIT, capture_output=True)
