"""The benchmark runs, and tells a ratio that has grown worse."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def bench(code: str) -> str:
    """What a script prints that runs among the modules of the benchmark."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=BENCHMARKS, capture_output=True, text=True, check=True
    )
    return done.stdout


TABLE = """
| 1,000 | build, cold | 4.00 | 3.00 | 100 | 1.00 | 2.00 | 1.00 | 10 | 1.0 |
| 1,000 | build, a body edited | 1.00 | 1.00 | 100 | {cold} | {hugo} |  | 10 | 1.0 |
| 1,000 | Hugo, cold | 2.00 | 1.00 | 100 |  |  |  | 10 | 1.0 |
"""


@pytest.mark.parametrize(
    ("hugo", "told"),
    [("0.66", ""), ("0.67", "1,000 items, build, a body edited, of Hugo: 0.67, and 0.50 before\n")],
)
def test_a_ratio_that_is_a_third_worse_is_told(hugo: str, told: str) -> None:
    before, now = TABLE.format(cold="0.25", hugo="0.50"), TABLE.format(cold="0.20", hugo=hugo)
    code = (
        f"import bench\nfor each in bench.worse_than({before!r}, {now!r}.splitlines()): print(each)"
    )
    assert bench(code) == told


def test_without_a_run_to_compare_with_it_says_so_before_it_measures(tmp_path: Path) -> None:
    code = f"import bench, sys, pathlib\nbench.RESULTS = pathlib.Path({str(tmp_path / 'R.md')!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}sys.argv = ['bench.py', '--compare']\nbench.main()"],
        cwd=BENCHMARKS,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "R.md to compare with: write one with --write" in done.stderr
    assert done.stdout == ""


def test_a_run_of_one_size_leaves_what_was_written_of_another() -> None:
    code = (
        "import bench\nfirst = bench.with_sections('', {'1,000 items': 'A', '10,000 items': 'B'})\n"
        "print(bench.with_sections(first, {'1,000 items': 'C'}), end='')"
    )
    assert bench(code) == "# Results\n\n## 1,000 items\n\nC\n\n## 10,000 items\n\nB\n"


def test_the_last_run_that_is_kept_has_ratios_to_compare_with() -> None:
    kept = (BENCHMARKS / "RESULTS.md").read_text()
    rows = bench(f"import bench\nfor each in bench.ratios({kept!r}.splitlines()): print(each)")
    assert "('1,000 items', 'build, cold', 'of Hugo')" in rows


@pytest.mark.acceptance
def test_the_benchmark_runs() -> None:
    done = subprocess.run(
        [sys.executable, "bench.py", "--sizes", "200", "--runs", "1", "--editor-size", "200"],
        cwd=BENCHMARKS,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line for line in done.stdout.splitlines() if line.startswith("| 200 |")]
    assert len(rows) >= 3 + 7 + 1  # checks, builds and MkDocs; Hugo only where it is installed
    assert "The editor's answer to one key at 200 items" in done.stdout
