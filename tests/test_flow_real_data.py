"""Flow of work that others did: the enhancements of Kubernetes, by the landings of their files.

The data stand beside the repository, in `shared/data`; without them these runs are skipped.
"""

import lzma
import re
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from leanfolio.disk import files
from leanfolio.disk.git_history import revisions
from leanfolio.disk.project import build_content
from leanfolio.figures.flow.scopes import Flow
from making import GIT

SOURCE = Path(__file__).parents[2] / "shared/data/kubernetes-enhancements"
HISTORY = SOURCE / "kep-history-linear.fi.xz"
TODAY = date(2026, 11, 20)
PORTFOLIO = """---
type: portfolio
title: Enhancements
states:
  - {name: provisional, category: new}
  - {name: deferred, category: new}
  - {name: implementable, category: active}
  - {name: implemented, category: done}
  - {name: withdrawn, category: cancelled}
  - {name: rejected, category: cancelled}
  - {name: replaced, category: cancelled}
---
"""
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not HISTORY.is_file(), reason="shared/data is not beside the repository"),
]


def as_epics(stream: bytes) -> Iterator[bytes]:
    """The stream of `git fast-import` with each kep.yaml as an epic: its number and its status."""
    place = 0
    while place < len(stream):
        end = stream.index(b"\n", place) + 1
        line = stream[place:end]
        place = end
        size = re.match(rb"data (\d+)\n", line)
        if size is not None:
            data = stream[place : place + int(size[1])]
            place += len(data)
            status = re.search(rb"^status: *[\"']?([^\n\"'#]+)", data, re.M)
            if status is not None:
                data = b"---\nstate: %s\n---\n" % status[1].strip()
            yield b"data %d\n" % len(data) + data
            continue
        path = re.match(rb"(M 100644 :\d+|D) keps/([^/]+)/(\d+)-([^/]+)/kep.yaml\n", line)
        if path is not None:
            yield path[1] + b" content/epics/KEP-%s/%s/%s.md\n" % (path[3], path[2], path[4])
        elif not line.startswith((b"M ", b"D ")):
            yield line


@pytest.fixture(scope="module")
def enhancements(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which each enhancement is an epic."""
    folder = tmp_path_factory.mktemp("enhancements")
    stream = b"".join(with_ids(b"".join(as_epics(lzma.decompress(HISTORY.read_bytes())))))
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True, env=GIT)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, check=True, env=GIT, input=stream)
    subprocess.run(["git", "checkout", "-q", "main"], cwd=folder, check=True, env=GIT)
    (folder / "content/portfolio.md").write_text(PORTFOLIO)
    return folder / "content"


def with_ids(stream: bytes) -> Iterator[bytes]:
    """Each blob with the id of the epic that its first path is of."""
    marks = dict(re.findall(rb"M 100644 (:\d+) content/epics/(KEP-\d+)/", stream))
    for part in re.split(rb"(?=^blob\nmark )", stream, flags=re.M):
        mark = re.match(rb"blob\nmark (:\d+)\ndata (\d+)\n---\n", part)
        if mark is None or mark[1] not in marks:
            yield part
            continue
        more = b"id: %s\n" % marks[mark[1]]
        head = b"blob\nmark %s\ndata %d\n---\n" % (mark[1], int(mark[2]) + len(more))
        yield head + more + part[mark.end() :]


def test_enhancements_have_the_flow_times_that_were_checked_by_hand(enhancements: Path) -> None:
    built = build_content(files.load(enhancements), TODAY, TODAY)
    began = time.process_time()
    history = revisions(enhancements)
    assert history is not None
    flow = Flow(built.portfolio, TODAY, history)
    figures = flow.board("epic")
    assert len(flow.items) > 600
    assert time.process_time() - began < 10
    days = {id: flow.items[id].days for id in ("KEP-1693", "KEP-383", "KEP-2258")}
    assert days == {"KEP-1693": 477, "KEP-383": 990, "KEP-2258": 1854}
    assert flow.items["KEP-383"].reopened == 1
    assert figures.load_days == figures.item_days
    assert figures.source == "git"
