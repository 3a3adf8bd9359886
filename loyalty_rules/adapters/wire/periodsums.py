"""Sums of periods in a member document, and what was posted of them."""

from __future__ import annotations

import re
from math import gcd
from typing import Any, Final

from loyalty_rules.adapters.wire.events import filled
from loyalty_rules.adapters.wire.pursemodels import PeriodSumModel, PostedModel
from loyalty_rules.calendar import Zone, format_instant
from loyalty_rules.errors import InputError
from loyalty_rules.member import NEVER, Posted, Sum

_RATIO: Final = re.compile(r"(-?[0-9]{1,40})/([1-9][0-9]{0,39})")


def sum_of(read: PeriodSumModel, decisions: int, where: str) -> Sum:
    """A sum out of its document."""
    found = _RATIO.fullmatch(read.exact)
    top, bottom = (0, 2) if found is None else (int(found[1]), int(found[2]))
    if gcd(top, bottom) != 1 or not (top or read.posted):
        raise InputError("number.syntax", "a sum is written like 1/3, in lowest terms, and is not 0", f"{where}.exact")
    posted = None if read.posted is None else _posted(read.posted, decisions, f"{where}.posted")
    return Sum(read.rule, read.period, top, bottom, posted)


def _posted(read: PostedModel, decisions: int, where: str) -> Posted:
    if not 0 <= read.holds <= read.granted or min(read.gone, read.expired, read.short) < 0:
        raise InputError("member.inconsistent", "of what was posted stands all, or less", where)
    if read.number > decisions:
        raise InputError("member.inconsistent", "it was posted by a decision that was made", f"{where}.number")
    if read.uses.keys() != read.buckets.keys():
        raise InputError("member.inconsistent", "every use has the bucket in which it is counted", where)
    uses = tuple((key, read.buckets[key], amount) for key, amount in sorted(read.uses.items()))
    return Posted(
        read.number,
        read.at,
        read.usable,
        read.expires,
        read.granted,
        read.holds,
        read.full,
        uses,
        read.gone,
        read.expired,
        read.short,
        read.anew,
    )


def sum_data(one: Sum, zone: Zone) -> dict[str, Any]:
    """A sum as plain data, defaults left out."""
    data: dict[str, Any] = {"rule": one.rule, "period": one.number, "exact": f"{one.numerator}/{one.denominator}"}
    posted = one.posted
    if posted is not None:
        told: dict[str, Any] = {"number": posted.number, "at": format_instant(posted.at, zone)}
        told["usable"] = format_instant(posted.usable, zone)
        told["expires"] = "never" if posted.expires == NEVER else format_instant(posted.expires, zone)
        told |= {"granted": str(posted.granted), "holds": str(posted.holds), **filled(full=posted.full)}
        told |= filled(uses={key: str(amount) for key, _, amount in posted.uses})
        told |= filled(buckets={key: bucket for key, bucket, _ in posted.uses})
        told |= {name: str(getattr(posted, name)) for name in ("gone", "expired", "short") if getattr(posted, name)}
        told |= filled(anew=posted.anew)
        data["posted"] = told
    return data
