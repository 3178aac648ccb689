"""A generated portfolio of any size, always the same for one size: input of the benchmarks.

Shares of the types follow real portfolios: one objective in a hundred items, three key results, ten
epics, twenty-six features, sixty stories. Every body has headings, a list, a table and links.
"""

import random
from collections.abc import Iterator
from pathlib import Path

SHARES = {"objective": 0.01, "key-result": 0.03, "epic": 0.10, "feature": 0.26}
PREFIX = {"objective": "OBJ", "key-result": "KR", "epic": "EP", "feature": "FT", "story": "ST"}
FOLDER = {
    "objective": "objectives",
    "key-result": "key-results",
    "epic": "epics",
    "feature": "features",
    "story": "stories",
}
STATES = ("funnel", "analyzing", "ready", "implementing", "review", "done")
STREAMS = ("payments", "claims", "logistics", "platform", "partners", "support")
SCALE = (1, 2, 3, 5, 8, 13, 20)
WORDS = """account alert amount archive audit balance batch budget buffer campaign carrier catalog
claim client cost credit customer cycle data deadline delivery demand device draft driver effort
error estimate event exchange failure filter forecast form funding gateway goal growth handover
import incident insight invoice issue journey label latency ledger limit location margin market
merchant metric migration mobile module network notice offer operation option order origin outage
owner package partner path payment peak period phase pilot plan platform point policy portal price
process product profile project proof provider quality quarter queue quote rate receipt record
refund region release renewal report request response result return review risk route rule sample
schedule scope score screen search segment sensor service session settlement signal site source
stage standard status step storage stream summary supply survey switch system target task team
template tenant test ticket token topic traffic transfer trend update upgrade usage value vendor
version view volume warehouse warranty window workflow""".split()  # noqa: SIM905
PORTFOLIO = """---
type: portfolio
title: Generated portfolio
owner: Board
currency: EUR
as_of: 2026-11-20
cut_line: 20
states:
  - {name: funnel, category: new}
  - {name: analyzing, category: waiting, requires: []}
  - {name: ready, category: waiting, requires: []}
  - {name: implementing, category: active}
  - {name: review, category: active}
  - {name: done, category: done}
feature_states:
  - {name: funnel, category: new}
  - {name: analyzing, category: waiting}
  - {name: ready, category: waiting}
  - {name: implementing, category: active}
  - {name: review, category: active}
  - {name: done, category: done}
---

# Generated portfolio

Made by a program, to be measured.
"""


def write(folder: Path, size: int, seed: int = 7) -> None:
    """Write a portfolio of so many items into a folder: content/ and mkdocs.yml."""
    content = folder / "content"
    (content / "value-streams").mkdir(parents=True)
    (content / "portfolio.md").write_text(PORTFOLIO)
    (folder / "mkdocs.yml").write_text(
        "site_name: Generated portfolio\ndocs_dir: content\nplugins: [leanfolio]\n"
    )
    for stream in STREAMS:
        budget = "{period: 2026-H2, target: 90000000, approved: 80000000, actual: 25000000}"
        text = f"---\ntitle: {stream.capitalize()}\nowner: A. Owner\nbudgets:\n  - {budget}\n---\n"
        (content / "value-streams" / f"{stream}.md").write_text(f"{text}\nProse.\n")
    for path, text in items(size, seed):
        target = content / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)


def items(size: int, seed: int) -> Iterator[tuple[str, str]]:
    """Path and text of every item, parents before children."""
    counts = {type: max(1, round(size * share)) for type, share in SHARES.items()}
    counts["story"] = size - sum(counts.values())
    types = list(PREFIX)
    for level, type in enumerate(types):
        for number in range(1, counts[type] + 1):
            rng = random.Random(f"{seed}:{size}:{type}:{number}")
            above = types[level - 1] if level else None
            parent = f"{PREFIX[above]}-{(number - 1) % counts[above] + 1}" if above else None
            id = f"{PREFIX[type]}-{number}"
            head = "\n".join(fields(rng, type, parent, number))
            near = f"{PREFIX[type]}-{rng.randint(max(1, number - 40), number)}"
            yield f"{FOLDER[type]}/{id}.md", f"---\n{head}\n---\n\n{body(rng, type, near)}"


def fields(rng: random.Random, type: str, parent: str | None, number: int) -> Iterator[str]:
    yield f"owner: {rng.choice(('Ana', 'Bo', 'Carla', 'Dan'))} {rng.choice(('Alder', 'Ito'))}"
    if type == "objective":
        yield "period: 2026-H2"
    if type == "key-result":
        start, target = rng.randint(1, 50), rng.randint(51, 100)
        yield f"objective: {parent}\nunit: '%'\nstart: {start}\ntarget: {target}"
        yield f"check_ins: [{{on: 2026-11-01, value: {(start + target) // 2}}}]"
    if type in ("epic", "feature", "story"):
        yield f"state: {rng.choice(STATES)}"
    if type == "epic":
        yield f"value_stream: {rng.choice(STREAMS)}\nkey_results: [{parent}]"
        yield f"horizon: {rng.randint(0, 3)}\ncost: {rng.randrange(20, 900) * 1000}"
        if number > 3 and rng.random() < 0.4:
            yield f"depends_on: [EP-{rng.randint(max(1, number - 60), number - 1)}]"
    if type == "feature":
        yield f"epic: {parent}"
    if type in ("epic", "feature"):
        for name in ("business_value", "time_criticality", "risk_opportunity", "job_size"):
            yield f"{name}: {rng.choice(SCALE)}"
        yield "scored_on: 2026-11-01\nscored_by: [Ana, Bo]"
    if type == "story":
        yield f"feature: {parent}\npoints: {rng.choice(SCALE[:5])}"


def body(rng: random.Random, type: str, near: str) -> str:
    def sentence(low: int = 9, high: int = 17) -> str:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(low, high))).capitalize() + "."

    def text(number: int) -> str:
        return " ".join(sentence() for _ in range(number))

    title = " ".join(rng.choice(WORDS) for _ in range(4)).capitalize()
    rows = "\n".join(
        f"| {rng.choice(WORDS)} | {rng.randint(1, 500)} | {rng.randint(1, 500)} |" for _ in range(3)
    )
    return (
        f"# {title}\n\n## Context\n\n{text(2)} See [{near}](../{FOLDER[type]}/{near}.md). {text(1)}"
        "\n\n"
        f"## Scope\n\n- {sentence()}\n- Set `{rng.choice(WORDS)}.{rng.choice(WORDS)}=7`. "
        f"{sentence()}\n"
        f"- Related: [[{near}]] {sentence(4, 7)}\n\n## Measures\n\n"
        f"| Measure | Baseline | Target |\n| --- | ---: | ---: |\n{rows}\n\n"
        f"## Notes\n\n{text(5)}\n\n{text(4)}\n"
    )
