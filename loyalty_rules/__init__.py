"""loyalty_rules: a rules engine for loyalty programmes, with a language that marketers read and exact, explained
decisions.

from loyalty_rules import line, load, purchase

programme = load(open("club.loyalty", encoding="utf-8").read(), name="club.loyalty")
member = programme.new_member("m-1")
order = purchase("p-1", "m-1", "2026-03-07T11:00:00+03:00", [line("1", category="coffee", price="250")], currency="RUB")
decision = programme.decide(member, order)
print(decision.explain())
"""

from loyalty_rules.errors import DecisionError, InputError, LoyaltyError, PickleRefused, RuleFileError, SettingsError
from loyalty_rules.events import (
    Enrolment,
    Event,
    Happening,
    Line,
    Purchase,
    Tender,
    Tick,
    enrolment,
    happening,
    line,
    purchase,
    tick,
)
from loyalty_rules.member import MemberState
from loyalty_rules.programme import Decision, Programme, load, replay
from loyalty_rules.report import Report, check

__version__ = "0.1.0"

__all__ = [
    "Decision",
    "DecisionError",
    "Enrolment",
    "Event",
    "Happening",
    "InputError",
    "Line",
    "LoyaltyError",
    "MemberState",
    "PickleRefused",
    "Programme",
    "Purchase",
    "Report",
    "RuleFileError",
    "SettingsError",
    "Tender",
    "Tick",
    "__version__",
    "check",
    "enrolment",
    "happening",
    "line",
    "load",
    "purchase",
    "replay",
    "tick",
]
