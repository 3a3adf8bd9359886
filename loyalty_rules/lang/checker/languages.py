"""The languages that a programme promises to speak: titles and messages exist in each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from loyalty_rules.diagnostics import Role
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.checker.context import Context
from loyalty_rules.lang.checker.counts import all_of, first_of
from loyalty_rules.lang.checker.programme import is_language
from loyalty_rules.problems.names import LanguageCode, TextMissing

#: Blocks that people are told of by their titles.
_TITLED: Final = (
    *("H_PURSE", "H_REWARD", "H_TIERS", "H_EARN", "H_BOOST", "H_REDEEM", "H_CONVERSION", "H_GROUP", "H_NEVER"),
    *("H_PERK", "H_CHALLENGE", "H_CHANGE", "H_PROMISE", "H_REFERRAL", "H_DRAW", "H_CONTEST"),
)
_MESSAGES: Final = ("MSG_GIVEN", "MSG_MISSED")


def check_languages(ctx: Context) -> None:
    """Reports what people would read in another language than theirs. The title of a block itself stands for one
    language; a block without a title goes by its name in all of them."""
    spoken = tuple(_spoken(ctx))
    for block in ctx.tree.blocks if spoken else ():
        if not ctx.is_whole(block):
            continue
        for role in _MESSAGES:
            told = {clause.name.text: clause for clause in _texts(block, role)}
            for language in spoken if told else ():
                if language not in told:
                    ctx.report(TextMissing(Role(role), language), next(iter(told.values())).span)
        if block.title is not None and block.kind in _TITLED:
            titles = {clause.name.text for clause in _texts(block, "TITLE")}
            missing = sorted(set(spoken) - titles, key=lambda language: language != ctx.tree.language)
            for language in missing[1:]:
                ctx.report(TextMissing(Role("TITLE"), language), block.header)


def _spoken(ctx: Context) -> Iterator[str]:
    for block in ctx.blocks("H_PROGRAMME"):
        clause = first_of(block, s.NamesClause, lambda clause: clause.role == "LANGUAGES")
        for name in clause.names if clause is not None else ():
            if is_language(name.text):
                yield name.text
            else:
                ctx.report(LanguageCode(name.text), name.span)


def _texts(block: s.Block, role: str) -> list[s.Titled]:
    return all_of(block, s.Titled, lambda clause: clause.role == role)
