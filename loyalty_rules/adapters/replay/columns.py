"""Which column of a table is what: names that a table has itself, or those of a map in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import Final

from loyalty_rules.calendar import zone
from loyalty_rules.errors import InputError, SettingsError, shown
from loyalty_rules.text import nearest
from loyalty_rules.values import frozen

#: What all rows of an order say alike.
ORDER_FIELDS: Final = ("order", "member", "at", "currency", "merchant", "store", "channel", "codes")
#: What each line says for itself.
LINE_FIELDS: Final = (
    *("line", "sku", "category", "brand", "tags", "quantity", "price", "amount", "discount", "tax", "delivery"),
)
#: Facts have a name behind this: `facts.store_size` is one of the order, `line_facts.department` one of a line.
ORDER_FACT: Final = "facts."
LINE_FACT: Final = "line_facts."
#: A whole event as JSON, where a line of a JSON file is one.
EVENT: Final = "event"
#: Columns without which no row says who bought what.
REQUIRED: Final = ("order", "member", "at")
PRICES: Final = ("price", "amount")
#: What stands between several values of one cell.
LIST_MARK: Final = "|"

_SECTIONS: Final = ("columns", "facts", "line_facts", "constants")
_SETTINGS: Final = ("zone", "separator")
_SEPARATORS: Final = (",", ";", "\t", "|")
_MAX_MAP: Final = 64 * 1024


@frozen
class ColumnMap:
    """By field, the column that holds it; by field, the text that stands in all rows. Without `columns` the table has
    the names of fields itself."""

    columns: Mapping[str, str]
    constants: Mapping[str, str]
    zone: str = ""  # of times without an offset; "" is that of the programme
    separator: str = ","  # of CSV

    def chosen(self, found: Iterable[str], file: str, whole: bool = True) -> dict[str, str]:
        """The columns of a table that are read, by field. Raises `InputError` (`replay.column`) that names those that
        the table has: a column of the map is missing, or a column without a map is no field. Not `whole`: columns that
        need not stand in every row may come later."""
        names = list(found)
        if self.columns:
            chosen = dict(self.columns)
            asked = [column for field, column in chosen.items() if whole or field in REQUIRED]
            missing = next((column for column in asked if column not in names), None)
            if missing is not None:
                raise _no_column(f"there is no column `{shown(missing)}`", missing, names, file)
        else:
            stranger = next((name for name in names if not is_field(name)), None)
            if stranger is not None:
                fields = (*ORDER_FIELDS, *LINE_FIELDS)
                meant = nearest(stranger, fields)
                hint = f"; did you mean `{meant}`?" if meant else f": fields are {', '.join(fields)}"
                message = f"the column `{shown(stranger)}` is no field{hint}. A map says which columns are read"
                raise InputError("replay.column", message, file)
            chosen = {name: name for name in names}
        known = {*chosen, *self.constants}
        priced = not whole or any(price in known for price in PRICES)
        for field in (*REQUIRED, *(() if priced else ("amount",))):
            if field not in known:
                raise _no_column(f"no column says the `{field}`", field, names, file)
        return chosen


def _no_column(message: str, name: str, found: list[str], file: str) -> InputError:
    meant = nearest(name, found)
    hint = f"; did you mean `{shown(meant)}`?" if meant else ""
    listed = ", ".join(shown(one) for one in found[:40])
    return InputError("replay.column", f"{message}{hint} The table has: {listed}", file)


def is_field(name: str) -> bool:
    """Whether a name is that of a field."""
    if name.startswith((ORDER_FACT, LINE_FACT)):
        return bool(name.partition(".")[2])
    return name in ORDER_FIELDS or name in LINE_FIELDS


def plain_map() -> ColumnMap:
    """The map of a table whose columns are called like the fields."""
    return ColumnMap({}, {})


def read_map(data: bytes, name: str) -> ColumnMap:
    """The map of a TOML file. Raises `SettingsError` (`replay.map`) that says what is expected."""
    if len(data) > _MAX_MAP:
        raise SettingsError("replay.map", f"a map has at most {_MAX_MAP} bytes", name)
    try:
        read = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("replay.map", f"the map is not TOML: {error}", name) from None
    for key, value in read.items():
        if key not in (*_SECTIONS, *_SETTINGS):
            raise _unknown(key, (*_SECTIONS, *_SETTINGS), name)
        if key in _SECTIONS and not (isinstance(value, dict) and all(isinstance(one, str) for one in value.values())):
            raise SettingsError("replay.map", f'[{key}] has lines like `name = "text"`', name)
        if key in _SETTINGS and not isinstance(value, str):
            raise SettingsError("replay.map", f"`{key}` is a text", name)
    separator = read.get("separator", ",")
    if separator not in _SEPARATORS:
        raise SettingsError("replay.map", "`separator` is a comma, a semicolon, a tab or a bar", name)
    if "zone" in read:
        zone(read["zone"])
    columns = _fields(read.get("columns", {}), name)
    columns |= {ORDER_FACT + fact: column for fact, column in read.get("facts", {}).items()}
    columns |= {LINE_FACT + fact: column for fact, column in read.get("line_facts", {}).items()}
    if not columns:
        raise SettingsError("replay.map", "[columns] names the columns of the table by field", name)
    constants = _fields(read.get("constants", {}), name)
    twice = next((field for field in constants if field in columns), None)
    if twice is not None:
        raise SettingsError("replay.map", f"`{twice}` is a column and a constant", name)
    return ColumnMap(columns, constants, read.get("zone", ""), separator)


def _fields(section: Mapping[str, str], name: str) -> dict[str, str]:
    for field in section:
        if not is_field(field):
            raise _unknown(field, (*ORDER_FIELDS, *LINE_FIELDS), name)
    return dict(section)


def _unknown(word: str, known: Iterable[str], name: str) -> SettingsError:
    names = list(known)
    meant = nearest(word, names)
    hint = f"; did you mean `{meant}`?" if meant else f": there are {', '.join(names)}"
    return SettingsError("replay.map", f"`{shown(word)}` is not known{hint}", name)
