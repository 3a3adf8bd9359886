"""Documents that the wire tests start from."""

from __future__ import annotations

import json
from typing import Any


def order(**changes: Any) -> dict[str, Any]:
    """A purchase as a host would send it, with some fields changed; None takes a field away."""
    document = {
        "kind": "purchase",
        "id": "p-1",
        "member": "m-1",
        "at": "2026-03-07T11:00:00+03:00",
        "merchant": "main",
        "store": "arbat",
        "channel": "app",
        "currency": "RUB",
        "lines": [line()],
        "tenders": [{"method": "card", "amount": "250.00"}],
        "facts": {},
    }
    return _changed(document, changes)


def line(**changes: Any) -> dict[str, Any]:
    """A line of an order, with some fields changed; None takes a field away."""
    document = {
        "id": "1",
        "sku": "latte",
        "category": "coffee",
        "brand": "own",
        "tags": ["hot"],
        "quantity": "1",
        "price": "250.00",
        "discount": "0.00",
        "tax": "0.00",
        "facts": {},
    }
    return _changed(document, changes)


def _changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**document, **changes}.items() if value is not None}


def text(document: Any) -> str:
    return json.dumps(document)


def data(document: Any) -> bytes:
    return json.dumps(document).encode()
