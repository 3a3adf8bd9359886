"""What the pages promise: links that lead somewhere, examples that are whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FENCE: Final = re.compile(r"^ *(```+|~~~+).*?^ *\1[^\n]*$", re.MULTILINE | re.DOTALL)
CODE: Final = re.compile(r"`[^`\n]*`")
LINK: Final = re.compile(r"!?\[(?:[^\]\n]|\n(?!\n))*\]\(\s*<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE: Final = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*<?(\S+?)>?\s*$", re.MULTILINE)
HEADING: Final = re.compile(r"^ {0,3}#{1,6} +(.+?) *#*$", re.MULTILINE)
ELSEWHERE: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def links(text: str) -> Iterator[str]:
    """The targets of a page's links, those inside code left out."""
    prose = CODE.sub("", FENCE.sub("", text))
    for pattern in (LINK, REFERENCE):
        for found in pattern.finditer(prose):
            yield found.group(1)


def anchors(text: str) -> set[str]:
    """The names by which a page's headings can be linked to: lower case, hyphens for spaces, no punctuation."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        kept = (c for c in plain if c in " -_" or unicodedata.category(c)[0] in "LNM")
        slug = "".join(kept).replace(" ", "-")
        count = 0
        while (name := slug if count == 0 else f"{slug}-{count}") in found:
            count += 1
        found.add(name)
    return found


def dead_links(page: Path, root: Path) -> list[str]:
    """The relative links of `page` that lead to no file, to no heading, or out of the repository."""
    text = page.read_text(encoding="utf-8")
    dead = []
    for link in links(text):
        if ELSEWHERE.match(link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.is_relative_to(root.resolve()) or not target.exists():
            dead.append(link)
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text(encoding="utf-8")):
            dead.append(link)
    return dead


def incomplete_examples(examples: Path) -> list[str]:
    """What the folders of `examples/` lack: each a README.md and a rule file each; and what lies loose beside them."""
    missing = []
    for entry in sorted(examples.iterdir()):
        if entry.name.startswith((".", "__")):
            continue
        if not entry.is_dir():
            if entry.name != "README.md":
                missing.append(f"{entry.name}: a file outside the folders")
            continue
        if not (entry / "README.md").is_file():
            missing.append(f"{entry.name}: no README.md")
        if not any(entry.glob("*.loyalty")):
            missing.append(f"{entry.name}: no rule file (*.loyalty)")
    return missing
