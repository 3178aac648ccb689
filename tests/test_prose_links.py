"""What is kept of prose is what a scan finds, and only what was never seen is prose_links."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanfolio.cache import prose_links
from leanfolio.cache.prose_links import PROSE, decode, encode, key_of, scanning
from leanfolio.cache.store import Store
from leanfolio.markdown.scan import Prose, scan

PIECES = (
    "# Title\n\n", "See [[EP-1]] and [there](../epics/EP-2.md#why).\n", "![a](one.png)\n\n",
    "```leanfolio\nview: board\n```\n", "<https://example.org>\n", "## Why *now*\n\n", "- one\n",
    "\ud800", "[x]: y.md\n\n[x]\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_prose_comes_back_as_it_was(body: str) -> None:
    assert decode(encode(scan(body))) == scan(body)


@pytest.mark.parametrize("damage", [b"", b"[]", b"{}", b"[[[1]],[],[]]", b"\xff", b"[1,2,3]"])
def test_what_cannot_be_read_is_scanned_anew(damage: bytes, tmp_path: Path) -> None:
    body = "See [[EP-1]].\n"
    with Store(tmp_path) as store:
        store.put_many({key_of(body): damage})
        assert scanning(store)([body]) == [scan(body)]
        assert PROSE.get_many(store, [key_of(body)])[key_of(body)] == scan(body)


def test_a_body_is_scanned_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def counted(body: str) -> Prose:
        seen.append(body)
        return scan(body)

    monkeypatch.setattr(prose_links, "scan", counted)
    bodies = ["[[EP-1]]", "[[EP-2]]", "[[EP-1]]"]
    with Store(tmp_path) as store:
        assert scanning(store)(bodies) == [scan(each) for each in bodies]
    with Store(tmp_path) as store:
        assert scanning(store)([*bodies, "[[EP-3]]"])[-1] == scan("[[EP-3]]")
    assert seen == ["[[EP-1]]", "[[EP-2]]", "[[EP-3]]"]
