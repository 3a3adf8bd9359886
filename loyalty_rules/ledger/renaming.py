"""A member under other names of purses, rules, ladders and segments, and other keys of counters."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_rules.choices import ChosenSets
from loyalty_rules.member import Counter, MemberState, Purse, Sum, Waits
from loyalty_rules.records import Debit, Record, RecordedAward, RecordedPayment, RecordedUse, key_and_value


def renamed(member: MemberState, names: Mapping[str, str], keys: Mapping[str, str]) -> MemberState:
    """The member with everything that goes by a name, or is counted by a key, under the new one. What stands in neither
    stays as it is."""
    if not names and not keys:
        return member
    counters = (Counter(_key(counter.key, keys), counter.buckets) for counter in member.counters)
    standings = (one._replace(ladder=names.get(one.ladder, one.ladder)) for one in member.standings)
    memberships = (one._replace(membership=names.get(one.membership, one.membership)) for one in member.memberships)
    return member._replace(
        memberships=tuple(sorted(memberships)),
        opted=tuple(sorted((names.get(rule, rule), since) for rule, since in member.opted)),
        choices=tuple(
            sorted(
                one._replace(rule=names.get(one.rule, one.rule), gifts=parts_renamed(one.gifts, names))
                for one in member.choices
            )
        ),
        chosen=tuple(
            sorted(
                ChosenSets(
                    names.get(one.products, one.products), one.at, tuple(sorted(names.get(s, s) for s in one.sets))
                )
                for one in member.chosen
            )
        ),
        segments=tuple(sorted(names.get(name, name) for name in member.segments)),
        purses=tuple(sorted((_purse(purse, names, keys) for purse in member.purses), key=lambda purse: purse.name)),
        counters=tuple(sorted(counters, key=lambda counter: counter.key)),
        standings=tuple(sorted(standings)),
        records=tuple(
            record._replace(
                payments=_payments(record, names), awards=_awards(record, names), budgets=_uses(record, names)
            )
            for record in member.records
        ),
    )


def _key(key: str, keys: Mapping[str, str]) -> str:
    """The new key of a counter; that of one value goes with its ceiling."""
    if key in keys:
        return keys[key]
    ceiling, value = key_and_value(key)
    return f"{keys.get(ceiling, ceiling)}{value}"


def _awards(record: Record, names: Mapping[str, str]) -> tuple[RecordedAward, ...]:
    """What was given, into purses of today, which knows what its rules are called today: by that name their units lie
    in lots."""
    found = ((award, names.get(award.today, award.today)) for award in record.awards)
    return tuple(
        award._replace(called="" if name == award.rule else name, purse=names.get(award.purse, award.purse))
        for award, name in found
    )


def _payments(record: Record, names: Mapping[str, str]) -> tuple[RecordedPayment, ...]:
    """What points paid, with their purse and the rules that gave them under their new names: they come back to lots of
    today. All else of a record stays in the names of the edition that made it."""
    return tuple(
        payment._replace(debits=_debits(payment.debits, names), purse=names.get(payment.purse, payment.purse))
        for payment in record.payments
    )


def _uses(record: Record, names: Mapping[str, str]) -> tuple[RecordedUse, ...]:
    """What it takes out of budgets, by the purse, or the reward that was sold, of today."""
    return tuple(use._replace(purse=names.get(use.purse, use.purse)) for use in record.budgets)


def _debits(debits: tuple[Debit, ...], names: Mapping[str, str]) -> tuple[Debit, ...]:
    return tuple(debit._replace(parts=parts_renamed(debit.parts, names)) for debit in debits)


def _purse(purse: Purse, names: Mapping[str, str], keys: Mapping[str, str]) -> Purse:
    return purse._replace(
        name=names.get(purse.name, purse.name),
        lots=tuple(
            lot._replace(parts=parts_renamed(lot.parts, names), waits=_waits(lot.waits, names)) for lot in purse.lots
        ),
        remainders=tuple(sorted((names.get(rule, rule), over, under) for rule, over, under in purse.remainders)),
        sums=tuple(sorted((_sum(one, names, keys) for one in purse.sums), key=lambda one: (one.rule, one.number))),
        reserved=tuple(
            one._replace(
                rule=names.get(one.rule, one.rule),
                debits=_debits(one.debits, names),
                counts=tuple((_key(key, keys), bucket, amount) for key, bucket, amount in one.counts),
            )
            for one in purse.reserved
        ),
    )


def _sum(one: Sum, names: Mapping[str, str], keys: Mapping[str, str]) -> Sum:
    rule, posted = names.get(one.rule, one.rule), one.posted
    if posted is not None:
        posted = posted._replace(uses=tuple((_key(key, keys), bucket, amount) for key, bucket, amount in posted.uses))
    return one._replace(rule=rule, posted=posted)


def _waits(waits: Waits | None, names: Mapping[str, str]) -> Waits | None:
    if waits is None:
        return None
    return waits._replace(event=names.get(waits.event, waits.event), rule=names.get(waits.rule, waits.rule))


def parts_renamed(parts: tuple[tuple[str, int], ...], names: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    """Units by parts of lots, under the new names of rules and partners."""
    return tuple(sorted((" ".join(names.get(word, word) for word in part.split(" ")), units) for part, units in parts))
