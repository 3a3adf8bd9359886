"""An order that shows what is wrong with a file, or with what a change makes of it, is of the time when it is so."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import check
from loyalty_rules.diagnostics import Problem
from loyalty_rules.problems.groups import Overlap, OverlapShown
from loyalty_rules.problems.promises import PromiseBroken
from loyalty_rules.rendering import message_of

HEAD: Final = """loyalty rules 1
programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end
purse pts "Points"
  round down per order
  usable at once
  expire never
  worth 1 RUB per 1 pts
end
earn base "Base"
  on any product
  give 1 pts per 10 RUB
end
"""
RUSSIAN: Final = """правила лояльности 1
программа "Клуб"
  валюта RUB
  часовой пояс UTC
  основа уплаченные деньги
  цены включают налог
  возвраты не принимаются
  опоздавшие события отклоняются
конец
кошелёк pts "Баллы"
  округлять вниз на заказ
  доступны сразу
  не сгорают
  ценность 1 RUB за 1 pts
конец
начисление base "Основное"
  по товарам всем
  дать 1 pts за 10 RUB
конец
начисление more "Ещё"
  дать 5 pts
конец
изменение other "Другое"
  меняет more
  с даты 2026-07-01
  дать 1 pts за 1 RUB от величины сумма покупок в этом заказе
конец
"""
#: What gives five points beside a rate is a sum of its own; a second rate has to say how both combine.
FIVE: Final = "5 pts"
RATE: Final = "1 pts per 1 RUB of spend in this order"


def more(first: str, *changes: tuple[str, str]) -> str:
    """A second rule that gives `first`, and from each moment on something else."""
    changed = (
        f"change c{number}\n  changes more\n  from {moment}\n  give {gift}\nend\n"
        for number, (moment, gift) in enumerate(changes)
    )
    return f'{HEAD}earn more "More"\n  give {first}\nend\n{"".join(changed)}'


def found(text: str) -> list[Problem]:
    return [one.problem for one in check(text).diagnostics]


#: A witness buys for 1 000 RUB at noon of 2 March 2026, a Monday, unless that is not a day on which the rules overlap:
#: 100 points by the tenth, 1 000 by the whole.
SHOWN: Final = "12:00, 1000.00 RUB: base 100 pts, more 1000 pts"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (more(FIVE, ("2026-07-01", RATE)), "2026-07-01"),  # as the change makes it: from its first day on
        (more(FIVE, ("2025-01-01", RATE)), "2026-03-02"),
        (more(FIVE, ("2026-03-02 12:30", RATE)), "2026-03-03"),  # at noon it was not so yet
        (more(FIVE, ("2025-01-01", RATE), ("2026-01-01", FIVE)), "2025-12-31"),  # between two changes
        (more(FIVE, ("2026-07-01", RATE), ("2026-07-02", FIVE)), "2026-07-01"),
        (more(RATE, ("2026-07-01", FIVE)), "2026-03-02"),  # as it stands: until the change
        (more(RATE, ("2025-01-01", FIVE)), "2024-12-31"),
        (more(RATE, ("2026-03-02 12:30", FIVE)), "2026-03-01"),
    ],
)
def test_an_overlap_is_shown_on_a_day_on_which_there_is_one(text: str, day: str) -> None:
    assert found(text) == [OverlapShown("base", "more", f"{day} {SHOWN}")]


def test_none_is_shown_where_it_holds_for_no_whole_day() -> None:
    text = more(FIVE, ("2026-07-01 10:00", RATE), ("2026-07-01 11:00", FIVE))
    assert found(text) == [Overlap("base", "more")]


def test_at_night_it_is_still_the_day_before() -> None:
    """Days start at 04:00. At 02:00 of 1 July it is 30 June, under the rules of before; a day later it is not."""
    night = more(FIVE, ("2026-07-01", RATE)).replace("UTC\n", "UTC\n  day starts 04:00\n")
    night = night.replace("  on any product\n", "  on any product\n  when clock time at most 02:00\n")
    assert found(night) == [OverlapShown("base", "more", f"2026-07-02 02:00{SHOWN[5:]}")]


def test_in_russian_too() -> None:
    (problem,) = found(RUSSIAN)
    assert problem == OverlapShown("base", "more", f"2026-07-01 {SHOWN}")
    assert message_of(problem, "ru") == (
        "`base` и `more` могут действовать вместе, и не сказано, как они сочетаются; "
        "например: 2026-07-01 12:00, 1000.00 RUB: base 100 pts, more 1000 pts"
    )
    assert message_of(problem, "en") == (
        "`base` and `more` can act together and nothing says how they combine; "
        "for example: 2026-07-01 12:00, 1000.00 RUB: base 100 pts, more 1000 pts"
    )


@pytest.mark.parametrize(("moment", "day"), [("2026-07-01", "2026-07-01"), ("2025-01-01", "2026-03-02")])
def test_a_promise_that_a_change_breaks_is_broken_after_it(moment: str, day: str) -> None:
    """A tenth comes back, as promised; from the change on a fifth: 200 RUB of 1 000 instead of 100."""
    text = (
        f"{HEAD}change spring\n  changes base\n  from {moment}\n  give 2 pts per 10 RUB\nend\n"
        "promise tenth\n  always value given in this order at most 10% of money paid\nend\n"
    )
    assert found(text) == [
        PromiseBroken("tenth", f"{day} 12:00, 1000.00 RUB: base 200 pts; 200.00 RUB > 100.00 RUB"),
    ]
