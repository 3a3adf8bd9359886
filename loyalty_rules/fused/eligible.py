"""What of a programme leaves all of its orders to the ordinary path, whatever the function has forms for.

What a clause may say is listed here as it is known to the function: of a field that is not listed only nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from loyalty_rules.lang import checked as c
from loyalty_rules.lang import conditions as k
from loyalty_rules.lang.checked import Checked, Occurs
from loyalty_rules.lang.walking import parts_of
from loyalty_rules.source import Span

_RULE: Final = (
    "name title titles span audience occasion dates dates_span zone lines caps limits given missed codes opt_in funders"
)
#: The fields of each class that the function was made for.
_FIELDS: Final[Mapping[type[Any], str]] = {
    Checked: "language title currency exponent zone week_start day_start year_start basis tax_included returns dates "
    "earning redeeming facts events purses products segments tables ladders earns boosts groups nevers promises "
    "examples late_days judged_by conversions offers offer_groups prices redeems redeem_groups rewards titles changes "
    "memberships schedule budgets perks partners experiments referrals draws contests was currencies worths elsewhere",
    c.Purse: "name title decimals currency rounding carry rules_add_up hold_at_most worth usable expire span take "
    "may_go_negative from_usable activity waits transfer apart months_apart overdraft used_stands kept_by funders",
    c.Earn: f"{_RULE} trigger event base base_limits gives minimum rounding usable expire prolongs levels reaches "
    "timing goal choosing",
    c.Boost: f"{_RULE} changes effect after_rounding",
    c.Never: "name title lines audience occasion dates blocks span",
    c.Ladder: "name title base levels upgrade upgrade_period reviews downgrade_one after_return given span titles "
    "audience dates upgrade_plus hold grace counter carry",
    c.Level: "name condition span keep back reaching keeping",
    c.Goal: "condition again window restarts step keeps whole forgiving span former started",
    c.Give: "purse value step table parts span",
    c.Step: "how size items of",
    c.Cap: "key purse units scope window before_boosts span",
    c.Limit: "key times window span",
    c.Dates: "start end asked days",
    c.Reviews: "kind period length day",
    c.Usable: "days months hours next day event",
    c.Expiry: "days months end day through same_day idle at",
    c.RoundingRule: "mode place posts",
    c.ProductSet: "name title where include exclude choice",
    c.Segment: "name title when",
    c.Conversion: "name title titles span timing audience dates uses all_of minimum gives usable expire given caps "
    "limits funders",
    c.Timing: "occurs period days months fact day of span",
    c.Multiply: "by table",
    c.Increase: "gift",
    c.Group: "name title rules policy per_line boosts caps span",
    k.Measure: "key counter kind window before_this_order base of fact where each lines by tiers opted forgives "
    "currency",
    k.Window: "kind period days months since of",
    k.LineSet: "any_product delivery sets except_sets except_delivery",
    k.Base: "kind tenders without_tax",
    k.Fact: "owner name kind event choices optional otherwise leap_on_march_1 clock title zone",
}
#: The other fields of each, if it has some.
_OTHERS: Final = {
    kind: tuple(one.name for one in fields(kind) if one.name not in known.split()) for kind, known in _FIELDS.items()
}
#: When conversions are made of which the function knows when they come.
_BY_TIME: Final = frozenset({Occurs.AT_END, Occurs.AT_START, Occurs.ON_REQUEST})


def left_whole(checked: Checked) -> Iterator[tuple[str, Span | str]]:
    """By block the clause, by "" the role of what the programme says of itself."""
    if checked.late_days:
        yield "", "LATE_OK"
    elif checked.currencies or checked.judged_by or _says_more(checked):
        yield "", "CURRENCY"
    others = (checked.memberships, checked.experiments, checked.referrals, checked.draws, checked.contests)
    for kind in (*others, checked.budgets, checked.changes, checked.lowering):
        for name, block in kind.items():
            yield name, block.span
    for name, conversion in checked.conversions.items():
        if conversion.timing.occurs not in _BY_TIME or conversion.timing.of:
            yield name, conversion.span
    for name, rule in checked.earns.items():
        if rule.prolongs:
            yield name, rule.prolongs[0].span
    for name, purse in checked.purses.items():
        if purse.activity or purse.rounding.posts is not None:
            yield name, purse.span
    yield from _with_more(checked)


def _with_more(checked: Checked) -> Iterator[tuple[str, Span | str]]:
    """The blocks that say something which is not known here."""
    groups = (checked.purses, checked.earns, checked.boosts, checked.nevers, checked.ladders, checked.groups)
    for blocks in (*groups, checked.conversions):
        for name, block in blocks.items():
            if any(_says_more(part) for part in parts_of(block)):
                yield name, block.span
    for name, products in (*checked.products.items(), *checked.segments.items()):
        if any(_says_more(part) for part in parts_of(products)):
            yield name, ""


def _says_more(part: object) -> bool:
    kind: Any = type(part)
    return any(getattr(part, name) for name in _OTHERS.get(kind, ()))
