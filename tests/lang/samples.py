"""One sample for every phrase that opens a line, and more for what can stand inside, in English and in Russian.

Both columns are typed by hand and say the same. The block is the role of its header.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Sample(NamedTuple):
    block: str
    english: str
    russian: str


#: Header lines by role.
HEADERS: Final = {
    "H_PROGRAMME": ('programme "Club"', 'программа "Club"'),
    "H_FACTS": ("facts", "факты"),
    "H_EVENT": ('event review_left "Review"', 'событие review_left "Review"'),
    "H_PURSE": ('purse bonus "Points"', 'кошелёк bonus "Points"'),
    "H_PRODUCTS": ('products Coffee "Coffee"', 'товары Coffee "Coffee"'),
    "H_SEGMENT": ('segment vip "VIP"', 'сегмент vip "VIP"'),
    "H_TABLE": ('table rates "Rates"', 'таблица rates "Rates"'),
    "H_TIERS": ('tiers status "Status"', 'уровни status "Status"'),
    "H_EARN": ('earn base "Base points"', 'начисление base "Base points"'),
    "H_BOOST": ('boost weekend "Weekend"', 'усиление weekend "Weekend"'),
    "H_REDEEM": ('redeem pay "Pay with points"', 'списание pay "Pay with points"'),
    "H_REWARD": ('reward voucher "Voucher"', 'награда voucher "Voucher"'),
    "H_CONVERSION": ('conversion voucher "Vouchers"', 'обмен voucher "Vouchers"'),
    "H_GROUP": ('group both "Both"', 'группа both "Both"'),
    "H_NEVER": ('never no_tobacco "Tobacco"', 'запрет no_tobacco "Tobacco"'),
    "H_PROMISE": ('promise half "At most half"', 'обещание half "At most half"'),
    "H_EXAMPLE": ('example "A latte"', 'пример "A latte"'),
}

SAMPLES: Final = tuple(
    Sample(block, english, russian)
    for block, lines in {
        "H_PROGRAMME": (
            ("currency RUB", "валюта RUB"),
            ("time zone Europe/Moscow", "часовой пояс Europe/Moscow"),
            ("time zone UTC", "часовой пояс UTC"),
            ("week starts monday", "первый день недели понедельник"),
            ("day starts 04:00", "сутки начинаются 04:00"),
            ("programme year starts 1 march", "год программы начинается 1 марта"),
            ("programme year starts last day of february", "год программы начинается последний день февраля"),
            ("prices include tax", "цены включают налог"),
            ("tax comes on top of prices", "налог начисляется сверх цен"),
            ("returns replay within 60 days", "возвраты пересчитываются в течение 60 дней"),
            ("returns in proportion within 2 months", "возвраты пропорционально в течение 2 месяцев"),
            ("returns keep prices", "при возврате цены сохраняются"),
            ("returns refused", "возвраты не принимаются"),
            ("late events refused", "опоздавшие события отклоняются"),
            ("basis money paid", "основа уплаченные деньги"),
            ("basis list price without tax", "основа цена по прайсу без налога"),
            ("basis price after discounts", "основа цена после скидок"),
            (
                'basis money paid by tender "card", "cash" without tax',
                'основа уплаченные деньги средством оплаты "card", "cash" без налога',
            ),
            (
                "from 2026-03-01 10:00 until 2026-03-31 22:30",
                "с даты 2026-03-01 10:00 до момента 2026-03-31 22:30",
            ),
            ("through 2026-03-31", "по дату включительно 2026-03-31"),
            ("until 2026-04-01", "до момента 2026-04-01"),
            ('allow L150 "wanted"', 'допустить L150 "wanted"'),
        ),
        "H_FACTS": (
            ("line fact department is text optional", "факт строки department это текст необязательно"),
            ('order fact gift is one of "yes", "no"', 'факт заказа gift это одно из "yes", "no"'),
            (
                "member fact birthday is yearly date leap day on 28 february",
                "факт участника birthday это ежегодная дата високосный день 28 февраля",
            ),
            (
                "member fact name_day is yearly date leap day on 1 march",
                "факт участника name_day это ежегодная дата високосный день 1 марта",
            ),
            ("order fact own_cup is yes or no else no", "факт заказа own_cup это да или нет иначе нет"),
            ("line fact litres is number else 0", "факт строки litres это число иначе 0"),
            ("line fact margin is percent", "факт строки margin это процент"),
            ("line fact deposit is money", "факт строки deposit это деньги"),
            ("member fact since is date", "факт участника since это дата"),
            ("order fact booked is instant optional", "факт заказа booked это точное время необязательно"),
        ),
        "H_EVENT": (
            ("fact stars is number", "факт stars это число"),
            ("about an order", "относится к заказу"),
            ("was feedback", "прежнее имя feedback"),
        ),
        "H_PURSE": (
            ("was old_name", "прежнее имя old_name"),
            ("counted in RUB", "измеряются в RUB"),
            ("decimals 2", "знаков после точки 2"),
            ("carry remainder", "переносить дробный остаток"),
            ("rules add up", "правила складываются"),
            ("hold at most 15 000 bonus", "хранить максимум 15 000 bonus"),
            ("after a return take only what is left", "после возврата забрать только остаток"),
            ("after a return may go negative", "после возврата допускать минус"),
            ("worth 1 RUB per 1 bonus", "ценность 1 RUB за 1 bonus"),
            ("round down per order", "округлять вниз на заказ"),
            ("round up per line", "округлять вверх на строку"),
            ("round half up per item", "округлять половину вверх на штуку"),
            ("round half even per order", "округлять половину к чётному на заказ"),
            ("usable at once", "доступны сразу"),
            ("usable after 14 days", "доступны через 14 дней"),
            ("usable after 3 days since event review_left", "доступны через 3 дня с события review_left"),
            ("usable after 1 week", "доступны через 1 неделю"),
            (
                "usable from start of next calendar month",
                "доступны с начала следующего календарного месяца",
            ),
            (
                "usable from start of next calendar month plus 2 weeks",
                "доступны с начала следующего календарного месяца плюс 2 недели",
            ),
            ("usable on day 1 march", "доступны в день 1 марта"),
            ("expire never", "не сгорают"),
            ("expire after 12 months", "сгорают через 12 месяцев"),
            (
                "expire after 1 year at end of calendar quarter",
                "сгорают через 1 год в конце календарного квартала",
            ),
            ("expire after 36 months on day 30 september", "сгорают через 36 месяцев в день 30 сентября"),
            (
                "expire when the same day begins 12 months later",
                "сгорают с наступлением того же дня 12 месяцев спустя",
            ),
            ("expire at end of programme year", "сгорают в конце года программы"),
            ("expire on day last day of february", "сгорают в день последний день февраля"),
            ("expire after 1 month without activity", "сгорают через 1 месяц бездействия"),
            ("activity orders with (spend at least 5 RUB)", "активность заказов где (сумма покупок минимум 5 RUB)"),
            ("activity times review_left", "активность раз review_left"),
            (
                "expiry waits while in segment vip or orders in last 30 days at least 1",
                "сгорание ждёт пока в сегменте vip либо заказов за последние 30 дней минимум 1",
            ),
            ("life counts from earning", "срок отсчитывается от начисления"),
            ("life counts from usable", "срок отсчитывается от доступности"),
            ("expire through 2027-01-31", "сгорают по дату включительно 2027-01-31"),
            ("take oldest first", "списывать сначала старые"),
            ("take soonest to expire first", "списывать сначала истекающие"),
            ("take newest first", "списывать сначала новые"),
        ),
        "H_PRODUCTS": (
            ("was old_name", "прежнее имя old_name"),
            ('where category is one of "coffee", "tea"', 'условие категория это одно из "coffee", "tea"'),
            (
                'where on sale or unit price over 100 RUB or product tag is "new"',
                'условие уже уценён либо цена штуки свыше 100 RUB либо метка товара это "new"',
            ),
            (
                'where sku is "s-1" and quantity under 5 and brand is not "acme"',
                'условие артикул это "s-1" и количество менее 5 и марка это не "acme"',
            ),
            ("include Coffee, Tea", "включить Coffee, Tea"),
            ("except Tobacco", "кроме товаров Tobacco"),
        ),
        "H_SEGMENT": (
            ("was old_name", "прежнее имя old_name"),
            (
                "when spend in last 90 days at least 1 000 RUB",
                "когда сумма покупок за последние 90 дней минимум 1 000 RUB",
            ),
            ("supplied by host", "передаёт система"),
        ),
        "H_TABLE": (
            ("was old_name", "прежнее имя old_name"),
            ("value rate is percent", "значение rate это процент"),
            ("value points is number", "значение points это число"),
        ),
        "H_TIERS": (
            ("was old_name", "прежнее имя old_name"),
            ("level green", "уровень green"),
            (
                "level silver when spend on Coffee since joining at least 100 RUB",
                "уровень silver когда сумма покупок по товарам Coffee с вступления минимум 100 RUB",
            ),
            (
                "level gold above silver when orders in calendar year over 21 orders",
                "уровень gold следует за silver когда заказов за календарный год свыше 21 заказов",
            ),
            ("upgrade from next order", "повышение со следующего заказа"),
            ("upgrade from this order", "повышение с этого заказа"),
            ("upgrade for the part above", "повышение на часть сверх порога"),
            (
                "upgrade from start of next calendar week",
                "повышение с начала следующей календарной недели",
            ),
            ("review at end of calendar day", "пересмотр в конце календарного дня"),
            ("review at end of calendar year plus 2 months", "пересмотр в конце календарного года плюс 2 месяца"),
            ("review at end of calendar month less 1 week", "пересмотр в конце календарного месяца минус 1 неделя"),
            ("review on day 31 march", "пересмотр в день 31 марта"),
            ("review on day last day of february", "пересмотр в день последний день февраля"),
            ("review after 1 week", "пересмотр через 1 неделю"),
            (
                "review after 12 months from start of next calendar month",
                "пересмотр через 12 месяцев с начала следующего календарного месяца",
            ),
            (
                "keep silver when orders in calendar year at least 2 orders",
                "удержать silver когда заказов за календарный год минимум 2 заказа",
            ),
            (
                "return to silver when orders in calendar year at least 1 order",
                "вернуться на silver когда заказов за календарный год минимум 1 заказ",
            ),
            ("reaching gold takes 180 bonus", "достижение gold списывает 180 bonus"),
            ("keeping gold takes 5 000 RUB", "сохранение gold списывает 5 000 RUB"),
            ("carry over at most 300 bonus", "перенос максимум 300 bonus"),
            ("hold at least 1 week", "держать минимум 1 неделю"),
            ("grace 1 week", "отсрочка 1 неделя"),
            (
                "upgrade from start of next calendar month plus 4 days",
                "повышение с начала следующего календарного месяца плюс 4 дня",
            ),
            ("for adult is yes", "для adult это да"),
            ("from 2026-06-01 through 2026-08-31", "с даты 2026-06-01 по дату включительно 2026-08-31"),
            ('title ru "Статус"', 'название ru "Статус"'),
            ("review every order", "пересмотр каждый заказ"),
            ("review never", "без пересмотра"),
            ("downgrade one level", "понижение на один уровень"),
            ("downgrade to earned level", "понижение до заслуженного уровня"),
            ("after a return keep", "после возврата сохранить"),
            ("after a return recheck", "после возврата проверить"),
            ("after a return wait for review", "после возврата ждать пересмотра"),
        ),
        "H_EARN": (
            ("time zone Asia/Vladivostok", "часовой пояс Asia/Vladivostok"),
            ("after reaching gold in ladder status", "после достижения gold в лестнице status"),
            ("give level gold in ladder status", "присвоить уровень gold в лестнице status"),
            (
                "give level gold in ladder status lasting 1 week",
                "присвоить уровень gold в лестнице status длится 1 неделю",
            ),
            (
                "give level gold in ladder status lasting through 2026-12-31",
                "присвоить уровень gold в лестнице status длится по дату включительно 2026-12-31",
            ),
            (
                "give level gold in ladder status lasting at end of calendar year",
                "присвоить уровень gold в лестнице status длится в конце календарного года",
            ),
            ("was old_name", "прежнее имя old_name"),
            ("give 1 bonus per 10 RUB", "дать 1 bonus за 10 RUB"),
            ("give 5% to cash", "дать 5% на cash"),
            ("give 300 bonus", "дать 300 bonus"),
            (
                "give 1 bonus per full 3 items of items on Coffee since joining",
                "дать 1 bonus за полные 3 штуки от величины штук по товарам Coffee с вступления",
            ),
            ("give 1 bonus per started 1 item", "дать 1 bonus за начатые 1 штуку"),
            (
                "give [rates] bonus per 1 USD whole amount",
                "дать [rates] bonus за 1 USD вся сумма по одной ставке",
            ),
            ("give [rates] to cash each part", "дать [rates] на cash каждая часть по своей ставке"),
            ("prolong bonus 1 year", "продлить bonus 1 год"),
            ("minimum 5 bonus", "не меньше чем 5 bonus"),
            ("after event review_left", "после события review_left"),
            ("after joining", "после вступления"),
            ("for status at least silver", "для status минимум silver"),
            ("on any product", "по товарам всем"),
            ("on Coffee, delivery", "по товарам Coffee, доставка"),
            ("except Tobacco", "кроме товаров Tobacco"),
            ("basis spend in calendar month", "основа сумма покупок за календарный месяц"),
            ("skip first 200 ILS per order", "не считать первые 200 ILS на заказ"),
            (
                "only first 3 items cheapest first per member in calendar week",
                "считать только первые 3 штуки сначала дешёвые на участника за календарную неделю",
            ),
            ("only first 1 item dearest first", "считать только первые 1 штуку сначала дорогие"),
            ("only first 2 items in line order per line", "считать только первые 2 штуки по порядку строк на строку"),
            (
                "cap 200 bonus per member in calendar month before boosts",
                "потолок 200 bonus на участника за календарный месяц до усилений",
            ),
            ("cap 5 bonus per item", "потолок 5 bonus на штуку"),
            ("limit 1 per member while in force", "число раз 1 на участника за время действия"),
            ('title ru "Баллы"', 'название ru "Баллы"'),
            ('message given en "You got {amount}"', 'сообщение при выдаче en "You got {amount}"'),
            ('message missed en "{distance} to go"', 'сообщение при отказе en "{distance} to go"'),
            (
                "when weekday is one of saturday, sunday",
                "когда день недели это одно из суббота, воскресенье",
            ),
            (
                'when order channel is "app" and (order store is "s1" or clock time between 09:00 and 12:00)',
                'когда канал заказа это "app" и (магазин заказа это "s1" либо время суток в пределах от 09:00 и 12:00)',
            ),
            ("when birthday falls in calendar month", "когда birthday случается за календарный месяц"),
            (
                "when not (orders with (spend at least 300 RUB) in last 1 month at least 3)",
                "когда не верно (заказов где (сумма покупок минимум 300 RUB) за последний 1 месяц минимум 3)",
            ),
            (
                "when any 2 among (in segment vip or applied welcome or has birthday)",
                "когда любые 2 из (в сегменте vip либо сработало правило welcome либо известно birthday)",
            ),
            (
                "when date between 3 days before birthday and 3 days after birthday",
                "когда дата в пределах от 3 дня до даты birthday и 3 дня после даты birthday",
            ),
            (
                "when previous order date is 2026-01-31 or date is first order date",
                "когда дата прошлого заказа это 2026-01-31 либо дата это дата первого заказа",
            ),
            ("when joining date falls in last 1 week", "когда дата вступления случается за последнюю 1 неделю"),
            (
                "when active days in previous calendar month at least 5 and order number at most 3",
                "когда активные дни за предыдущий календарный месяц минимум 5 и номер заказа максимум 3",
            ),
            (
                "when active calendar weeks on Coffee in last 3 months at least 5",
                "когда активные календарные недели по товарам Coffee за последние 3 месяца минимум 5",
            ),
            (
                'when active calendar months with (order channel is "app") since the beginning over 5',
                'когда активные календарные месяцы где (канал заказа это "app") за всё время свыше 5',
            ),
            (
                "when spend in year of status at least 5 000 RUB",
                "когда сумма покупок за год status минимум 5 000 RUB",
            ),
            (
                "when orders since last change of status before this order is 1",
                "когда заказов с последней смены status до этого заказа это 1",
            ),
            (
                "when event time at most 2 hours after gate or gate is 2026-03-07 09:30",
                "когда момент события максимум 2 часа после даты gate либо gate это 2026-03-07 09:30",
            ),
            (
                "when date at least 3 days before event time",
                "когда дата минимум 3 дня до даты момент события",
            ),
            ("when days in a row before this order at least 6", "когда дни подряд до этого заказа минимум 6"),
            (
                "when calendar weeks in a row with (orders with (spend at least 300 RUB) at least 1) at least 3",
                "когда календарные недели подряд где (заказов где (сумма покупок минимум 300 RUB) минимум 1) минимум 3",
            ),
            (
                "when calendar months in a row with (active days at least 2 and items on Coffee over 9) is 3",
                "когда календарные месяцы подряд где (активные дни минимум 2 и штук по товарам Coffee свыше 9) это 3",
            ),
            (
                "when earned bonus by base, extra in calendar year before this order under 100 bonus",
                "когда начислено bonus по правилу base, extra за календарный год до этого заказа менее 100 bonus",
            ),
            ("when balance of bonus over 100 bonus", "когда остаток bonus свыше 100 bonus"),
            (
                "when total of litres in programme year at least 50 litres",
                "когда итог litres за год программы минимум 50 litres",
            ),
            (
                "when times review_left since the beginning at most 2 times",
                "когда раз review_left за всё время максимум 2 раза",
            ),
            (
                "when spend in this order at least 30% of spend in year since joining",
                "когда сумма покупок в этом заказе минимум 30% от величины сумма покупок за год от вступления",
            ),
            (
                'when month of year is may and order tender is "card" and order merchant is "m-1"',
                'когда месяц года это май и средство оплаты заказа это "card" и продавец заказа это "m-1"',
            ),
            ("when status is no level", "когда status это без уровня"),
        ),
        "H_BOOST": (
            ("time zone Asia/Tokyo", "часовой пояс Asia/Tokyo"),
            ("was old_name", "прежнее имя old_name"),
            ("changes base, extra", "меняет base, extra"),
            ("multiply by 2", "умножить на 2"),
            ("multiply by [factors]", "умножить на [factors]"),
            ("increase by 2% to cash", "увеличить на 2% на cash"),
            ("replace with 3 bonus per 1 USD", "заменить на 3 bonus за 1 USD"),
            ("after rounding", "после округления"),
        ),
        "H_REDEEM": (
            ("was old_name", "прежнее имя old_name"),
            ("uses bonus", "расходует bonus"),
            ("pays 1 RUB per 10 bonus", "платит 1 RUB за 10 bonus"),
            ("pays 10 USD per full 500 pts", "платит 10 USD за полные 500 pts"),
            (
                "pay at most 30% of price after discounts without tax",
                "оплатить максимум 30% от величины цена после скидок без налога",
            ),
            ("pay at most 500 RUB", "оплатить максимум 500 RUB"),
            ("leave at least 1 RUB", "оставить минимум 1 RUB"),
            ("minimum 500 bonus", "не меньше чем 500 bonus"),
            ("in steps of 100 bonus", "шагами по 100 bonus"),
            ("too much is lowered", "лишнее уменьшается"),
            ("too much is refused", "лишнее отклоняется"),
        ),
        "H_REWARD": (
            ("was old_name", "прежнее имя old_name"),
            ("handed over by host", "выдаёт система"),
            ("hold at most 1 voucher", "хранить максимум 1 voucher"),
            ("usable after 1 day", "доступны через 1 день"),
            ("expire after 30 days", "сгорают через 30 дней"),
        ),
        "H_CONVERSION": (
            ("was old_name", "прежнее имя old_name"),
            ("at end of calendar day", "в конце календарного дня"),
            ("at end of calendar week plus 2 days", "в конце календарной недели плюс 2 дня"),
            ("at end of calendar month less 1 day", "в конце календарного месяца минус 1 день"),
            ("at end of calendar quarter less 2 months", "в конце календарного квартала минус 2 месяца"),
            ("at end of calendar year", "в конце календарного года"),
            ("at end of programme year", "в конце года программы"),
            ("at start of calendar day", "в начале календарного дня"),
            ("at start of calendar week", "в начале календарной недели"),
            ("at start of calendar month plus 1 week", "в начале календарного месяца плюс 1 неделя"),
            ("at start of calendar quarter", "в начале календарного квартала"),
            ("at start of calendar year", "в начале календарного года"),
            ("at start of programme year", "в начале года программы"),
            ("on request", "по запросу"),
            ("at once", "сразу"),
            ("uses 500 bonus", "расходует 500 bonus"),
            ("uses all of bonus", "расходует всё из bonus"),
            ("minimum 100 bonus", "не меньше чем 100 bonus"),
            ("give 1 miles per full 3 bonus", "дать 1 miles за полные 3 bonus"),
            ("for status is gold", "для status это gold"),
        ),
        "H_GROUP": (
            ("was old_name", "прежнее имя old_name"),
            ("rule base", "правило base"),
            ("add up", "складывать"),
            ("multiply", "перемножать"),
            ("choose largest for member", "выбрать наибольшее для участника"),
            ("choose smallest for member", "выбрать наименьшее для участника"),
            ("choose first listed", "выбрать первое в списке"),
            ("one after another", "одно за другим"),
            ("decide per line", "решать по строке"),
            ("decide per order", "решать по заказу"),
        ),
        "H_NEVER": (
            ("was old_name", "прежнее имя old_name"),
            ("blocks earning", "запрещает начисление"),
            ("blocks redeeming", "запрещает списание"),
            ("blocks tier counting", "запрещает учёт уровня"),
            ("blocks everything", "запрещает всё"),
        ),
        "H_PROMISE": (
            (
                "always value given in this order at most 50% of money paid",
                "всегда ценность выданного в этом заказе максимум 50% от величины уплаченные деньги",
            ),
            (
                "always earned bonus by base in this order under 100 bonus",
                "всегда начислено bonus по правилу base в этом заказе менее 100 bonus",
            ),
            ("for status is gold", "для status это gold"),
            ("when money paid at least 100 RUB", "когда уплаченные деньги минимум 100 RUB"),
            ('title ru "Половина"', 'название ru "Половина"'),
            ('allow L161 "tried"', 'допустить L161 "tried"'),
        ),
        "H_EXAMPLE": (
            ("given status is gold", "дано status это gold"),
            ("given joining date is 2020-05-01", "дано дата вступления это 2020-05-01"),
            ('at 2026-03-07 11:00 places order "p-1"', 'момент 2026-03-07 11:00 оформляет заказ "p-1"'),
            ('at 2026-03-08 returns "p-1"', 'момент 2026-03-08 возвращает "p-1"'),
            ('at 2026-03-08 cancels "p-1"', 'момент 2026-03-08 отменяет "p-1"'),
            ("at 2026-03-07 reports event review_left", "момент 2026-03-07 сообщает о событии review_left"),
            (
                'at 2026-03-07 reports event review_left about order "o-1"',
                'момент 2026-03-07 сообщает о событии review_left по заказу "o-1"',
            ),
            ("at 2026-03-07 12:00 joins", "момент 2026-03-07 12:00 вступает"),
            (
                "at 2026-03-08 12:00 asks to convert 600 bonus by flight",
                "момент 2026-03-08 12:00 просит обменять 600 bonus по правилу flight",
            ),
            (
                "at 2026-03-08 12:00 asks to convert all by flight",
                "момент 2026-03-08 12:00 просит обменять всё по правилу flight",
            ),
            ("at 2026-03-07 12:00 nothing happens", "момент 2026-03-07 12:00 ничего не происходит"),
            ('detail order channel is "app"', 'подробность канал заказа это "app"'),
            ("detail own_cup is yes", "подробность own_cup это да"),
            ('paid 8 USD by tender "card"', 'уплачено 8 USD средством оплаты "card"'),
            ("should give 50 bonus by base", "должно дать 50 bonus по правилу base"),
            ("should give nothing by base", "должно ничего не дать по правилу base"),
            *(
                (
                    f"should give nothing by base because {english}",
                    f"должно ничего не дать по правилу base потому что {russian}",
                )
                for english, russian in (
                    ("reduced by cap", "урезано потолком"),
                    ("zero after rounding", "ноль после округления"),
                    ("condition false", "условие ложно"),
                    ("no matching lines", "нет подходящих строк"),
                    ("excluded by never", "исключено запретом"),
                    ("lost in group", "проиграло в группе"),
                    ("cap used up", "потолок исчерпан"),
                    ("limit reached", "число раз исчерпано"),
                    ("outside dates", "вне срока действия"),
                    ("not for this member", "не для этого участника"),
                    ("tender not known", "средство оплаты неизвестно"),
                    ("purse full", "кошелёк заполнен"),
                    ("waiting for an event", "ожидает события"),
                )
            ),
            ("afterwards balance of bonus is 75 bonus", "после этого остаток bonus это 75 bonus"),
            ("asks to redeem 300 bonus by pay", "просит списать 300 bonus по правилу pay"),
            ("asks to redeem all by pay", "просит списать всё по правилу pay"),
            ("should leave to pay 70 RUB", "должно остаться к оплате 70 RUB"),
            ("should be refused", "должно быть отклонено"),
        ),
    }.items()
    for english, russian in lines
)

#: Cells of tables that are words of the language, and what they become in Russian.
CELLS: Final = (
    ("all", "все"),
    ("at least 5", "минимум 5"),
    ("over 50 USD and at most 100 USD", "свыше 50 USD и максимум 100 USD"),
    ("between 1 and 9", "в пределах от 1 и 9"),
    ("under 21 items", "менее 21 штук"),
    ("saturday", "суббота"),
    ("may", "май"),
    ("yes", "да"),
    ("no", "нет"),
    ("no level", "без уровня"),
    ("5 items", "5 штук"),
)

#: Heads of tables.
HEADS: Final = (
    ("sku", "артикул"),
    ("unit price", "цена штуки"),
    ("delivery", "доставка"),
    ("order line", "строка заказа"),
    ("spend in last 12 months", "сумма покупок за последние 12 месяцев"),
    ("list price without tax", "цена по прайсу без налога"),
)


def file_of(block: str, line: str, language: str = "en") -> str:
    """A file with one block that has one clause."""
    version, end = ("loyalty rules 1", "end") if language == "en" else ("правила лояльности 1", "конец")
    header = HEADERS[block][0 if language == "en" else 1]
    return f"{version}\n\n{header}\n  {line}\n{end}\n"


def whole_file(language: str = "en") -> str:
    """All samples in one file, a block a kind."""
    column = 0 if language == "en" else 1
    version, end = ("loyalty rules 1", "end") if language == "en" else ("правила лояльности 1", "конец")
    parts = [version]
    for block, header in HEADERS.items():
        lines = [f"  {sample[1 + column]}" for sample in SAMPLES if sample.block == block]
        parts.append("\n".join([header[column], *lines, end]))
    return "\n\n".join(parts) + "\n"
