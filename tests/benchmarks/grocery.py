"""Grocery Club through the engine, held against the figures of an independent calculation.

The typed figures below are those of `grocery_club.py` beside this file, which shares no code with the package. For a
number of households without typed figures, that loop is run and compared with.

    python -m tests.benchmarks.grocery [--households N] [--workers N]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from loyalty_rules.adapters.grocery import GroceryYear, count_orders
from loyalty_rules.adapters.replay.members import Figures, History, replay_members
from loyalty_rules.calendar import instant_of
from tests.benchmarks import grocery_club
from tests.benchmarks.grocery_club import LEVELS, RULES, Row, report

FOLDER: Final = Path(__file__).resolve().parents[2] / "examples" / "grocery_club"
END: Final = "2018-01-15T12:00:00Z"
#: The rows that are printed and compared.
SHOWN: Final = (*RULES, "balance", "vouchers", "expired", *LEVELS)


class Expected(NamedTuple):
    """Totals in the order of `SHOWN`, and the digest of all members."""

    totals: tuple[int, ...]
    digest: str


class Edition(NamedTuple):
    """A rule file, the rules of the loop that it does not have, and the figures by number of households; None is all
    of them."""

    file: str
    without: tuple[str, ...]
    typed: dict[int | None, Expected]


#: Eight rules: points live out their months.
POINTS: Final = Edition(
    "grocery_club.loyalty",
    grocery_club.LATER,
    {
        None: Expected(
            (4_306_548, 2_185_940, 290_338, 123_450, 0, 0, 3_484_347, 0, 3_421_929, 1_291, 812, 366),
            "35364b253995b7d99b808dfbb439a824f45f3e8554f63f56832e80c76acfc768",
        ),
        100: Expected(
            (171_884, 91_995, 10_777, 5_000, 0, 0, 143_835, 0, 135_821, 52, 33, 15),
            "e1a928b9aabaf1add3008c2b52c3c4cd7e56dc46e6a7a04d49dff398280d4361",
        ),
    },
)
#: The same, and every full 500 points become a voucher at the end of a month.
VOUCHERS: Final = Edition(
    "vouchers.loyalty",
    ("basket_card", "weekly"),
    {
        None: Expected(
            (4_306_548, 2_185_940, 290_338, 123_450, 0, 0, 553_231, 12_448, 129_045, 1_291, 812, 366),
            "6daf3d2f8f9664e2b0f2bef2cd6af905ba367ab81cc128e062d7d5e39b96f854",
        ),
        100: Expected(
            (171_884, 91_995, 10_777, 5_000, 0, 0, 23_607, 502, 5_049, 52, 33, 15),
            "83d03a6ff7edd996ad3425b14cf8b88dfc9278abb9501caba6ca42f1609efe9c",
        ),
    },
)
#: All eleven rules: stamps and weeks in a row as well.
CHALLENGES: Final = Edition(
    "challenges.loyalty",
    (),
    {
        None: Expected(
            (4_306_548, 2_185_940, 290_338, 123_450, 354_500, 264_700, 553_887, 13_684, 129_589, 1_291, 812, 366),
            "ef8f8663577e63141c59bbdfa560d48c5ecb83510b2ad325e50ea7846e86dc71",
        ),
        100: Expected(
            (171_884, 91_995, 10_777, 5_000, 14_300, 12_300, 22_707, 557, 5_049, 52, 33, 15),
            "877b9e0b7c1661ee211f27ec1301fbb68bb7d8c4d52572be54c632aae243d5f9",
        ),
    },
)
EDITIONS: Final = (POINTS, VOUCHERS, CHALLENGES)


def engine(
    edition: Edition, households: int | None, workers: int, progress: Callable[[int], object] | None = None
) -> Figures:
    """The year through the engine."""
    return replay_members(
        (FOLDER / edition.file).read_text(encoding="utf-8"),
        _histories(GroceryYear(households)),
        name=edition.file,
        end=instant_of(END),
        workers=workers,
        progress=progress,
    )


def _histories(year: GroceryYear) -> Iterator[History]:
    for member in year.members():
        yield tuple(year.purchases([member]))


def rows(figures: Figures) -> list[Row]:
    """The engine's figures as the loop reports its own."""
    return [
        Row(
            household=int(member.member),
            level=member.levels["status"] or "none",
            balance=member.usable["bonus"] + member.pending["bonus"],
            vouchers=member.usable.get("voucher", 0),
            expired=member.expired.get("bonus", 0),
            awards=tuple(member.awards.get((rule, "bonus"), 0) for rule in RULES),
        )
        for member in sorted(figures.members, key=lambda member: int(member.member))
    ]


def compared(found: Counter[str], digest: str, expected: Expected) -> list[str]:
    """The lines to print, a difference marked."""
    lines = []
    for name, wanted in zip(SHOWN, expected.totals, strict=True):
        mark = "" if found[name] == wanted else f"   expected {wanted:,}"
        lines.append(f"{name:12} {found[name]:>12,}{mark}")
    lines.append(f"digest {digest}" + ("" if digest == expected.digest else f"   expected {expected.digest}"))
    return lines


def by_hand(edition: Edition, households: int | None) -> Expected:
    """The figures of the independent loop, for these households."""
    result = grocery_club.run(grocery_club.load(households), grocery_club.without(*edition.without))
    totals, digest = report(grocery_club.rows(result))
    return Expected(tuple(totals[name] for name in SHOWN), digest)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the totals; 1 where one differs."""
    parser = argparse.ArgumentParser(description="Grocery Club against its independent calculation.")
    parser.add_argument("--households", type=int, help="only the first so many households")
    parser.add_argument("--workers", type=int, default=min(64, os.cpu_count() or 1))
    options = parser.parse_args(arguments)
    return max(_compare(edition, options.households, options.workers) for edition in EDITIONS)


def _compare(edition: Edition, households: int | None, workers: int) -> int:
    orders = count_orders(GroceryYear(households))
    start = time.perf_counter()
    figures = engine(edition, households, workers)
    seconds = time.perf_counter() - start
    totals, digest = report(rows(figures))
    expected = edition.typed.get(households) or by_hand(edition, households)
    print(
        f"{edition.file}: {len(figures.members):,} members, {orders:,} baskets, {seconds:.1f} s with {workers} workers,"
        f" {orders / seconds:,.0f} baskets/s"
    )
    print("\n".join(compared(totals, digest, expected)))
    same = tuple(totals[name] for name in SHOWN) == expected.totals and digest == expected.digest
    print("the same to the point" if same else "DIFFERENT from the independent calculation")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
