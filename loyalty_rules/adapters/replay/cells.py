"""The cells of rows as values. Histories say the same few thousand things again and again: what a text means is read
once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from loyalty_rules.adapters.replay.columns import LINE_FACT, LIST_MARK, ORDER_FACT
from loyalty_rules.amounts import MAX_DECIMALS, MICRO, parse_decimal
from loyalty_rules.errors import InputError
from loyalty_rules.lang.conditions import Fact, Kind
from loyalty_rules.text import identifier, plain_text

#: Texts of one field that are known at a time.
_MOST: Final = 1 << 16
_TRUTH: Final = {"true": True, "false": False, "1": True, "0": False}


class Texts(dict[str, Any]):
    """What the texts of one field mean. Raises `InputError` for one that means nothing."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Any:
        found = self._read(text)
        if len(self) >= _MOST:
            self.clear()
        self[text] = found
        return found


class Cells:
    """What the fields of rows say. Facts are read as they are declared of orders and of lines; an order that says no
    currency is in that of the programme."""

    def __init__(self, order_facts: Mapping[str, Fact], line_facts: Mapping[str, Fact], currency: str) -> None:
        self._declared = {ORDER_FACT: order_facts, LINE_FACT: line_facts}
        self._missing = {**_MISSING, "currency": currency}
        self._texts: dict[str, Texts] = {}

    def missing(self, field: str) -> Any:
        """What a row says that does not have a field."""
        return self._missing.get(field, ())

    def texts(self, field: str) -> Texts:
        """What the texts of a field mean: of a fact that fact alone, as a tuple to be added to others."""
        found = self._texts.get(field)
        if found is None:
            found = self._texts[field] = Texts(_READ[field] if field in _READ else self._fact(field))
        return found

    def _fact(self, field: str) -> Callable[[str], Any]:
        prefix = next(prefix for prefix in self._declared if field.startswith(prefix))
        name = field.removeprefix(prefix)
        declared = self._declared[prefix].get(name)
        read = _truth if declared is not None and declared.kind is Kind.YES_NO else _text
        return lambda text: ((name, read(text)),)


def _text(text: str) -> str:
    return plain_text(text, "")


def _id(text: str) -> str:
    return identifier(text, "")


def _number(text: str) -> int:
    return parse_decimal(text, MAX_DECIMALS)


def _list(text: str) -> tuple[str, ...]:
    return tuple(plain_text(one, "") for one in text.split(LIST_MARK))


def _set(text: str) -> tuple[str, ...]:
    return tuple(sorted(set(_list(text))))


def _truth(text: str) -> bool:
    found = _TRUTH.get(text.lower())
    if found is None:
        raise InputError("replay.row", "true or false is expected")
    return found


#: What the fields of rows say.
_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    **dict.fromkeys(("order", "member", "line"), _id),
    **dict.fromkeys(("currency", "merchant", "store", "channel", "sku", "category", "brand"), _text),
    **dict.fromkeys(("quantity", "price", "amount", "discount", "tax"), _number),
    "codes": _list,
    "tags": _set,
    "delivery": _truth,
}
#: What is said where they are missing.
_MISSING: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("order", "member", "line", "merchant", "store", "channel", "sku", "category", "brand"), ""),
    **dict.fromkeys(("codes", "tags"), ()),
    **dict.fromkeys(("price", "amount"), None),
    **dict.fromkeys(("discount", "tax"), 0),
    "quantity": MICRO,
    "delivery": False,
}
