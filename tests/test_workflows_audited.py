"""Workflows are audited by zizmor: this repository's, and those that `init` gives.

Actionlint looks at them too, each night (acceptance.yml): its package for Python fetches a program
while it is installed, so `make test` could not be had behind a firewall.
"""

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = (".github", "action.yml", ".pre-commit-hooks.yaml")


def audit(*paths: Path) -> subprocess.CompletedProcess[str]:
    """What zizmor says, without a network and without settings that lie about."""
    program = shutil.which("zizmor", path=sysconfig.get_path("scripts"))
    assert program is not None, "zizmor is not installed: requirements/test.txt holds it"
    return subprocess.run(
        [program, "--offline", "--no-config", "--no-progress", "--format", "plain", *paths],
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_our_own_workflows_pass() -> None:
    said = audit(*(ROOT / name for name in OURS))
    assert said.returncode == 0, said.stdout


def test_the_workflows_of_a_new_portfolio_pass(starter: Path) -> None:
    said = audit(starter / ".github")
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("rule", ["dangerous-triggers", "template-injection", "unpinned-uses"])
def test_a_workflow_with_a_hole_does_not(rule: str, tmp_path: Path) -> None:
    file = tmp_path / ".github/workflows/bad.yml"
    file.parent.mkdir(parents=True)
    file.write_text(
        "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
        "      - uses: actions/checkout@v4\n"
        "      - run: echo ${{ github.event.pull_request.title }}\n"
    )
    said = audit(tmp_path / ".github")
    assert said.returncode != 0
    assert rule in said.stdout
