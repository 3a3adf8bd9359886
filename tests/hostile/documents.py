"""Orders as JSON, and what is decided with them."""

from __future__ import annotations

import json
from typing import Any

_LINE = {"id": "1", "sku": "latte", "category": "coffee", "quantity": "1", "price": "250.00"}


def order(**changes: Any) -> str:
    """A purchase; a change counts for its line where the line has such a field, but for `id`, else for the order."""
    of_line = {name: value for name, value in changes.items() if name in _LINE and name != "id"}
    of_order = {name: value for name, value in changes.items() if name not in of_line}
    document = {
        "kind": "purchase",
        "id": "p-1",
        "member": "m-1",
        "at": "2026-03-07T11:00:00+03:00",
        "currency": "RUB",
        "lines": [{**_LINE, **of_line}],
    }
    return json.dumps({**document, **of_order})


def bare(number: str) -> str:
    """An order with something bare where a string belongs."""
    return order(price="@").replace('"@"', number)


def rules_and(rules: str, *events: str) -> str:
    """What the act `decide` takes."""
    return json.dumps({"rules": rules, "events": [json.loads(event) for event in events]})
