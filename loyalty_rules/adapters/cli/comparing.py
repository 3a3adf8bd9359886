"""`loyalty check --against OLD`: what a new edition changes for members, and whether it can take over at all."""

from __future__ import annotations

from typing import NamedTuple

from loyalty_rules.adapters.cli.terminal import err, out, words
from loyalty_rules.errors import SettingsError
from loyalty_rules.explaining.wording import Wording
from loyalty_rules.lang.differences import Difference, What, differences
from loyalty_rules.programme import Programme
from loyalty_rules.settlement.editions import check_succession


class Comparison(NamedTuple):
    """A new edition held against the old one. `refused` says why it cannot take over."""

    found: tuple[Difference, ...]
    same: bool
    refused: SettingsError | None


def compared(old: Programme, new: Programme) -> Comparison:
    """What changes from one edition to the other."""
    refused = None
    try:
        check_succession(old.checked, new.checked)
    except SettingsError as error:
        refused = error
    return Comparison(differences(old.checked, new.checked), old.fingerprint == new.fingerprint, refused)


def tell_comparison(comparison: Comparison, old: Programme, new: Programme, language: str) -> None:
    """The differences, one a line; what keeps the new edition from taking over, on the standard error."""
    texts = words(language)
    names = {"old": old.source.name, "new": new.source.name}
    out(texts.text("against.same" if comparison.same else "against.title", **names))
    for one in comparison.found:
        out("  " + _line(one, new, texts))
    if comparison.refused is not None:
        err(texts.text("against.refused", reason=str(comparison.refused)))


def _line(one: Difference, new: Programme, texts: Wording) -> str:
    block = f"{texts.table.text(one.block)} {one.name}".strip()
    if one.what is What.STARTS_EMPTY and one.clause is not None:
        place = str(new.source.position(one.clause.start).line)
        return texts.text("against.starts_empty", block=block, clause=_written(one, new), line=place)
    if one.what is What.STARTS_EMPTY:
        return texts.text("against.basis_empty", block=block)
    return texts.text(f"against.{one.what.value}", block=block, former=one.former)


def _written(one: Difference, new: Programme) -> str:
    return "" if one.clause is None else " ".join(new.source.slice(one.clause).split())


def comparison_data(comparison: Comparison, old: Programme, new: Programme) -> dict[str, object]:
    """The same for programs."""
    refused = comparison.refused
    return {
        "old": {"name": old.source.name, "fingerprint": old.fingerprint},
        "same": comparison.same,
        "refused": {"code": refused.code, "message": refused.message} if refused else None,
        "differences": [
            {
                "what": one.what.value,
                "block": one.block.removeprefix("H_").lower(),
                "name": one.name,
                "former": one.former,
                "clause": _written(one, new),
                "line": new.source.position(one.clause.start).line if one.clause else None,
            }
            for one in comparison.found
        ],
    }
