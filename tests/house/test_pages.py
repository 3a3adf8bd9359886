"""The pages of the repository: no dead link, no example without a page or a rule file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.pages import anchors, dead_links, incomplete_examples, links
from tests.house.tree import ROOT, paths


def test_no_page_has_a_dead_link() -> None:
    pages = [path for path in paths() if path.suffix == ".md"]
    assert ROOT / "README.md" in pages
    assert {str(page.relative_to(ROOT)): dead for page in pages if (dead := dead_links(page, ROOT))} == {}


@pytest.mark.parametrize(
    "link",
    ["gone.md", "../outside.md", "other.md#no-such-heading", "#nowhere", "folder/gone.png", "https.md"],
)
def test_a_dead_link_is_found(tmp_path: Path, link: str) -> None:
    root = tmp_path / "repository"
    (root / "folder").mkdir(parents=True)
    (tmp_path / "outside.md").touch()
    (root / "other.md").write_text("# Other\n", encoding="utf-8")
    page = root / "page.md"
    page.write_text(f"# Page\n\nSee [this]({link}).\n", encoding="utf-8")
    assert dead_links(page, root) == [link]


@pytest.mark.parametrize(
    "link", ["other.md", "other.md#две-вещи", "#page", "folder/", "./other.md", "https://example.org/x", "mailto:a@b.c"]
)
def test_a_live_link_and_one_to_elsewhere_pass(tmp_path: Path, link: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "other.md").write_text("# Other\n\n## Две вещи!\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n[this]({link})\n", encoding="utf-8")
    assert dead_links(page, tmp_path) == []


def test_links_inside_code_are_text() -> None:
    assert list(links('`[a](b)`\n\n```\n[c](d)\n```\n\n[e](f) ![g](h.png "t")\n\n[i]: j\n')) == ["f", "h.png", "j"]


def test_headings_of_one_name_are_numbered() -> None:
    assert anchors("# A b\n# A b\n## `x`: y\n") == {"a-b", "a-b-1", "x-y"}


def test_every_example_has_a_page_and_a_rule_file() -> None:
    assert incomplete_examples(ROOT / "examples") == []


def test_what_an_example_lacks_is_named(tmp_path: Path) -> None:
    for name in ("bare", "coffee", "no_page"):
        (tmp_path / name).mkdir()
    (tmp_path / "coffee" / "README.md").touch()
    (tmp_path / "coffee" / "club.loyalty").touch()
    (tmp_path / "no_page" / "club.loyalty").touch()
    (tmp_path / "loose.txt").touch()
    (tmp_path / "README.md").touch()
    assert incomplete_examples(tmp_path) == [
        "bare: no README.md",
        "bare: no rule file (*.loyalty)",
        "loose.txt: a file outside the folders",
        "no_page: no README.md",
    ]
