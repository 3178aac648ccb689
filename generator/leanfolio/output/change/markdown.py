"""The story of a change as one comment on a pull request, within the limit of its host."""

from collections.abc import Sequence
from urllib.parse import quote

from msgspec import Struct

from leanfolio.output.change.inert import MarkdownLanguage, code, inert
from leanfolio.problem import Problem
from leanfolio.views.change import ChangeLine, ChangeStory
from leanfolio.wording import Message, message, plural

MARKER = "<!-- leanfolio diff -->"  # by its first line a comment is found again, and updated
LIMIT = 60_000  # characters; GitHub refuses a comment of more than 65,536
LONGEST_LINE = 2_000


class Links(Struct, frozen=True):
    """Where the repository and its files are to be read; of an empty address nothing is linked."""

    repository: str = ""
    prefix: str = ""  # the path of the content folder in the repository

    def commit(self, id: str) -> str:
        """A commit by the beginning of its id, which hosts know as well."""
        if not self.repository:
            return id[:8]
        return f"[{id[:8]}]({self.repository}/commit/{id})"

    def file(self, path: str, commit: str) -> str:
        """A file of content as a commit has it; nothing without an address."""
        if not self.repository or not commit:
            return ""
        return f"[file]({self.repository}/blob/{commit}/{quote(self.prefix + path)})"


class Block(Struct, frozen=True):
    """Lines below a head, folded or not. Blocks of a lower rank keep their lines longer."""

    rank: int
    head: str
    lines: tuple[str, ...]
    folded: bool = False


def as_markdown(
    story: ChangeStory, language: MarkdownLanguage, links: Links, limit: int = LIMIT
) -> str:
    """The story as Markdown of at most so many characters: what weighs least is left out first."""
    blocks = blocks_of(story, language, links)
    head = [MARKER, f"### {language.text(story.finding)}", "", language.text(story.summary)]
    room = limit - len("\n".join(head)) - sum(frame_of(block) for block in blocks)
    kept: dict[int, int] = {}
    for block in sorted(blocks, key=lambda block: block.rank):
        number = 0
        while number < len(block.lines) and len(block.lines[number]) + 1 <= room:
            room -= len(block.lines[number]) + 1
            number += 1
        kept[block.rank] = number
        if number < len(block.lines):
            room = 0  # what weighs less than what is left out is left out too
    parts = [part for block in blocks for part in block_text(block, kept[block.rank], language)]
    return "\n".join([*head, *parts]) + "\n"


def blocks_of(story: ChangeStory, language: MarkdownLanguage, links: Links) -> list[Block]:
    """The blocks of a comment in the order in which they are read."""
    after = story.after.commit.id if story.after.commit else ""

    def told(lines: Sequence[ChangeLine]) -> tuple[str, ...]:
        return tuple(line_text(line, language, links, after) for line in lines)

    def heading(words: Message) -> str:
        return language.text(words)

    decisions = tuple(line for line in story.lines if line in story.decisions)
    others = tuple(line for line in story.lines if line not in story.decisions)
    new = tuple(problem_text(problem) for problem in story.new_problems)
    gone = tuple(problem_text(problem) for problem in story.gone_problems)
    blocks = [
        Block(0, heading(message("Needs a decision")), told(decisions)),
        Block(1, heading(plural("The check finds {n} new problem",
                                "The check finds {n} new problems", len(new))), new),
        Block(2, heading(message("What changed")), told(others)),
        Block(3, heading(plural("{n} more change", "{n} more changes", len(story.folded))),
              told(story.folded), folded=True),
        Block(4, heading(plural("{n} problem is gone", "{n} problems are gone", len(gone))),
              gone, folded=True),
    ]  # fmt: skip
    return [block for block in blocks if block.lines]


def frame_of(block: Block) -> int:
    """How many characters a block takes beside its lines, at the most."""
    return len(block.head) + 160


def block_text(block: Block, kept: int, language: MarkdownLanguage) -> list[str]:
    """A block with as many of its lines as there is room for; the others are counted."""
    lines = list(block.lines[:kept])
    left = len(block.lines) - kept
    if left:
        words = plural("{n} more line is left out here; `leanfolio diff --all` prints it",
                       "{n} more lines are left out here; `leanfolio diff --all` prints them",
                       left)  # fmt: skip
        lines.append(f"- {language.text(words)}")
    if not block.folded:
        return ["", f"**{block.head}**", "", *lines]
    return ["", "<details>", f"<summary>{block.head}</summary>", "", *lines, "", "</details>"]


def line_text(line: ChangeLine, language: MarkdownLanguage, links: Links, after: str) -> str:
    """A line with its file and its commit."""
    text = language.text(line.text)
    if len(text) > LONGEST_LINE:
        item = inert(line.item.name) if line.item else ""
        text = language.text(message("{item}: too much changed for one line", item=item))
    if line.section == "decision":
        text = f"**{text}**"
    path = f"{line.path}" if line.path else ""
    commit = line.commit
    file = links.file(path, after) if path and line.there else ""
    beside = [part for part in (file, links.commit(commit.id) if commit else "") if part]
    return f"- {text}" + (f" ({', '.join(beside)})" if beside else "")


def problem_text(problem: Problem) -> str:
    """A problem: how grave it is, where, what, and by which rule."""
    where = code(f"{problem.at.path}:{problem.at.line}")
    return f"- {problem.severity} {where}: {inert(problem.message)} ({code(problem.rule)})"
