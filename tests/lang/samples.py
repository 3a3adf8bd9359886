"""One sample for every phrase that opens a line, and more for what can stand inside, in English and in Russian.

Both columns are typed by hand and say the same. The block is the role of its header.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from tests.lang.choosing_samples import CHOOSING
from tests.lang.rule_samples import RULES


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
    "H_PARTNER": ('partner dm "dm"', 'партнёр dm "dm"'),
    "H_TIERS": ('tiers status "Status"', 'уровни status "Status"'),
    "H_MEMBERSHIP": ('membership club "Club"', 'подписка club "Club"'),
    "H_REFERRAL": ('referral bring_friend "Bring a friend"', 'приглашение bring_friend "Bring a friend"'),
    "H_DRAW": ('draw autumn "Autumn draw"', 'розыгрыш autumn "Autumn draw"'),
    "H_CONTEST": ('contest month "Of the month"', 'соревнование month "Of the month"'),
    "H_EARN": ('earn base "Base points"', 'начисление base "Base points"'),
    "H_BOOST": ('boost weekend "Weekend"', 'усиление weekend "Weekend"'),
    "H_OFFER": ('offer spring "Spring"', 'предложение spring "Spring"'),
    "H_REDEEM": ('redeem pay "Pay with points"', 'списание pay "Pay with points"'),
    "H_REWARD": ('reward voucher "Voucher"', 'награда voucher "Voucher"'),
    "H_PERK": ('perk lounge "Lounge"', 'привилегия lounge "Lounge"'),
    "H_CONVERSION": ('conversion voucher "Vouchers"', 'обмен voucher "Vouchers"'),
    "H_CHALLENGE": ('challenge card "Stamp card"', 'задание card "Stamp card"'),
    "H_GROUP": ('group both "Both"', 'группа both "Both"'),
    "H_NEVER": ('never no_tobacco "Tobacco"', 'запрет no_tobacco "Tobacco"'),
    "H_BUDGET": ('budget campaign "Campaign"', 'бюджет campaign "Campaign"'),
    "H_EXPERIMENT": ('experiment rate_test "Rates"', 'эксперимент rate_test "Rates"'),
    "H_CHANGE": ('change hundredth "100 = 1"', 'изменение hundredth "100 = 1"'),
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
            ("discounts round half up per line", "скидки округлять половину вверх на строку"),
            ("taxes round half even per order", "налоги округлять половину к чётному на заказ"),
            ("smallest coin 5 RUB", "наименьшая монета 5 RUB"),
            ("tax comes on top of prices", "налог начисляется сверх цен"),
            ("returns replay within 60 days", "возвраты пересчитываются в течение 60 дней"),
            ("returns in proportion within 2 months", "возвраты пропорционально в течение 2 месяцев"),
            ("returns keep prices", "при возврате цены сохраняются"),
            ("returns refused", "возвраты не принимаются"),
            ("refund tenders in proportion", "возвращать средства пропорционально"),
            ("refund points first", "возвращать сначала баллы"),
            ("refund money first", "возвращать сначала деньги"),
            ("used vouchers stand", "использованные ваучеры остаются"),
            ("used vouchers are owed", "использованные ваучеры возмещаются"),
            ("late events refused", "опоздавшие события отклоняются"),
            ("late events accepted for 14 days", "опоздавшие события принимаются в течение 14 дней"),
            ("earning through 2026-06-30", "начислять по дату 2026-06-30"),
            ("redeeming through 2026-12-31", "списывать по дату 2026-12-31"),
            ('clock booked "Booked on"', 'часы booked "Booked on"'),
            ("languages en, ru", "языки en, ru"),
            ("orders judged by clock booked", "заказы судятся по часам booked"),
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
            ("transfer at most 500 bonus in calendar month", "передача максимум 500 bonus за календарный месяц"),
            ("overdraft at most 100 bonus", "минус максимум 100 bonus"),
            ("kept by airline", "ведёт партнёр airline"),
            ("funded by dm 60%", "оплачивает dm 60%"),
            ("rest funded by programme", "остаток оплачивает программа"),
            ("was old_name", "прежнее имя old_name"),
            ("counted in RUB", "измеряются в RUB"),
            ("decimals 2", "знаков после точки 2"),
            ("carry remainder", "переносить дробный остаток"),
            ("rules add up", "правила складываются"),
            ("keep calendar months apart", "не смешивать календарные месяцы"),
            ("hold at most 15 000 bonus", "хранить максимум 15 000 bonus"),
            ("after a return take only what is left", "после возврата забрать только остаток"),
            ("after a return may go negative", "после возврата допускать минус"),
            ("worth 1 RUB per 1 bonus", "ценность 1 RUB за 1 bonus"),
            ("round down per order", "округлять вниз на заказ"),
            ("round up per line", "округлять вверх на строку"),
            ("round half up per item", "округлять половину вверх на штуку"),
            ("round half even per order", "округлять половину к чётному на заказ"),
            ("round down per order together", "округлять вниз на заказ вместе"),
            ("round half up in calendar day", "округлять половину вверх за календарный день"),
            ("round down per posting period", "округлять вниз на период зачисления"),
            ("posts at end of calendar month", "зачислять в конце календарного месяца"),
            ("usable at once", "доступны сразу"),
            ("usable after confirmation", "доступны после подтверждения"),
            ("usable after 14 days", "доступны через 14 дней"),
            ("usable after 3 days since event review_left", "доступны через 3 дня с события review_left"),
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
            ("supplied by host", "передаёт система"),
            ("otherwise 1%", "во всех других случаях 1%"),
            ("otherwise 1.5", "во всех других случаях 1.5"),
            ("value points is number", "значение points это число"),
        ),
        "H_PARTNER": (
            ('merchant "dm-01", "dm-02"', 'продавец "dm-01", "dm-02"'),
            ("pays 0.01 EUR per 1 pts", "платит 0.01 EUR за 1 pts"),
            ("settles at end of calendar month", "сверка в конце календарного месяца"),
            ("prepaid 100 000 pts", "предоплачено 100 000 pts"),
            ('title ru "dm"', 'название ru "dm"'),
            ("was old_name", "прежнее имя old_name"),
        ),
        "H_REFERRAL": (
            ("give inviter 300 bonus", "дать пригласившему 300 bonus"),
            ("give friend 100 bonus", "дать другу 100 bonus"),
            ("give inviter [rates] bonus", "дать пригласившему [rates] bonus"),
            ("refuse same household", "отказать если совпадает household"),
            ("limit 1 per friend", "число раз 1 на друга"),
            ("limit 10 per inviter in calendar year", "число раз 10 на пригласившего за календарный год"),
            ("cap 500 bonus per inviter in calendar month", "потолок 500 bonus на пригласившего за календарный месяц"),
            ("after a return take back", "после возврата отобрать"),
            ("after a return keep", "после возврата сохранить"),
            ("after event review_left", "после события review_left"),
            ("after joining", "после вступления"),
            ("for was invited", "для приглашён другом"),
            ("funded by dm 60%", "оплачивает dm 60%"),
            ("rest funded by programme", "остаток оплачивает программа"),
            ("when order number is 1", "когда номер заказа это 1"),
        ),
        "H_DRAW": (
            ("draws at 2026-11-30 18:00", "розыгрыш в момент 2026-11-30 18:00"),
            ("draws at once", "мгновенный розыгрыш"),
            ("season in calendar month", "сезон за календарный месяц"),
            ("prize 1 car winners 1", "приз 1 car победителей 1"),
            ("prize 1 coffee chance 5 out of 100", "приз 1 coffee шанс 5 из числа 100"),
            ("no prize chance 95 out of 100", "без приза шанс 95 из числа 100"),
            ("one prize per member", "один приз участнику"),
            ('commitment "sha256:4104d36f"', 'обязательство "sha256:4104d36f"'),
            ("for status is gold", "для status это gold"),
            ("from 2026-09-01 through 2026-11-30", "с даты 2026-09-01 по дату включительно 2026-11-30"),
            ("funded by dm 50%", "оплачивает dm 50%"),
            ('message given en "You won {amount}"', 'сообщение при выдаче en "You won {amount}"'),
            ('title ru "Осенний розыгрыш"', 'название ru "Осенний розыгрыш"'),
            ("was old_name", "прежнее имя old_name"),
        ),
        "H_CONTEST": (
            (
                "ranks total of km in calendar month highest first",
                "место по итог km за календарный месяц сначала наибольшие",
            ),
            ("ranks orders while in force lowest first", "место по заказов за время действия сначала наименьшие"),
            ("season in calendar week", "сезон за календарную неделю"),
            ("prize 1 000 bonus place 1", "приз 1 000 bonus место 1"),
            ("prize 100 bonus place between 2 and 10", "приз 100 bonus место в пределах от 2 и 10"),
            ("ties share prizes", "равные делят призы"),
            ("ties earlier first", "из равных раньше успевший"),
            ("ties all win", "все равные получают"),
            ("after opting in", "после активации"),
            ("after opting in for whole period", "активация действует на весь период"),
            ("for status is gold", "для status это gold"),
            ('title ru "Лучшие за месяц"', 'название ru "Лучшие за месяц"'),
            ("was old_name", "прежнее имя old_name"),
        ),
        "H_MEMBERSHIP": (
            ("costs 130 USD every 12 months", "стоит 130 USD каждые 12 месяцев"),
            ("costs 10 GBP every 1 month", "стоит 10 GBP каждый 1 месяц"),
            ("costs 7 EUR every 1 week", "стоит 7 EUR каждую 1 неделю"),
            ("trial 14 days", "пробный период 14 дней"),
            ("grace 5 days", "отсрочка 5 дней"),
            ("leaving refunds nothing", "при уходе без возврата платы"),
            ("leaving refunds unused time", "при уходе вернуть неиспользованное время"),
            ("leaving refunds fee less two_percent", "при уходе вернуть плату минус two_percent"),
            ("for member of gym or status is gold", "для подписан на gym либо status это gold"),
            ("from 2026-01-01 through 2026-12-31", "с даты 2026-01-01 по дату включительно 2026-12-31"),
            ('title ru "Клуб"', 'название ru "Клуб"'),
            ('message given en "Until {until}"', 'сообщение при выдаче en "Until {until}"'),
            ("was old_name", "прежнее имя old_name"),
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
        **RULES,
        "H_EXAMPLE": (
            ("given status is gold", "дано status это gold"),
            ('presents code "SPRING"', 'предъявляет код "SPRING"'),
            ("given in segment staff", "дано в сегменте staff"),
            ("given joining date is 2020-05-01", "дано дата вступления это 2020-05-01"),
            ('at 2026-03-07 11:00 places order "p-1"', 'момент 2026-03-07 11:00 оформляет заказ "p-1"'),
            ('at 2026-03-08 returns "p-1"', 'момент 2026-03-08 возвращает "p-1"'),
            ('at 2026-03-08 cancels "p-1"', 'момент 2026-03-08 отменяет "p-1"'),
            ('at 2026-03-08 confirms "p-1"', 'момент 2026-03-08 подтверждает "p-1"'),
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
                "at 2026-03-08 12:00 gives another member 600 bonus",
                "момент 2026-03-08 12:00 передаёт другому участнику 600 bonus",
            ),
            (
                "at 2026-03-08 12:00 asks to buy 2 mug paid from stars",
                "момент 2026-03-08 12:00 просит купить 2 mug за счёт stars",
            ),
            (
                "at 2026-03-08 12:00 asks to convert all by flight",
                "момент 2026-03-08 12:00 просит обменять всё по правилу flight",
            ),
            (
                'at 2026-03-08 12:00 asks to reserve 300 bonus by pay under number "r-1"',
                'момент 2026-03-08 12:00 просит отложить 300 bonus по правилу pay под номером "r-1"',
            ),
            (
                'at 2026-03-08 asks to reserve all by pay under number "r-1" until 2026-03-09 12:00',
                'момент 2026-03-08 просит отложить всё по правилу pay под номером "r-1" до момента 2026-03-09 12:00',
            ),
            ('at 2026-03-08 captures reservation "r-1"', 'момент 2026-03-08 списывает резерв "r-1"'),
            (
                'at 2026-03-08 captures only 100 bonus of reservation "r-1"',
                'момент 2026-03-08 списывает только 100 bonus из резерва "r-1"',
            ),
            ('at 2026-03-08 releases reservation "r-1"', 'момент 2026-03-08 снимает резерв "r-1"'),
            ("at 2026-03-07 12:00 nothing happens", "момент 2026-03-07 12:00 ничего не происходит"),
            ("at 2026-03-07 opts in to base", "момент 2026-03-07 активирует base"),
            ("given opted in to base", "дано участвует в base"),
            ('at 2026-03-07 invites friend "anna"', 'момент 2026-03-07 приглашает друга "anna"'),
            ('at 2026-03-08 the friend "anna" joins', 'момент 2026-03-08 приглашённый друг "anna" вступает'),
            ("should give inviter 300 bonus by bring", "должно дать пригласившему 300 bonus по правилу bring"),
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
                    ("not yet", "пока не набрано"),
                    ("outside dates", "вне срока действия"),
                    ("not for this member", "не для этого участника"),
                    ("code missing", "код не предъявлен"),
                    ("not opted in", "не активировано"),
                    ("tender not known", "средство оплаты неизвестно"),
                    ("purse full", "кошелёк заполнен"),
                    ("waiting for an event", "ожидает события"),
                    ("accrued", "накоплено"),
                    ("budget empty", "бюджет исчерпан"),
                    ("left to choose", "ожидает выбора"),
                )
            ),
            ("afterwards balance of bonus is 75 bonus", "после этого остаток bonus это 75 bonus"),
            ("asks to redeem 300 bonus by pay", "просит списать 300 bonus по правилу pay"),
            ("asks to redeem all by pay", "просит списать всё по правилу pay"),
            ("asks to use mug", "просит применить mug"),
            ("asks to use 2 mug paid from stars", "просит применить 2 mug за счёт stars"),
            ("asks to use 20 RUB by card", "просит применить 20 RUB по правилу card"),
            ("should leave to pay 70 RUB", "должно остаться к оплате 70 RUB"),
            ("should refund 35 USD", "должно вернуть 35 USD"),
            ("at 2026-03-08 subscribes to club", "момент 2026-03-08 подписывается на club"),
            ("at 2026-03-08 renews membership club", "момент 2026-03-08 продлевает подписку club"),
            ("at 2026-03-08 uses perk lounge", "момент 2026-03-08 пользуется привилегией lounge"),
            ("at 2026-12-01 wins in autumn place 1", "момент 2026-12-01 выигрывает в autumn место 1"),
            ("given held out by rate_test", "дано в контрольной группе эксперимента rate_test"),
            (
                "should give nothing by base because in control group",
                "должно ничего не дать по правилу base потому что в контрольной группе",
            ),
            ("at 2026-03-08 pauses membership club", "момент 2026-03-08 приостанавливает подписку club"),
            ("at 2026-03-08 resumes membership club", "момент 2026-03-08 возобновляет подписку club"),
            ("at 2026-03-08 leaves membership club", "момент 2026-03-08 отказывается от подписки club"),
            ("should discount 10 RUB by spring", "должна быть скидка 10 RUB по правилу spring"),
            ('should add gift 2 "mug" by spring', 'должен быть подарок 2 "mug" по правилу spring'),
            (
                'should discount 3.34 RUB on line "1" by spring',
                'должна быть скидка 3.34 RUB в строке "1" по правилу spring',
            ),
            (
                "afterwards discount given by spring in calendar month is 10 RUB",
                "после этого полученная скидка по правилу spring за календарный месяц это 10 RUB",
            ),
            ("should be refused", "должно быть отклонено"),
        ),
    }.items()
    for english, russian in lines
) + tuple(Sample(*one) for one in CHOOSING)

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
