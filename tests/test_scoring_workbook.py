"""A scoring workbook out and in: unedited it changes nothing, edited it is merged three ways."""

import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]

from attacks import OWN
from leanfolio.cli import commands
from leanfolio.importing import workbook_file
from leanfolio.importing.workbook import SHEETS, Merged, merge
from leanfolio.importing.workbook_file import (
    Cell,
    CellError,
    WorkbookError,
    number_in,
    read_workbook,
)
from leanfolio.model import Epic, Policy
from leanfolio.model.portfolio import Portfolio
from leanfolio.output.scoring_workbook import PARTS, scoring_workbook
from making import TODAY, written

EPICS = {
    "portfolio.md": "type: portfolio\ntitle: P\nowner: A\nas_of: 2026-11-20\n",
    "epics/EP-1.md": "title: One\nowner: A\nstate: funnel\nkey_results: [KR-1]\n"
    "business_value: 13  # agreed with sales\ntime_criticality: 8\nrisk_opportunity: 3\n"
    "job_size: 8\nscored_on: 2026-10-01\nscored_by: [B]\n",
    "epics/EP-2.md": "title: Two\nowner: A\nstate: funnel\nkey_results: [KR-1]\njob_size: 5\n",
}
A_DAY = datetime(2026, 5, 3)  # noqa: DTZ001 - a spreadsheet knows no zone
Edit = Callable[[Any], object]


def cli(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["-C", str(root), *arguments])


def exported(root: Path, *arguments: str) -> Path:
    file = root / "scores.xlsx"
    done = cli(root, "export", "workbook", str(file), *arguments)
    assert done.exit_code == 0, done.output
    return file


def edited(file: Path, edit: Edit) -> Path:
    """The workbook after a person has changed its sheet of scores."""
    book = load_workbook(file)
    edit(book["Scores"])
    book.save(file)
    return file


def taken(root: Path, file: Path, *arguments: str) -> Result:
    return cli(root, "import", "workbook", str(file), *arguments)


def texts(root: Path) -> Mapping[str, str]:
    paths = sorted((root / "content").rglob("*.md"))
    return {str(path.relative_to(root / "content")): path.read_text() for path in paths}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path, EPICS)


def an_epic(number: int, title: str, scores: Mapping[str, Any]) -> Epic:
    """An epic as it is read, whatever is in it."""
    values = {**dict.fromkeys(PARTS), **scores, "id": f"EP-{number}", "title": title}
    return Epic.model_construct(None, **{"state": "funnel", "scored_on": None, **values})


# Out ---------------------------------------------------------------------------------------------


def test_ids_and_titles_are_locked_and_scores_offer_the_scale(root: Path) -> None:
    book = load_workbook(exported(root))
    sheet = book["Scores"]
    assert sheet.protection.sheet
    assert [sheet[at].protection.locked for at in ("A2", "B2", "D2", "E2", "H2")] == [
        True, True, True, False, False,
    ]  # fmt: skip
    offered = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert [(str(v.sqref), v.formula1) for v in offered] == [("E2:H23", "Scale!$A$1:$A$7")]
    assert [cell.value for cell in book["Scale"]["A"]] == [1, 2, 3, 5, 8, 13, 20]
    states = {sheet.title: sheet.sheet_state for sheet in book.worksheets}
    assert states == {"Scores": "visible", "leanfolio": "veryHidden", "Scale": "veryHidden"}


def test_wsjf_and_rank_are_formulas_that_show_what_the_ranking_says(root: Path) -> None:
    file = exported(root)
    typed, shown = load_workbook(file)["Scores"], load_workbook(file, data_only=True)["Scores"]
    assert typed["I2"].value == '=IF(AND(COUNT(E2:H2)=4,N(H2)>0),SUM(E2:G2)/H2,"")'
    assert typed["J2"].value == '=IF(ISNUMBER(I2),RANK(I2,I$2:I$23),"")'
    assert [shown["A2"].value, shown["I2"].value, shown["J2"].value] == ["EP-1", 3, 1]
    assert shown["I3"].value in (None, "")  # EP-2 lacks parts
    assert typed["I23"].value and typed["B23"].protection.locked is False


