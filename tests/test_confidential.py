"""What an audience may not read is in no byte of its site, nor in a figure that gives it away."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from leanfolio.model.source import Source
from leanfolio.output.data_files import data_files
from leanfolio.output.search import search_file
from leanfolio.pipeline import build, published
from leanfolio.views.built import Built
from making import TODAY, source, sources
from pages import pages

STREAM = """
    title: A stream
    owner: A
    budgets: [{period: 2026-H2, target: 900, approved: 900, actual: 900}]
    """
EPIC = """
    title: {title}
    owner: A
    state: mvp
    history: [{{state: mvp, on: 2026-09-01}}]
    value_stream: VS-1
    key_results: [KR-1]
    visibility: {visibility}
    cost: 5000
    approved: 5000
    actual: {spent}
    """
OPEN = EPIC.format(title="An open epic", visibility="public", spent=28)
SECRET = EPIC.format(title="Kingfisher", visibility="confidential", spent=777003)


def public_site(files: Mapping[str, str], *records: Source) -> tuple[Built, Built]:
    """The whole build of these files, and what the public may see of it."""
    whole = build(sources(files), as_of=TODAY, otherwise=TODAY, records=records)
    return whole, published(whole, "public")


def outputs(built: Built) -> Iterator[str]:
    """Every address and every text of a site."""
    for files in (dict(pages(built)), data_files(built), search_file(built)):
        for path, text in files.items():
            yield path
            yield text


def record(path: str, text: str) -> Source:
    return Source(PurePosixPath(path), text.encode())


def test_a_message_with_an_amount_that_counts_a_hidden_epic_is_left_out() -> None:
    files = {"value-streams/VS-1.md": STREAM, "epics/EP-2.md": OPEN, "epics/EP-3.md": SECRET}
    whole, public = public_site(files)
    spent = 777003 + 28 - 900
    assert any(f"{spent:,}" in problem.message for problem in whole.problems)
    texts = "".join(outputs(public))
    assert f"{spent:,}" not in texts
    assert not [text for text in outputs(public) if re.search(r"777,?003|777,?031", text)]
    assert "Kingfisher" in "".join(outputs(published(whole, "confidential")))


def test_a_problem_that_only_the_visible_part_has_is_none_of_the_site() -> None:
    """An epic is not without a stream because its stream is hidden."""
    stream = "title: Kingfisher\nowner: A\nvisibility: confidential"
    epic = OPEN.replace("VS-1", "VS-9")
    _, public = public_site({"value-streams/VS-9.md": stream, "epics/EP-2.md": epic})
    assert "stream-missing" not in {problem.rule for problem in public.problems}
    assert "VS-9" not in "".join(outputs(public))


def test_a_problem_of_what_everybody_may_read_stays() -> None:
    late = OPEN + "due: 2026-11-01\n    urgency: fixed-date\n"
    whole, public = public_site({"epics/EP-2.md": late, "epics/EP-3.md": SECRET})
    rules = {problem.rule for problem in whole.problems if problem.at.path.stem == "EP-2"}
    assert "due-passed" in rules
    assert rules == {problem.rule for problem in public.problems if problem.at.path.stem == "EP-2"}


def test_a_scenario_or_a_round_that_names_a_hidden_item_is_left_out_whole() -> None:
    records = (
        record("scenarios/halcyon.yml", "why: To pay for EP-3\nepics: {EP-2: {approved: 6000}}"),
        record("scenarios/open.yml", "title: Open one\nepics: {EP-2: {approved: 6000}}"),
        record("ballots/halcyon.yml", "note: A round\nballots: {Group: {EP-2: 5, EP-3: 9}}"),
        record("ballots/open.yml", "title: Open round\nballots: {Group: {EP-2: 5}}"),
    )
    _, public = public_site({"epics/EP-2.md": OPEN, "epics/EP-3.md": SECRET}, *records)
    texts = "".join(outputs(public))
    assert "Open one" in texts
    assert "Open round" in texts
    assert "halcyon" not in texts.lower()


def test_scenarios_rounds_and_pages_have_a_visibility_of_their_own() -> None:
    records = (
        record("scenarios/halcyon.yml", "visibility: internal\nepics: {EP-2: {approved: 6000}}"),
        record("ballots/halcyon.yml", "visibility: confidential\nballots: {Group: {EP-2: 5}}"),
    )
    page = source("halcyon.md", "title: Halcyon\nvisibility: internal")
    whole = build(
        [*sources({"epics/EP-2.md": OPEN}), page], as_of=TODAY, otherwise=TODAY, records=records
    )
    assert "halcyon" not in "".join(outputs(published(whole, "public"))).lower()
    internal = published(whole, "internal")
    assert [entry.name for entry in internal.records.alternatives] == ["halcyon"]
    assert [page.title for page in internal.portfolio.pages] == ["Halcyon"]
    assert internal.records.rounds == ()


def test_a_visibility_that_is_none_is_a_problem_and_hides() -> None:
    records = (
        record("scenarios/a.yml", "visibility: secret\nepics: {EP-2: {approved: 6000}}"),
        record("ballots/a.yml", "visibility: secret\nballots: {Group: {EP-2: 5}}"),
    )
    page = source("a.md", "title: A page\nvisibility: secret")
    whole = build(
        [*sources({"epics/EP-2.md": OPEN}), page], as_of=TODAY, otherwise=TODAY, records=records
    )
    wrong = {str(problem.at) for problem in whole.errors if problem.rule == "value-wrong"}
    assert {"a.md:3:13", "ballots/a.yml:1:13"} <= wrong
    assert [str(problem.at) for problem in whole.errors if problem.rule == "scenario-field"] == [
        "scenarios/a.yml:1:13"
    ]
    public = published(whole, "public")
    assert (public.portfolio.pages, public.records.rounds, public.records.alternatives) == (
        (), (), ()
    )  # fmt: skip
