"""Sample heads of tables, in English and in Russian."""

from __future__ import annotations

from typing import Final

#: Heads of tables.
HEADS: Final = (
    *(("sku", "артикул"), ("unit price", "цена штуки"), ("delivery", "доставка"), ("order line", "строка заказа")),
    ("spend in last 12 months", "сумма покупок за последние 12 месяцев"),
    ("list price without tax", "цена по прайсу без налога"),
)
