"""The cells of rows as values. Histories say the same few thousand things again and again: what a text means is read
once, and which columns a row has is looked at once for all rows that have the same ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from loyalty_rules.adapters.replay.columns import LIST_MARK
from loyalty_rules.amounts import MAX_DECIMALS, parse_decimal
from loyalty_rules.errors import InputError
from loyalty_rules.lang.conditions import Fact, Kind
from loyalty_rules.text import identifier, plain_text

#: The fields of a row that are there, by name.
Row: TypeAlias = Mapping[str, str | int]

#: Texts of one field, and shapes of rows, that are known at a time.
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


class Shape(NamedTuple):
    """What rows with the same columns say: the fields, and how each is read. `cells` have a place of their own, `facts`
    a name."""

    fields: tuple[str, ...]
    cells: tuple[tuple[str, int, Texts], ...]
    facts: tuple[tuple[str, str, Texts], ...]


class Cells:
    """How the rows of a table say one kind of thing: `places` of its fields by name, and declared facts behind a
    prefix."""

    def __init__(self, places: Mapping[str, int], prefix: str, declared: Mapping[str, Fact]) -> None:
        self._places, self._prefix, self._declared = places, prefix, declared
        self._texts: dict[str, Texts] = {}
        self._shapes: dict[tuple[str, ...], Shape] = {}

    def shape(self, row: Row) -> Shape:
        """How a row is read."""
        columns = tuple(row)
        found = self._shapes.get(columns)
        if found is None:
            if len(self._shapes) >= _MOST:
                self._shapes.clear()
            found = self._shapes[columns] = self._shape(sorted(columns))
        return found

    def _shape(self, columns: list[str]) -> Shape:
        own = [field for field in columns if field in self._places]
        facts = [field for field in columns if field.startswith(self._prefix)]
        names = [field.removeprefix(self._prefix) for field in facts]
        return Shape(
            (*own, *facts),
            tuple((field, self._places[field], self._of(field, _READ[field])) for field in own),
            tuple(
                (field, name, self._of(field, _fact(self._declared.get(name))))
                for field, name in zip(facts, names, strict=True)
            ),
        )

    def _of(self, field: str, read: Callable[[str], Any]) -> Texts:
        return self._texts.setdefault(field, Texts(read))


def _fact(declared: Fact | None) -> Callable[[str], Any]:
    return _truth if declared is not None and declared.kind is Kind.YES_NO else _text


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
