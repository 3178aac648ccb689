"""A page of the documentation's site for each rule, and the JSON Schema of each type.

The examples are the case files of the tests (`tests/cases/RULE.md`), with the words that the check
says of them now: an example that no longer holds fails a test before it misleads a reader.
"""

import json
import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from leanfolio.check import RULES, Rule
from leanfolio.output.schema import schemas
from leanfolio.problem import Problem

ROOT = Path(__file__).parents[2]
BESIDE = [str(ROOT / name) for name in ("tests", "docs")]
sys.path[:0] = BESIDE
try:
    from rule_text import rule_text

    from cases import BLOCK, QUOTE, SAID, Story, clean, stories
finally:
    del sys.path[: len(BESIDE)]

LANGUAGES = {"yaml": "yaml", "before": "yaml", "landed": "yaml", "markdown": "markdown"}
SEVERITY = re.compile(r"^(### (\S+)\n\n\*[^*]+\*)$", re.MULTILINE)  # of a rule, in rules.md
HEADS = {
    "before": "`{path}` before the change",
    "landed": "`{path}` as it landed on {said}",
    "link": "`{path}`, a symbolic link to",
    "markdown {said}": "`{path}`, saved as {said}",
}
SUPPLIED = (
    "What is not the point of an example is left out of its files, such as titles, owners and the "
    "items that they link to; leanfolio was given them."
)
SCHEMAS_PAGE = """\
# JSON schemas

The fields of each type as JSON Schema 2020-12, as `leanfolio schema TYPE` prints them; `--draft 7`
prints the older draft that some editors read alone. [The content format](format.md) tells the same
in words, and [In your editor](editors.md) how an editor uses them.

| type | schema |
| --- | --- |
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each rule, the schema of each type, and a page that lists the schemas."""
    told = {rule: [*group] for rule, group in groupby(stories(), key=lambda each: each.rule)}
    for name, rule in RULES.items():
        text = "\n".join(rule_page(rule, told[name]))
        files.append(File.generated(config, f"rules/{name}.md", content=text))
    text = SCHEMAS_PAGE
    for name, schema in schemas().items():
        uri = f"schemas/{name}.json"
        content = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        files.append(
            File.generated(config, uri, content=content, inclusion=InclusionLevel.INCLUDED)
        )
        text += f"| [{name}](format.md#{name}) | [{name}.json]({uri}) |\n"
    files.append(File.generated(config, "schemas.md", content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead from the list of all rules to the examples of each."""
    if page.file.src_uri != "rules.md":
        return markdown
    return re.sub(
        r"^(### (\S+)\n\n\*[^*]+\*)$", r"\1, [examples](rules/\2.md)", markdown, flags=re.M
    )


def rule_page(rule: Rule, told: list[Story]) -> Iterator[str]:
    """What a rule requires, why, the fix, and its examples with what the check says of each."""
    yield f"# {rule.name}\n\n{rule_text(rule)}"
    yield f"[All rules](../rules.md#{rule.name})\n\n## Examples\n"
    yield f"{SUPPLIED}\n"
    for story in told:
        yield from example(story)


def example(story: Story) -> Iterator[str]:
    """A story: its files, and what the check says of them."""
    yield f"### {story.title.removesuffix(', passes')}\n"
    words = QUOTE.sub("", SAID.sub("", BLOCK.sub("", story.text)))
    words = re.sub(r"\bNothing is supplied\.\s*", "", words)
    yield f"{words.strip()}\n"
    for kind, said, text in BLOCK.findall(story.text):
        path, _, more = said.strip().partition(" ")
        head = HEADS.get(kind) or (HEADS["markdown {said}"] if more else "`{path}`")
        content = f"---\n{clean(text)}" if kind in ("yaml", "before", "landed") else clean(text)
        yield head.format(path=path, said=more) + ":\n"
        yield f"````{LANGUAGES.get(kind, 'text')}\n{content.rstrip()}\n````\n"
    problems = [*map(said_of, story.problems())]
    if problems:
        yield "leanfolio says:\n\n````text\n" + "\n".join(problems) + "\n````\n"
    else:
        yield "leanfolio finds nothing wrong here.\n"


def said_of(problem: Problem) -> str:
    """A problem as `leanfolio check` prints it, without the line that it is about."""
    line = f"{problem.at}: {problem.rule}: {problem.message}"
    return f"{line}\n  hint: {problem.hint}" if problem.hint else line