def test_the_same_content_gives_the_same_bytes(root: Path) -> None:
    assert exported(root).read_bytes() == exported(root).read_bytes()


def test_where_narrows_by_fields_and_closed_items_come_by_name_alone(tmp_path: Path) -> None:
    more = {"epics/EP-3.md": "title: Over\nowner: A\nstate: done\ntags: [x, y]\n"}
    root = written(tmp_path, {**EPICS, **more})
    ids = [
        [cell.value for cell in load_workbook(exported(root, *where))["Scores"]["A"][1:4]]
        for where in ([], ["--where", "state=done"], ["--where", "state=done,funnel"],
                      ["--where", "job_size=5"], ["--where", "tags=y", "--where", "state=done"])
    ]  # fmt: skip
    assert ids == [
        ["EP-1", "EP-2", None], ["EP-3", None, None], ["EP-1", "EP-2", "EP-3"],
        ["EP-2", None, None], ["EP-3", None, None],
    ]  # fmt: skip


def test_a_field_that_is_not_there_ends_with_the_nearest(root: Path) -> None:
    done = cli(root, "export", "workbook", str(root / "a.xlsx"), "--where", "stat=done")
    assert done.exit_code == 2
    assert "did you mean state?" in done.output


# Unedited ----------------------------------------------------------------------------------------


def test_what_nobody_edited_changes_nothing_whatever_the_files_say_since(root: Path) -> None:
    file = exported(root)
    epic = root / "content/epics/EP-1.md"
    epic.write_text(epic.read_text().replace("job_size: 8", "job_size: 20"))
    before = texts(root)
    done = taken(root, file)
    assert (done.exit_code, texts(root)) == (0, before)
    assert "nothing changes" in done.output


NUMBERS = st.none() | st.decimals(0, 10**12, places=None, allow_nan=False).map(
    lambda number: Decimal(f"{number:.6f}").normalize()
)
TITLES = st.sampled_from(OWN) | st.text(min_size=1, max_size=40)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(TITLES, *(NUMBERS for _ in PARTS)), min_size=1, max_size=5))
def test_export_then_import_is_the_identity(rows: list[tuple[Any, ...]]) -> None:
    """Whatever titles and numbers there are; each title stays text."""
    epics = [
        an_epic(n, title, dict(zip(PARTS, scores, strict=True)))
        for n, (title, *scores) in enumerate(rows, start=1)
    ]
    merged = merged_with(epics, epics, lambda sheet: None)
    assert (merged.edits, merged.drafts, merged.refused, merged.absent) == ([], [], [], [])


def merged_with(before: list[Epic], now: list[Epic], edit: Edit) -> Merged:
    """What a workbook of some epics asks for once they are others and it was edited."""
    policy = Policy(id="portfolio", title="P")
    data = scoring_workbook(before, policy, "epic", TODAY, "c0ffee")
    book = load_workbook(BytesIO(data))
    edit(book["Scores"])
    out = BytesIO()
    book.save(out)
    return merge(sheets_of(out.getvalue()), Portfolio(policy, {epic.id: epic for epic in now}))


def sheets_of(data: bytes) -> dict[str, Any]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.xlsx"
        file.write_bytes(data)
        return read_workbook(file, SHEETS)


def test_titles_stay_text_and_only_ours_are_formulas(tmp_path: Path) -> None:
    policy = Policy(id="portfolio", title="P")
    epics = [an_epic(n, text, {}) for n, text in enumerate(OWN)]
    data = scoring_workbook(epics, policy, "epic", TODAY, "")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert not [name for name in archive.namelist() if "external" in name or "vba" in name]
    formulas = set(re.findall(r'<c r="([A-Z]+)\d+"[^>]*><f>', sheet))
    assert formulas == {"I", "J"}
    assert "hyperlink" not in sheet


# Edited ------------------------------------------------------------------------------------------


