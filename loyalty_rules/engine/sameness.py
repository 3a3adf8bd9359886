"""Counters of `per same`: of a ceiling that each value has of its own, a member keeps one for each value."""

from __future__ import annotations

from loyalty_rules.engine.view import View
from loyalty_rules.lang.checked import Cap, Limit, Told
from loyalty_rules.lang.conditions import FactOf, Field
from loyalty_rules.records import Record, key_of_value


def counter_of(view: View, ceiling: Cap | Limit) -> str:
    """The key of the counter that a ceiling has on an occasion."""
    return ceiling.key if ceiling.same is None else counter_in(view, ceiling.key, ceiling.same)


def counter_in(view: View, key: str, same: Told) -> str:
    """The key of the counter of today's value; what does not say it shares one."""
    found = view.value(same, None)
    return key_of_value(key, found if isinstance(found, str) else "")


def counter_then(record: Record, key: str, same: Told | None) -> str:
    """The key of the counter that a ceiling had for an order of which there is a record."""
    if same is None:
        return key
    told = record.told
    if isinstance(same, FactOf):
        found = dict(told.facts).get(same.fact.name)
        return key_of_value(key, found if isinstance(found, str) else "")
    by_field = {Field.STORE: told.store, Field.CHANNEL: told.channel, Field.MERCHANT: told.merchant}
    return key_of_value(key, by_field.get(same.field, ""))
