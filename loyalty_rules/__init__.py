"""loyalty_rules: a rules engine for loyalty programmes, with a language that marketers read and exact, explained
decisions.

Load a rule file with `load`, make a member with `programme.new_member`, build an event with `purchase` and `line`, and
`programme.decide(member, event)` gives a `Decision`: the member after, the effects, a trace, and `explain()` in words.

The names are fetched from their modules when they are first used, so importing the package costs next to nothing.
"""

import importlib as _importlib
import typing as _typing

from loyalty_rules.sdk import __version__

if _typing.TYPE_CHECKING:
    from loyalty_rules.competitions import HeldContest, HeldDraw, hold_contest, hold_draw, standing_in, tickets_of
    from loyalty_rules.contests import Placed, PlacePrize, Stood, settle_contest
    from loyalty_rules.draws import DrawResult, Prize, Winner, commitment_of, settle_draw, verify_draw
    from loyalty_rules.errors import (
        ClockBehindError,
        DecisionError,
        InputError,
        LoyaltyError,
        PickleRefused,
        RuleFileError,
        SettingsError,
    )
    from loyalty_rules.events import (
        Adjustment,
        Cancellation,
        Capture,
        Choice,
        Confirmation,
        Enrolment,
        Event,
        Happening,
        Invitation,
        Line,
        MembershipStep,
        Merge,
        PerkUse,
        Purchase,
        Referred,
        Release,
        Reservation,
        Return,
        Tender,
        Tick,
        Transfer,
        Withdrawn,
        Won,
        adjustment,
        cancellation,
        capture,
        choice,
        confirmation,
        enrolment,
        happening,
        invitation,
        line,
        membership_step,
        merge,
        perk_use,
        purchase,
        release,
        reservation,
        returned,
        tick,
        transfer,
    )
    from loyalty_rules.explaining.statement import Statement
    from loyalty_rules.findings import Finding
    from loyalty_rules.histories import replay
    from loyalty_rules.instant import Chance, Spun, settle_spins, spin, verify_spins
    from loyalty_rules.limits import Limits
    from loyalty_rules.loading import load
    from loyalty_rules.member import MemberState
    from loyalty_rules.programme import Decision, Programme
    from loyalty_rules.rechecking import Rechecker
    from loyalty_rules.report import Report, check
    from loyalty_rules.saving import load_saved, save
    from loyalty_rules.shared import SharedState
    from loyalty_rules.spinning import HeldSpins, hold_spins, spins_of

__all__ = [
    "Adjustment",
    "Cancellation",
    "Capture",
    "Chance",
    "Choice",
    "ClockBehindError",
    "Confirmation",
    "Decision",
    "DecisionError",
    "DrawResult",
    "Enrolment",
    "Event",
    "Finding",
    "Happening",
    "HeldContest",
    "HeldDraw",
    "HeldSpins",
    "InputError",
    "Invitation",
    "Limits",
    "Line",
    "LoyaltyError",
    "MemberState",
    "MembershipStep",
    "Merge",
    "PerkUse",
    "PickleRefused",
    "PlacePrize",
    "Placed",
    "Prize",
    "Programme",
    "Purchase",
    "Rechecker",
    "Referred",
    "Release",
    "Report",
    "Reservation",
    "Return",
    "RuleFileError",
    "SettingsError",
    "SharedState",
    "Spun",
    "Statement",
    "Stood",
    "Tender",
    "Tick",
    "Transfer",
    "Winner",
    "Withdrawn",
    "Won",
    "__version__",
    "adjustment",
    "cancellation",
    "capture",
    "check",
    "choice",
    "commitment_of",
    "confirmation",
    "enrolment",
    "happening",
    "hold_contest",
    "hold_draw",
    "hold_spins",
    "invitation",
    "line",
    "load",
    "load_saved",
    "membership_step",
    "merge",
    "perk_use",
    "purchase",
    "release",
    "replay",
    "reservation",
    "returned",
    "save",
    "settle_contest",
    "settle_draw",
    "settle_spins",
    "spin",
    "spins_of",
    "standing_in",
    "tick",
    "tickets_of",
    "transfer",
    "verify_draw",
    "verify_spins",
]

#: Where each public name lives. `errors` holds those that are not listed.
_HOME: _typing.Final = {
    **dict.fromkeys(("Decision", "Programme"), "programme"),
    "Limits": "limits",
    "Finding": "findings",
    "Rechecker": "rechecking",
    "load": "loading",
    **dict.fromkeys(("load_saved", "save"), "saving"),
    **dict.fromkeys(("DrawResult", "Prize", "Winner", "commitment_of", "settle_draw", "verify_draw"), "draws"),
    **dict.fromkeys(("HeldContest", "HeldDraw", "hold_contest", "hold_draw", "standing_in"), "competitions"),
    "tickets_of": "competitions",
    **dict.fromkeys(("HeldSpins", "hold_spins", "spins_of"), "spinning"),
    **dict.fromkeys(("Chance", "Spun", "settle_spins", "spin", "verify_spins"), "instant"),
    **dict.fromkeys(("PlacePrize", "Placed", "Stood", "settle_contest"), "contests"),
    "Won": "events",
    **dict.fromkeys(("Report", "check"), "report"),
    **dict.fromkeys(("Cancellation", "Choice", "Enrolment", "Event", "Happening", "Line", "Purchase"), "events"),
    **dict.fromkeys(("Return", "Tender", "Tick", "cancellation", "choice", "enrolment", "happening"), "events"),
    **dict.fromkeys(("line", "purchase", "returned", "tick"), "events"),
    **dict.fromkeys(("Adjustment", "Confirmation", "adjustment", "confirmation"), "events"),
    **dict.fromkeys(("Capture", "Release", "Reservation", "capture", "release", "reservation"), "events"),
    **dict.fromkeys(("Merge", "Transfer", "merge", "transfer"), "events"),
    **dict.fromkeys(("Invitation", "Referred", "Withdrawn", "invitation"), "events"),
    **dict.fromkeys(("MembershipStep", "membership_step"), "events"),
    **dict.fromkeys(("PerkUse", "perk_use"), "events"),
    "replay": "histories",
    "MemberState": "member",
    "SharedState": "shared",
    "Statement": "explaining.statement",
}


def __getattr__(name: str) -> _typing.Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(_importlib.import_module(f"{__name__}.{_HOME.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
