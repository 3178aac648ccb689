"""Case files: each rule told as stories, whose own comments say which problem must appear where.

A story is a section of `cases/<rule>.md`. Its blocks are files of content:

- ```` ```yaml epics/EP-1.md ```` the front matter of a file; prose may follow after a line `---`;
- ```` ```markdown epics/EP-1.md ```` a whole file as it is, also one that cannot be read; a third
  word names its encoding;
- ```` ```before epics/EP-1.md ```` the front matter of a file as it was before the change;
- ```` ```landed epics/EP-1.md 2026-02-01 ```` that of a file as git has it from a day on;
- ```` ```file images/a.png ```` a file that is no Markdown;
- ```` ```link epics/EP-2.md ```` a symbolic link to what the block names.

`# problem: <rule>` at the end of a line, or `<!-- problem: <rule> -->` in prose, says that this
problem must appear on this line; nothing else may appear. `Problem: <rule> at <path>:<line>` in
the story's prose says it of a line that cannot hold a comment. The comments are taken out before
the files are read.

A quoted line of the story's prose, `> write EP-10`, must be the message or the hint of one of its
problems, word for word.

What a story leaves out is supplied: the fields of an item that are not its point, a portfolio, a
theme with an objective and a key result, a value stream, an epic. `Nothing is supplied.` in the
prose switches that off, and `There is no portfolio file.` the portfolio. `as of 2026-11-20` in the
heading sets the day; `passes` in it means that no problem appears at all.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from leanfolio.check import check
from leanfolio.disk import files
from leanfolio.figures.funding.records import NO_RECORDS, read_records
from leanfolio.figures.history.versions import Fields, History, Landing, versions_of
from leanfolio.model import Epic, KeyResult, Objective, Theme
from leanfolio.model.portfolio import Portfolio
from leanfolio.model.source import Commit, Content, Source
from leanfolio.problem import Problem, Severity
from leanfolio.read import read
from leanfolio.read.links import link
from leanfolio.read.yaml import parse
from leanfolio.views.registry import embeddable_names, view_addresses

FOLDER = Path(__file__).parent / "cases"
AS_OF = date(2026, 10, 15)
KINDS = "yaml|markdown|before|landed|file|link"
BLOCK = re.compile(rf"^```({KINDS}) ([^\n`]+)\n(.*?)^```$", re.M | re.S)
COMMENT = re.compile(r" *(?:# problem: ([a-z-]+)|<!-- problem: ([a-z-]+) -->)")
QUOTE = re.compile(r"^> (.+)$", re.M)
SAID = re.compile(r"^Problem: ([a-z-]+) at ([^\s:]+):(\d+)", re.M)
DAY = re.compile(r"as of (\d{4}-\d\d-\d\d)")

Found = Counter[tuple[str, int, str]]  # path, line, rule

FIELDS = {
    "portfolio.md": "title: A portfolio",
    "themes": "title: Theme {id}",
    "objectives": "title: Objective {id}\nowner: R. Ahmed\nthemes: [TH-0]\nperiod: 2026-Q4",
    "key-results": 'title: Result {id}\nobjective: OBJ-0\nunit: "%"\nstart: 0\ntarget: 10',
    "value-streams": "title: Stream {id}\nowner: L. Meyer",
    "teams": "title: Team {id}\nvalue_stream: VS-0",
    "epics": "title: Epic {id}\nowner: R. Ahmed\nstate: funnel\nvalue_stream: VS-0\n"
    "key_results: [KR-0]",
    "features": "title: Feature {id}\nepic: EP-0\nstate: backlog",
    "stories": "title: Story {id}\nfeature: FT-0\nstate: backlog",
    "increments": "title: Increment {id}\nstart: 2026-10-05\nend: 2026-12-18",
    "risks": "title: Risk {id}\nowner: R. Ahmed\nstatus: owned\naction: Watch it\naffects: [EP-0]",
}
PROSE = "What it is, and why it is worth it.\n"


@dataclass(frozen=True)
class Story:
    """One section of a case file."""

    rule: str
    title: str
    text: str

    @property
    def passes(self) -> bool:
        return bool(re.search(r"\bpasses\b", self.title))

    @property
    def as_of(self) -> date:
        found = DAY.search(self.title)
        return date.fromisoformat(found[1]) if found else AS_OF

    @property
    def supplied(self) -> bool:
        return "Nothing is supplied." not in self.text

    def blocks(self, *kinds: str) -> Iterator[tuple[str, str, str]]:
        """Each block's path, what else its first line says, and its text."""
        for kind, said, text in BLOCK.findall(self.text):
            if kind in kinds:
                path, _, more = said.strip().partition(" ")
                yield path, more, text

    @property
    def marked(self) -> dict[str, str]:
        """The Markdown files of the story, their comments still in them."""
        found = {path: self.whole(path, text) for path, _, text in self.blocks("yaml")}
        found |= {path: text for path, _, text in self.blocks("markdown")}
        if "portfolio.md" not in found and "There is no portfolio file." not in self.text:
            found["portfolio.md"] = f"---\ntype: portfolio\ntitle: A portfolio\n---\n{PROSE}"
        return found | self.neighbours(found)

    def whole(self, path: str, text: str) -> str:
        """A file of which only the front matter is told, or a part of it."""
        front, fence, body = text.partition("---\n")
        if self.supplied:
            folder = PurePosixPath(path).parts[0]
            stem = PurePosixPath(path).stem
            for line in FIELDS.get(folder, "").format(id=stem).split("\n"):
                name = line.partition(":")[0]
                if line and not re.search(rf"^{name}:", front, re.M):
                    front += f"{line}\n"
            body = body if fence else PROSE
        return f"---\n{front}---\n{body}"

    def neighbours(self, told: dict[str, str]) -> dict[str, str]:
        """The items that the story leaves out, so that what it tells is not alone."""
        if not self.supplied:
            return {}
        there = read(Source(PurePosixPath(p), t.encode(errors="replace")) for p, t in told.items())
        ids = {item.id for item in there.items}
        of = {model: [i for i in there.items if isinstance(i, model)] for model in
              (Theme, Objective, KeyResult, Epic)}  # fmt: skip
        served = {id for item in of[Objective] for id in getattr(item, "themes", ())}
        themes = [item.id for item in of[Theme] if item.id not in served]
        moved = {id for item in of[Epic] for id in getattr(item, "key_results", ())}
        measured = {getattr(item, "objective", None) for item in of[KeyResult]}
        bare = [item.id for item in of[Objective] if item.id not in measured]
        results = [item.id for item in of[KeyResult] if item.id not in moved]
        results += [f"KR-of-{id}" for id in bare]
        own = {
            "themes/TH-0.md": "",
            "objectives/OBJ-0.md": f"themes: [{', '.join(['TH-0', *themes])}]\n",
            "key-results/KR-0.md": "",
            "value-streams/VS-0.md": "",
            "epics/EP-0.md": f"key_results: [{', '.join(['KR-0', *results])}]\n",
        }
        own |= {f"key-results/KR-of-{id}.md": f"objective: {id}\n" for id in bare}
        if "FT-0" in "".join(told.values()):
            own["features/FT-0.md"] = ""
        return {
            path: self.whole(path, text)
            for path, text in own.items()
            if PurePosixPath(path).stem not in ids
        }

    @property
    def expected(self) -> Found:
        """What must appear: path, line and rule."""
        found: Found = Counter()
        for path, text in self.marked.items():
            for number, line in enumerate(text.split("\n"), start=1):
                for one, other in COMMENT.findall(line):
                    found[path, number, one or other] += 1
        for rule, path, number in SAID.findall(self.text):
            found[path, int(number), rule] += 1
        return found

    @property
    def words(self) -> list[str]:
        """What must be said, word for word."""
        return QUOTE.findall(BLOCK.sub("", self.text))

    @property
    def sources(self) -> list[Source]:
        """The Markdown files as a reader gets them."""
        encodings = {path: more for path, more, _ in self.blocks("markdown") if more}
        return [
            Source(PurePosixPath(path), clean(text).encode(encodings.get(path, "utf-8")))
            for path, text in self.marked.items()
        ]

    def problems(
        self, *, backwards: bool = False, rules: Mapping[str, Severity] | None = None
    ) -> list[Problem]:
        """What `check` says of the story; with its files in another order, or with other rules."""
        sources: Sequence[Source] = self.sources
        assets: Mapping[PurePosixPath, int] = {}
        found: list[Problem] = []
        records = NO_RECORDS
        if any(self.blocks("file", "link")) or not sources:
            with tempfile.TemporaryDirectory() as folder:
                content = self.written(Path(folder), self.sources)
            sources, assets = content.sources, content.assets
            records = read_records(content.records)
            found += [*content.problems, *records.problems]
        reading = read(reversed(sources) if backwards else sources)
        portfolio, faults = link(reading)
        if rules is not None:
            policy = portfolio.policy.model_copy(update={"rules": dict(rules)})
            portfolio = replace(portfolio, policy=policy)
        found += [*reading.problems, *faults]
        return check(
            portfolio,
            self.as_of,
            found,
            assets=assets,
            earlier=self.earlier(),
            records=records,
            views=embeddable_names(),
            addresses=view_addresses(portfolio),
            history=self.history(),
        )

    def history(self) -> History | None:
        """What git says, where the story tells of landings: one commit a day, numbered through."""
        landed: dict[str, list[tuple[PurePosixPath, Fields | None]]] = {}
        for path, day, text in self.blocks("landed"):
            landed.setdefault(day, []).append((PurePosixPath(path), parse(text).values))
        found = []
        for number, day in enumerate(sorted(landed), 1):
            noon = datetime.fromisoformat(f"{day}T12:00:00+00:00")
            commit = Commit(f"{number:08}" + "0" * 32, int(noon.timestamp()))
            found.append(Landing(commit, tuple(landed[day])))
        commits = tuple(entry.commit for entry in found)
        return History(commits, versions_of(found)) if found else None

    def earlier(self) -> Portfolio | None:
        """The portfolio before the change, where the story tells of one."""
        before = {path: self.whole(path, text) for path, _, text in self.blocks("before")}
        if not before:
            return None
        there = {str(source.path): source for source in self.sources}
        there |= {path: Source(PurePosixPath(path), t.encode()) for path, t in before.items()}
        return link(read(there.values()))[0]

    def written(self, folder: Path, sources: list[Source]) -> Content:
        """The story on a disk, read back as a content folder is."""
        for source in sources:
            path = folder / source.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.data)
        for name, _, text in self.blocks("file"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        for name, _, text in self.blocks("link"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(text.strip())
        return files.load(folder)

    def found(self) -> Found:
        return Counter(
            (str(problem.at.path), problem.at.line, problem.rule) for problem in self.problems()
        )


def clean(text: str) -> str:
    """The text without the comments that say what must appear."""
    return "\n".join(COMMENT.sub("", line) for line in text.split("\n"))


def stories() -> list[Story]:
    """Every story of every case file."""
    return [
        Story(path.stem, title.strip(), text)
        for path in sorted(FOLDER.glob("*.md"))
        for title, text in sections(path.read_text(encoding="utf-8"))
    ]


def sections(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a case file: each heading with what stands under it."""
    title = ""
    lines: list[str] = []
    inside = False
    for line in [*text.split("\n"), "## "]:
        inside ^= line.startswith("```")
        if line.startswith("## ") and not inside:
            if title:
                yield title, "\n".join(lines)
            title, lines = line[3:], []
        else:
            lines.append(line)
