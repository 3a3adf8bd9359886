"""A decision in words, for those who run a programme or for the member, in any language that has a phrase table."""

from __future__ import annotations

from typing import Final, Literal

from loyalty_rules.decision import Message, PromiseTrace, RuleTrace
from loyalty_rules.errors import SettingsError, shown
from loyalty_rules.explaining import member, staff
from loyalty_rules.explaining.telling import Decided, Telling
from loyalty_rules.explaining.wording import Wording, wording

__all__ = ["PAGE", "Decided", "Wording", "explain", "explain_promise", "explain_rule", "messages", "standing"]

#: The page of texts in `grammar/messages/`.
PAGE: Final = "explaining"


def explain(
    decision: Decided,
    *,
    language: str | None = None,
    audience: Literal["staff", "member"] = "staff",
    words: Wording | None = None,
) -> str:
    """The decision in words, one paragraph for every rule; "" where the member has nothing to be told.

    `language` is that of the rule file unless another one is asked for; `words` brings a language of the caller's own.
    Amounts, dates and the conditions as the author wrote them stand in it as data: controls are escaped, lengths are
    bounded. Raises `SettingsError`: `language.unknown`, `audience.unknown`.
    """
    telling = _telling(decision, language, words)
    match audience:
        case "staff":
            return staff.told_to_staff(telling)
        case "member":
            return member.told_to_member(telling)
        case other:
            raise SettingsError("audience.unknown", f"an explanation is for staff or member, not {shown(str(other))}")


def explain_rule(
    decision: Decided, record: RuleTrace, *, language: str | None = None, words: Wording | None = None
) -> str:
    """The paragraph of one trace record, as staff read it. Raises `SettingsError` (`language.unknown`)."""
    return staff.paragraph(_telling(decision, language, words), record)


def explain_promise(
    decision: Decided, record: PromiseTrace, *, language: str | None = None, words: Wording | None = None
) -> str:
    """What was decided of, and what became of a promise, as staff read it. Raises `SettingsError`
    (`language.unknown`)."""
    telling = _telling(decision, language, words)
    return f"{staff.heading(telling)}\n{staff.promise(telling, record)}"


def standing(decision: Decided, *, language: str | None = None, words: Wording | None = None) -> str:
    """Balances and levels after the decision, one a line. Raises `SettingsError` (`language.unknown`)."""
    return "\n".join(staff.standing(_telling(decision, language, words)))


def messages(decision: Decided, *, language: str | None = None, words: Wording | None = None) -> tuple[Message, ...]:
    """What the file's own messages tell the member about this decision. Raises `SettingsError` (`language.unknown`)."""
    return tuple(member.messages(_telling(decision, language, words)))


def _telling(decision: Decided, language: str | None, words: Wording | None) -> Telling:
    chosen = words or wording(language or decision.programme.plan.checked.language, PAGE)
    return Telling(decision, chosen)
