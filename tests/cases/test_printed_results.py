"""What operators and the press have printed for their own programmes, held against the examples that show it.

The results are typed from the publications into `printed_results.toml`; a result without an example says what it needs.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from loyalty_rules import check

HERE: Final = Path(__file__).resolve().parent
EXAMPLES: Final = HERE.parents[1] / "examples"
RESULTS: Final[list[dict[str, Any]]] = tomllib.loads((HERE / "printed_results.toml").read_text(encoding="utf-8"))[
    "result"
]
ROWS: Final = 19
SHOWN: Final = [result for result in RESULTS if "file" in result]


def name_of(result: dict[str, Any]) -> str:
    return f"{result['programme']}: {result['input']}"


def lines_of_example(result: dict[str, Any]) -> list[str]:
    """The lines of the example that shows a result, and that it is checked and holds."""
    path = EXAMPLES / result["file"]
    report = check(path.read_bytes(), name=path.name)
    (found,) = [example for example in report.examples if example.title == result["example"]]
    assert not found.failures
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    header = {"en": "example", "ru": "пример"}["ru" if "правила лояльности 1" in lines else "en"]
    start = lines.index(f'{header} "{result["example"]}"')
    end = next(place for place in range(start, len(lines)) if lines[place] in ("end", "конец"))
    return lines[start:end]


def test_every_row_is_there() -> None:
    assert {result["row"] for result in RESULTS} == set(range(1, ROWS + 1))


@pytest.mark.parametrize("result", RESULTS, ids=name_of)
def test_a_result_is_shown_or_says_what_it_needs(result: dict[str, Any]) -> None:
    assert {"programme", "input", "printed", "by"} <= result.keys()
    assert ("file" in result) != bool(result.get("needs"))


@pytest.mark.parametrize("result", SHOWN, ids=name_of)
def test_the_example_says_what_was_printed(result: dict[str, Any]) -> None:
    """The lines stand in this order, other lines may stand between them."""
    lines = iter(lines_of_example(result))
    assert result["says"]
    assert [line for line in result["says"] if line not in lines] == []
