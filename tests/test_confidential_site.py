"""A published folder, byte by byte: nothing of what is hidden, in no file, name or message."""

from pathlib import Path

import pytest

from conftest import Run
from making import written

MARK = "Zqmarker"
AMOUNT = "777003"
HIDDEN = "visibility: confidential\nowner: A"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A portfolio with a hidden one of nearly everything, each with a mark and an amount."""
    folder = written(tmp_path / "mine", {
        "epics/EP-90.md": f"title: {MARK}\n{HIDDEN}\nvalue_stream: VS-1\nkey_results: [KR-1]\n"
        f"state: funnel\ncost: {AMOUNT}\nvendor: {MARK}",
        f"risks/{MARK}.md": f"id: RK-90\ntitle: {MARK}\n{HIDDEN}\naffects: [EP-90]\nstatus: owned",
        f"{MARK}.md": f"title: {MARK}\nvisibility: internal",
        "epics/EP-1.md": "title: An epic\nowner: A\nkind: business\nstate: funnel\n"
        f"value_stream: VS-1\nkey_results: [KR-1]\ncost: {AMOUNT}\nvendor: {MARK}\n"
        "business_value: 13\ntime_criticality: 8\nrisk_opportunity: 3\njob_size: 8\n"
        "confidential: [cost, vendor]",
    })  # fmt: skip
    content = folder / "content"
    (folder / "mkdocs.yml").write_text(
        "site_name: Mine\nsite_url: https://portfolio.example/\nplugins: [leanfolio]\n"
    )
    secret = content / "epics" / "EP-90.md"
    secret.write_text(f"{secret.read_text()}\n![x]({MARK}.png) and [y]({MARK}.pdf) {MARK}\n")
    for name in (f"{MARK}.png", f"{MARK}.pdf", "open.pdf"):
        (content / "epics" / name).write_text(MARK if MARK in name else "open")
    epic = content / "epics" / "EP-1.md"
    words = f"Follows [[EP-90|{MARK}]] and [it](EP-90.md); see [the offer](open.pdf).\n"
    epic.write_text(f"{epic.read_text()}\n{words}")
    for folder_name, text in {
        "scenarios": f"title: {MARK}\nwhy: {MARK}\nepics: {{EP-90: {{approved: {AMOUNT}}}}}\n",
        "ballots": f"note: {MARK}\nballots: {{{MARK}: {{EP-90: {AMOUNT}}}}}\n",
    }.items():
        (content / folder_name).mkdir()
        (content / folder_name / f"{MARK}.yml").write_text(text)
    (content / "actuals").mkdir()
    rows = f"date,item,amount,currency,note\n2026-10-06,EP-90,{AMOUNT},EUR,{MARK}\n"
    (content / "actuals" / f"{MARK}.csv").write_text(rows)
    portfolio = content / "portfolio.md"
    rules = "rules: {confidential-linked: warning, budget-overcommitted: warning}"
    portfolio.write_text(portfolio.read_text().replace("owner:", f"{rules}\nowner:", 1))
    return folder


def test_no_byte_of_a_published_folder_or_of_what_a_build_says_is_hidden(
    project: Path, run: Run
) -> None:
    done = run("leanfolio", "build", "--as-of", "2026-11-20", cwd=project)
    assert done.returncode == 0, done.stderr
    files = {
        path.relative_to(project / "site").as_posix(): path.read_bytes()
        for path in (project / "site").rglob("*")
        if path.is_file()
    }
    assert files["epics/open.pdf"] == b"open"
    assert {"manifest.json", "sitemap.xml", "search.js", "data/funding.csv"} <= files.keys()
    files["what the build says"] = (done.stdout + done.stderr).encode()
    secrets = [MARK.lower().encode(), AMOUNT.encode(), f"{int(AMOUNT):,}".encode()]
    found = [
        (path, secret)
        for path, data in files.items()
        for secret in secrets
        if secret in data.lower() or secret in path.lower().encode()
    ]
    assert found == []
