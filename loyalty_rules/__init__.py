"""loyalty_rules: a rules engine for loyalty programmes, with a language that marketers read and exact, explained
decisions.

Load a rule file with `load`, make a member with `programme.new_member`, build an event with `purchase` and `line`, and
`programme.decide(member, event)` gives a `Decision`: the member after, the effects, a trace, and `explain()` in words.
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