def test_an_edited_score_is_written_with_the_day_and_who_and_all_else_stays(root: Path) -> None:
    file = edited(exported(root), lambda sheet: sheet.__setitem__("E2", 20))
    before = texts(root)
    done = taken(root, file, "--scored-by", "R. Ahmed, L. Meyer")
    assert done.exit_code == 0, done.output
    after = texts(root)
    expected = (
        before["epics/EP-1.md"]
        .replace("business_value: 13  #", "business_value: 20  #")
        .replace("scored_on: 2026-10-01", "scored_on: 2026-11-20")
        .replace("scored_by: [B]", "scored_by: [R. Ahmed, L. Meyer]")
    )
    assert after == {**before, "epics/EP-1.md": expected}
    assert taken(root, file, "--scored-by", "C").exit_code == 0  # twice is once
    assert texts(root) == after


def test_who_scored_has_to_be_said(root: Path) -> None:
    file = edited(exported(root), lambda sheet: sheet.__setitem__("E2", 20))
    before = texts(root)
    done = taken(root, file)
    assert (done.exit_code, texts(root)) == (2, before)
    assert "--scored-by" in done.output


def test_with_dry_run_the_change_is_shown_and_nothing_written(root: Path) -> None:
    file = edited(exported(root), lambda sheet: sheet.__setitem__("E2", 20))
    before = texts(root)
    done = taken(root, file, "--scored-by", "C", "--dry-run")
    assert (done.exit_code, texts(root)) == (0, before)
    assert "+business_value: 20  # agreed with sales" in done.output


def test_a_cell_that_both_sides_changed_is_refused_with_both_values(root: Path) -> None:
    file = exported(root)
    epic = root / "content/epics/EP-1.md"
    epic.write_text(epic.read_text().replace("business_value: 13", "business_value: 5"))
    edited(file, lambda sheet: (sheet.__setitem__("E2", 20), sheet.__setitem__("H3", 8)))
    before = texts(root)
    done = taken(root, file, "--scored-by", "C")
    assert (done.exit_code, texts(root)) == (1, before)
    assert (
        "scores.xlsx:Scores!E2: EP-1, Business value: it was 13, is 20 here and 5 in" in done.output
    )
    edited(file, lambda sheet: sheet.__setitem__("E2", 5))  # the file's holds
    assert taken(root, file, "--scored-by", "C").exit_code == 0
    assert "job_size: 8" in texts(root)["epics/EP-2.md"]
    assert texts(root)["epics/EP-1.md"] == before["epics/EP-1.md"]


SIDE = st.none() | st.sampled_from([Decimal(n) for n in (0, 1, 2, 3)])


@settings(max_examples=40, deadline=None)
@given(SIDE, SIDE, SIDE)
def test_a_merge_is_a_function_of_the_three_sides(base: Any, ours: Any, theirs: Any) -> None:
    before, now = (an_epic(1, "A", {"job_size": value}) for value in (base, ours))
    value = None if theirs is None else int(theirs)
    merged = merged_with([before], [now], lambda sheet: sheet.__setitem__("H2", value))
    scores = [dict(edit.scores) for edit in merged.edits]
    if theirs == base:
        assert (scores, merged.refused, merged.same) == ([], [], 0)
    elif theirs is None:
        assert (scores, [entry.address for entry in merged.refused]) == ([], ["H2"])
    elif ours == theirs:
        assert (scores, merged.refused, merged.same) == ([], [], 1)
    elif ours == base:
        assert (scores, merged.refused) == ([{"job_size": str(theirs)}], [])
    else:
        [refused] = merged.refused
        words = ["empty" if side is None else str(side) for side in (base, theirs, ours)]
        assert scores == []
        assert "it was {}, is {} here and {} in".format(*words) in str(refused)


