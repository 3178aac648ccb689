"""`init` names in requirements.txt what installs leanfolio on a machine that starts empty."""

import hashlib
import json
import subprocess
import sys
import zipfile
from base64 import urlsafe_b64encode
from importlib.metadata import Distribution, PathDistribution, distribution
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

import leanfolio
from conftest import Run
from leanfolio.disk import origin
from leanfolio.disk.origin import NoWheelError, requirement, requirement_at_address, vendored
from leanfolio.disk.wheel import package_files, wheel_file

COMMIT, HASH = "5" * 40, "a" * 64
GIT = {"vcs_info": {"vcs": "git", "commit_id": COMMIT, "requested_revision": "main"}}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The metadata of a leanfolio 0.1.0 that an installer has written."""
    folder = tmp_path / "leanfolio-0.1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.4\nName: leanfolio\nVersion: 0.1.0\n")
    return folder


def line_of(package: Path, direct_url: Any = None) -> str | None:
    """The requirement of a package that came from there."""
    if direct_url is not None:
        text = direct_url if isinstance(direct_url, str) else json.dumps(direct_url)
        (package / "direct_url.json").write_text(text)
    return requirement_at_address(PathDistribution(package))


def test_what_came_from_an_index_is_named_by_its_version(package: Path) -> None:
    assert line_of(package) == "leanfolio==0.1.0"


def test_what_came_from_git_is_named_by_its_commit(package: Path) -> None:
    at = {"url": "https://git.example/office/leanfolio.git", **GIT}
    line = f"leanfolio @ git+https://git.example/office/leanfolio.git@{COMMIT}"
    assert line_of(package, at) == line
    assert line_of(package, {**at, "subdirectory": "tool"}) == f"{line}#subdirectory=tool"


def test_what_came_from_an_archive_is_named_by_its_hash(package: Path) -> None:
    url = "https://files.example/leanfolio-0.1.0.tar.gz"
    for info in ({"hash": f"sha256={HASH}"}, {"hashes": {"md5": "b" * 32, "sha256": HASH}}):
        line = line_of(package, {"url": url, "archive_info": info})
        assert line == f"leanfolio @ {url}#sha256={HASH}"
    assert line_of(package, {"url": url, "archive_info": {}}) == f"leanfolio @ {url}"


@pytest.mark.parametrize(
    "direct_url",
    [
        {"url": "file:///home/ada/leanfolio", "dir_info": {"editable": True}},
        {"url": "file:///home/ada/leanfolio", "dir_info": {}},
        {"url": "file:///home/ada/leanfolio-0.1.0.whl", "archive_info": {"hash": f"sha256={HASH}"}},
        {"url": "file:///home/ada/leanfolio", **GIT},
        {"url": "ssh://git@git.example/office/leanfolio.git", **GIT},
        {"url": "https://ada:secret@git.example/leanfolio.git", **GIT},
        {"url": "https://${TOKEN}@git.example/leanfolio.git", **GIT},
        {"url": "http://localhost:8080/leanfolio.git", **GIT},
        {"url": "http://127.0.0.1/leanfolio.git", **GIT},
        {"url": "https://[::1]/leanfolio.git", **GIT},
        {"url": "https://git.example/a\n--index-url=x", **GIT},
        {"url": "https://git.example/x", "vcs_info": {"vcs": "git", "commit_id": "main\nother"}},
        {"url": "https://git.example/x", "vcs_info": {"vcs": "hg", "commit_id": COMMIT}},
        {"url": "https://git.example/x", "vcs_info": None},
        {"archive_info": {}},
        [],
        "{",
        "",
    ],
    ids=str,
)  # fmt: skip
def test_what_others_cannot_reach_is_no_address(package: Path, direct_url: Any) -> None:
    assert line_of(package, direct_url) is None


# The wheel -------------------------------------------------------------------------------------


def contents(data: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(BytesIO(data))
    return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", ["leanfolio", "click", "PyYAML"])
def test_a_wheel_is_whole_and_its_record_is_right(name: str) -> None:
    file, data = wheel_file(distribution(name))
    files = contents(data)
    (record,) = (each for each in files if each.endswith(".dist-info/RECORD"))
    rows = dict(row.split(",", 1) for row in files[record].decode().splitlines())
    assert rows.keys() == files.keys()
    for path, row in rows.items():
        digest = urlsafe_b64encode(hashlib.sha256(files[path]).digest()).rstrip(b"=").decode()
        assert row == ("," if path == record else f"sha256={digest},{len(files[path])}")
    assert file.startswith(record.removesuffix(".dist-info/RECORD"))
    assert (file, data) == wheel_file(distribution(name)), "the same files give the same bytes"


def test_the_wheel_of_an_editable_install_holds_every_file_of_the_package() -> None:
    _, data = wheel_file(distribution("leanfolio"))
    files = contents(data)
    assert dict(package_files()).items() <= files.items()
    assert "leanfolio/templates/starter/.github/workflows/check.yml" in files
    assert not any("__pycache__" in name or name.endswith(".pth") for name in files)
    assert not any(name.endswith(("direct_url.json", "INSTALLER")) for name in files)


def test_a_wheel_is_installed_by_pip_and_packed_again_is_the_same(tmp_path: Path) -> None:
    name, data = wheel_file(distribution("leanfolio"))
    (tmp_path / name).write_bytes(data)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    target = tmp_path / "target"
    subprocess.run(
        [*pip, "--no-index", "--no-deps", "--target", str(target), str(tmp_path / name)], check=True
    )
    (installed,) = target.glob("*.dist-info")
    again = wheel_file(PathDistribution(installed))
    assert again[0] == name
    assert contents(again[1]) == contents(data)


# What init does with it ------------------------------------------------------------------------


def test_without_an_address_a_wheel_is_packed_unless_it_is_refused() -> None:
    """These tests run from an editable install, which has no address."""
    packed = requirement(None)
    ((name, data),) = packed.files
    assert packed.text == f"./{name}"
    assert name == f"vendor/leanfolio-{leanfolio.__version__}-py3-none-any.whl"
    assert len(data) < 2_000_000
    refused = requirement(vendor=False)
    assert refused.files == ()
    assert all(line.startswith("#") for line in refused.text.splitlines())


def test_with_an_address_a_wheel_is_packed_only_when_asked_for(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = distribution("leanfolio")
    monkeypatch.setattr(origin, "installed", lambda: PathDistribution(package))
    assert requirement(None).text == requirement(vendor=False).text == "leanfolio==0.1.0"
    monkeypatch.setattr(origin, "installed", lambda: real)
    assert requirement(vendor=True).files


def test_what_runs_without_being_installed_cannot_be_packed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nothing: Distribution | None = None
    monkeypatch.setattr(origin, "installed", lambda: nothing)
    with pytest.raises(NoWheelError):
        vendored(nothing)
    with pytest.raises(NoWheelError):
        requirement(vendor=True)
    assert requirement(None).text.startswith("# leanfolio")


def test_init_says_where_the_wheel_is_or_what_is_missing(tmp_path: Path, run: Run) -> None:
    begun = run("leanfolio", "init", "mine", cwd=tmp_path)
    wheel = f"vendor/leanfolio-{leanfolio.__version__}-py3-none-any.whl"
    assert f"leanfolio itself is in {wheel}" in begun.stderr
    assert (tmp_path / "mine" / "requirements.txt").read_text() == f"./{wheel}\n"
    assert (tmp_path / "mine" / wheel).is_file()
    bare = run("leanfolio", "init", "--no-vendor", "bare", cwd=tmp_path)
    assert bare.returncode == 0
    assert "`leanfolio init --vendor` puts a wheel of it into vendor/" in bare.stderr
    assert not (tmp_path / "bare" / "vendor").exists()
