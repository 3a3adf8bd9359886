"""Runs the command `loyalty` inside the test, and the rule files that the tests of it share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner, Result

from loyalty_rules.adapters.cli.commands import loyalty

ROOT: Final = Path(__file__).resolve().parents[2]
FIRST_RULE: Final = ROOT / "examples" / "first_rule" / "first_rule.loyalty"
RUSSIAN: Final = ROOT / "examples" / "first_rule" / "pervoe_pravilo.loyalty"
EVENTS: Final = ROOT / "examples" / "first_rule" / "events.jsonl"

#: A whole programme without an example; `replace` makes mistakes of it.
PLAIN: Final = """\
loyalty rules 1

programme "Plain"
  currency RUB
  time zone Europe/Moscow
  basis money paid
  prices include tax
  returns refused
  late events refused
end

purse bonus
  round down per order
  usable at once
  expire never
end

earn base "Base points"
  on any product
  give 1 bonus per 10 RUB
end
"""
WRONG: Final = PLAIN.replace("  give 1 bonus", "  giv 1 bonus")
FAILING: Final = (
    PLAIN
    + """
example "Wrong by one"
  at 2026-03-02 12:00 places order "first"
  | sku   | quantity | unit price |
  | beans | 1        | 250 RUB    |
  should give 26 bonus by base
end
"""
)


def run(*arguments: str | Path, input: str | bytes | None = None) -> Result:
    """One run of the command. A traceback fails the test."""
    result = CliRunner().invoke(loyalty, [str(argument) for argument in arguments], input=input)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def written(folder: Path, text: str | bytes, name: str = "rules.loyalty") -> Path:
    """A file with that text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def order(id: str, member: str = "m-1", at: str = "2026-03-02T12:00:00+03:00", price: str = "250.00") -> str:
    """An order of one line, as a line of a file of events."""
    line = {"id": "1", "sku": "beans", "quantity": "1", "price": price}
    event = {"kind": "purchase", "id": id, "member": member, "at": at, "currency": "RUB", "lines": [line]}
    return json.dumps(event) + "\n"


def documents(text: str) -> list[dict[str, Any]]:
    """The documents of JSON lines."""
    return [json.loads(line) for line in text.splitlines()]