def test_an_added_row_becomes_a_draft(root: Path) -> None:
    def add(sheet: Any) -> None:
        sheet["B4"], sheet["E4"], sheet["H4"] = "Lockers: a 'new' idea", 8, "3"

    before = texts(root)
    done = taken(root, edited(exported(root), add), "--scored-by", "C")
    assert done.exit_code == 0, done.output
    new = {path: text for path, text in texts(root).items() if path not in before}
    assert [*new] == ["epics/EP-3.md"]
    for line in ("state: funnel\n", "business_value: 8\n", "job_size: 3\n",
                 "scored_on: 2026-11-20\n", "# Lockers: a 'new' idea\n"):  # fmt: skip
        assert line in new["epics/EP-3.md"]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"B2": "Another"}, "Scores!B2: EP-1, Title: 'One' has become 'Another'"),
        ({"C2": "done"}, "Scores!C2: EP-1, State: 'funnel' has become 'done'"),
        ({"A2": "EP-9"}, "Scores!A2: EP-9 was not exported"),
        ({"A3": "EP-1"}, "Scores!A3: EP-1 stands in A2 too"),
        ({"E2": None}, "Scores!E2: EP-1, Business value: it was 13 and is empty now"),
        ({"E4": 5}, "Scores!B4: a new row needs a title"),
        ({"B4": "=A1"}, "Scores!B4: the title: its formula shows no text"),
        ({"E2": "=8+5"}, "Scores!E2: EP-1, Business value: its formula has no result yet"),
        ({"E2": A_DAY}, "Scores!E2: EP-1, Business value: it is the day 2026-05-03"),
        ({"E2": "1.500"}, "Scores!E2: EP-1, Business value: '1.500' may be 1500 or 1.500"),
        ({"E2": "many"}, "Scores!E2: EP-1, Business value: 'many' is not a number"),
        ({"E2": True}, "it is a yes or no"),
        ({"E2": "#DIV/0!"}, "it shows the error #DIV/0!"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_the_address_of_its_cell(
    edit: dict[str, Any], words: str, root: Path
) -> None:
    file = edited(exported(root), lambda sheet: [sheet.__setitem__(*pair) for pair in edit.items()])
    before = texts(root)
    done = taken(root, file, "--scored-by", "C")
    assert words in done.output
    assert (done.exit_code, texts(root)) == (1, before)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (Cell("A1", 5), "5"), (Cell("A1", 2.5), "2.5"), (Cell("A1", "3,5"), "3.5"),
        (Cell("A1", " 8\u00a0"), "8"), (Cell("A1", 13, formula="=8+5"), "13"),
        (Cell("A1", 5, "0"), "5"), (Cell("A1", 2.5, "#,##0.00"), "2.5"), (Cell("A1", "0,5"), "0.5"),
        (Cell("A1", 0.1), "0.1"), (Cell("A1", "1e3"), None), (Cell("A1", "1,500"), None),
        (Cell("A1", 4.6, "0"), None), (Cell("A1", 0.5, "0%"), None),
        (Cell("A1", date(2026, 5, 3)), None), (Cell("A1", "٣"), None),
        (Cell("A1", "9" * 400), None), (Cell("A1", "--5"), None), (Cell("A1", float("inf")), None),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_what_it_shows_or_refused(cell: Cell, number: str | None) -> None:
    if number is None:
        with pytest.raises(CellError):
            number_in(cell)
    else:
        assert number_in(cell) == Decimal(number)


def test_rows_may_be_sorted_removed_and_columns_moved(root: Path) -> None:
    def tidy(sheet: Any) -> None:
        sheet["E2"] = 20
        sheet.insert_cols(1)
        sheet["A1"] = "Our notes"
        sheet.delete_rows(3)

    done = taken(root, edited(exported(root), tidy), "--scored-by", "C")
    assert done.exit_code == 0, done.output
    assert "left as they are: EP-2" in done.output
    assert "business_value: 20" in texts(root)["epics/EP-1.md"]


def test_a_score_that_an_audience_may_not_read_is_never_written_over(tmp_path: Path) -> None:
    hidden = EPICS["epics/EP-2.md"] + "confidential: [job_size]\n"
    root = written(tmp_path, {**EPICS, "epics/EP-2.md": hidden})
    file = edited(exported(root), lambda sheet: sheet.__setitem__("H3", 13))
    before = texts(root)
    done = taken(root, file, "--scored-by", "C")
    assert (done.exit_code, texts(root)) == (1, before)
    assert "it was empty, is 13 here and 5 in the files" in done.output


# Foreign workbooks -------------------------------------------------------------------------------


def archive_of(parts: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>"""
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is no XLSX file"),
        (b"<html>Sign in</html>", "it is no XLSX file"),
        (archive_of({"a.txt": b"x"}), "it is no workbook that can be read"),
        (archive_of({"xl/worksheets/sheet1.xml": LAUGHS}), "declares entities"),
        (archive_of({"xl/workbook.xml": OUTSIDE}), "declares entities"),
        (archive_of({"xl/a.xml": b" " * (1 << 16) + LAUGHS}), "declares entities"),
        (archive_of({"xl/a.xml": b" " * ((1 << 16) - 4) + LAUGHS[21:]}), "declares entities"),
        (archive_of({"xl/a.xml": LAUGHS.decode().encode("utf-16")}), "is not UTF-8"),
        (archive_of({"xl/a.xml": b'<?xml version="1.0" encoding="UTF-7"?>+ADw-'}), "is not UTF-8"),
        (archive_of({f"{n}.xml": b"" for n in range(501)}), "more than 500 parts"),
        (archive_of({"xl/a.bin": bytes(65 << 20)}), "unpacked it is larger than 64 MB"),
        (bytes((16 << 20) + 1), "it is larger than 16 MB"),
    ],
)
def test_a_hostile_file_is_refused_before_it_is_parsed(data: bytes, words: str, root: Path) -> None:
    file = root / "evil.xlsx"
    file.write_bytes(data)
    before = texts(root)
    done = taken(root, file, "--scored-by", "C")
    assert words in done.output
    assert (done.exit_code, texts(root)) == (2, before)


def test_an_archive_that_lies_about_its_sizes_is_refused(root: Path) -> None:
    data = bytearray(archive_of({"xl/a.xml": b"a" * 100_000}))
    at = data.rfind(b"PK\x01\x02") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")
    (root / "evil.xlsx").write_bytes(bytes(data))
    done = taken(root, root / "evil.xlsx")
    assert done.exit_code == 2
    assert "Traceback" not in done.output


@pytest.mark.parametrize("at", ["A20001", "CW1", "XFD1048576"])
def test_a_sheet_that_is_too_large_is_refused(at: str, root: Path) -> None:
    done = taken(root, edited(exported(root), lambda sheet: sheet.__setitem__(at, 1)))
    assert done.exit_code == 2
    assert "is larger than 20000 rows of 100 cells" in done.output


def test_a_workbook_that_is_not_ours_is_refused(root: Path) -> None:
    book, file = Workbook(), root / "other.xlsx"
    book.save(file)
    assert "it is none that `leanfolio export workbook` wrote" in taken(root, file).output
    ours = load_workbook(exported(root))
    ours["leanfolio"]["F6"] = "many"
    ours.save(file)
    done = taken(root, file)
    assert (done.exit_code, "is damaged; export it again" in done.output) == (2, True)


def test_without_the_library_it_is_said_what_to_install(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    file = exported(root)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    done = taken(root, file)
    assert done.exit_code == 3
    assert "leanfolio[xlsx]" in done.output


def test_limits_leave_room_for_every_workbook_of_ours() -> None:
    policy = Policy(id="portfolio", title="P")
    title = "A title of usual length, as they are"
    epics = [an_epic(n, title, dict.fromkeys(PARTS, Decimal(n % 13))) for n in range(2000)]
    data = scoring_workbook(epics, policy, "epic", TODAY, "c0ffee")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    assert unpacked * 10 < workbook_file.MOST_UNPACKED
    assert len(data) * 10 < workbook_file.MOST_PACKED
    with pytest.raises(WorkbookError):
        merge({}, Portfolio(policy, {}))
