"""Tells a set of rules of durable-rules what a decision did."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from loyalty_rules.adapters.durable.facts import JsonValue, effect_facts
from loyalty_rules.adapters.durable.refusing import RulesetError as RulesetError
from loyalty_rules.programme import Decision

#: How the package hands over one fact: the set of rules, the fact; the state of its `sid` comes back.
_Handing: TypeAlias = Callable[[str, dict[str, JsonValue]], Any]
#: Where the package keeps what an action of the host raised.
_RAISED: Final = "exception"
_NOT_LISTED: Final = 3


def post_effects(ruleset: str, decision: Decision, *, host: Any = None, unmatched: bool = False) -> int:
    """Posts the effects of a decision as events to a set of rules, one after another, and says how many of them a rule
    took.

    An event fires one rule, the first that matches, and is gone; a set of which several rules are to see an effect
    takes facts (`assert_effects`). `host` is a `durable.engine.Host`, without one that of `durable.lang`. With
    `unmatched` the rules need not take every effect; without it `RulesetError` (`durable.unmatched`) names those that
    none took, after all were posted.

    Also raises `durable.missing` where the package is not installed, `durable.ruleset` for a name that the host does
    not have, `durable.action` where an action of the host raised (the effects after it are not posted), and
    `durable.number`.
    """
    return _tell(ruleset, decision, _host(host), "post", unmatched)


def assert_effects(ruleset: str, decision: Decision, *, host: Any = None, unmatched: bool = False) -> int:
    """Asserts the effects of a decision as facts of a set of rules: every rule that matches fires, and the facts stay
    until `retract_effects`, also those that no rule took yet.

    Raises as `post_effects` does, and `RulesetError` (`durable.twice`) for a decision whose facts stand already.
    """
    return _tell(ruleset, decision, _host(host), "assert_fact", unmatched)


def retract_effects(ruleset: str, decision: Decision, *, host: Any = None) -> None:
    """Takes the facts of a decision back. Those that are not there are no error.

    Raises `RulesetError`: `durable.missing`, `durable.ruleset`, `durable.number`.
    """
    found = _host(host)
    _known(found, ruleset)
    for fact in effect_facts(decision):
        try:
            found.retract_fact(ruleset, fact)
        except _package().MessageNotHandledException:
            continue


def _tell(ruleset: str, decision: Decision, host: Any, how: str, unmatched: bool) -> int:
    _known(host, ruleset)
    facts = effect_facts(decision)
    missed = [fact for fact in facts if not _taken(ruleset, fact, host, how)]
    if missed and not unmatched:
        kinds = sorted({str(fact["kind"]) for fact in missed})
        more = f" and {len(kinds) - _NOT_LISTED} more" if len(kinds) > _NOT_LISTED else ""
        listed = ", ".join(kinds[:_NOT_LISTED]) + more
        raise RulesetError(
            "durable.unmatched",
            f"no rule of the set took {len(missed)} of {len(facts)} effects ({listed}): add a rule for them, or pass "
            "unmatched=True",
            ruleset,
        )
    return len(facts) - len(missed)


def _taken(ruleset: str, fact: dict[str, JsonValue], host: Any, how: str) -> bool:
    """Whether a rule fired. The package says so by an exception of its own, and keeps what actions raise as text."""
    hand: _Handing = getattr(host, how)
    package = _package()
    try:
        state = hand(ruleset, fact)
    except package.MessageNotHandledException:
        return False
    except package.MessageObservedException:
        text = "the facts of this decision stand already: take them back with retract_effects"
        raise RulesetError("durable.twice", text, ruleset) from None
    if isinstance(state, Mapping) and _RAISED in state:
        # Kept in the state, it would be told again with each later effect of the member.
        host.update_state(ruleset, {key: value for key, value in state.items() if key != _RAISED})
        text = f"an action for {fact['kind']} raised: {state[_RAISED]}"
        raise RulesetError("durable.action", text, f"{ruleset}[{fact['id']}]")
    return True


def _known(host: Any, ruleset: str) -> None:
    """Raises where the host has no such set: the package tells it by a bare `Exception`."""
    if ruleset not in host._ruleset_directory and type(host).load_ruleset is _package().Host.load_ruleset:
        text = "the host has no set of rules of this name: define it before decisions are told"
        raise RulesetError("durable.ruleset", text, ruleset)


def _host(host: Any) -> Any:
    """The host that was given, else the one of the process, with all sets of rules that were defined by now."""
    return _module("durable.lang").get_host() if host is None else host


def _package() -> Any:
    return _module("durable.engine")


def _module(name: str) -> Any:
    """A module of the package. Importing it starts nothing; its first host starts two threads."""
    try:
        return importlib.import_module(name)
    except ImportError:
        text = "durable-rules is not installed: pip install 'loyalty-rules[durable]', on Python 3.11 or 3.12"
        raise RulesetError("durable.missing", text) from None
