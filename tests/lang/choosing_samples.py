"""Sample lines of what members choose: by block, English, Russian."""

from __future__ import annotations

from typing import Final

CHOOSING: Final = (
    ("H_PRODUCTS", "chosen by member from Coffee, Tea", "участник выбирает из Coffee, Tea"),
    ("H_PRODUCTS", "choose at most 3", "выбрать максимум 3"),
    ("H_PRODUCTS", "choose at most [how_many]", "выбрать максимум [how_many]"),
    (
        "H_PRODUCTS",
        "change choice once in calendar month",
        "менять выбор один раз за календарный месяц",
    ),
    (
        "H_PRODUCTS",
        "choice ends at end of calendar month",
        "выбор сбрасывается в конце календарного месяца",
    ),
    ("H_PRODUCTS", "default choice Coffee", "выбор по умолчанию Coffee"),
    ("H_EARN", "or give 1 voucher", "или дать 1 voucher"),
    ("H_EARN", "choose within 14 days", "выбрать в течение 14 дней"),
    ("H_EXAMPLE", "at 2026-03-07 11:00 chooses Coffee, Tea", "момент 2026-03-07 11:00 выбирает Coffee, Tea"),
    (
        "H_EXAMPLE",
        "at 2026-03-07 11:00 chooses voucher by base",
        "момент 2026-03-07 11:00 выбирает voucher по правилу base",
    ),
)
