"""A whole file: what it says, and what its changes make of it from their dates on, each checked like a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from loyalty_rules.diagnostics import Diagnostic, Severity
from loyalty_rules.lang import syntax as s
from loyalty_rules.lang.changing import with_changes
from loyalty_rules.lang.checked import Checked
from loyalty_rules.lang.checker import Breach, Witness, check_tree
from loyalty_rules.lang.fingerprint import fingerprint, fingerprint_after
from loyalty_rules.lang.oldgoals import with_old_goals
from loyalty_rules.lang.phrases import PhraseTable
from loyalty_rules.lang.tokens import Line
from loyalty_rules.limits import LIMITS, Limits
from loyalty_rules.problems.findings import AllowsNothing
from loyalty_rules.source import Source
from loyalty_rules.supplied import Supplied


class Held(NamedTuple):
    """What holds from an instant on, 0 for the file as it stands."""

    checked: Checked
    fingerprint: str
    since: int


def check_file(
    tree: s.SyntaxTree,
    source: Source,
    lines: tuple[Line, ...],
    phrases: Mapping[str, PhraseTable] | None = None,
    *,
    witness: Callable[[int], Witness] | None = None,
    breach: Callable[[int], Breach] | None = None,
    handed: Mapping[str, Supplied] | None = None,
    limits: Limits = LIMITS,
) -> tuple[tuple[Held, ...], tuple[Diagnostic, ...]]:
    """What a file says from which instant on, oldest first, and everything that was found; nothing holds where there is
    an error. Like `check_tree`; `witness` and `breach` by the instant from which on something holds."""

    def check(now: s.SyntaxTree, since: int) -> tuple[Checked | None, tuple[Diagnostic, ...]]:
        shown, broken = witness and witness(since), breach and breach(since)
        return check_tree(
            now, source, lines, phrases, witness=shown, breach=broken, read=tree, handed=handed, limits=limits
        )

    checked, found = check(tree, 0)
    if checked is None:
        return (), found
    held = [Held(checked, fingerprint(checked, limits), 0)]
    known = set(found)
    blocks = {block.name.text: block for block in tree.blocks if block.name is not None}
    for at in sorted({one.at for one in checked.schedule}):
        changes = (blocks[one.name] for one in checked.schedule if one.at <= at)
        changed = with_changes(tree, changes)
        then, more = check(changed, at)
        new = [one for one in more if one not in known and not isinstance(one.problem, AllowsNothing)]
        known |= set(new)
        found += tuple(new)
        if then is None or any(one.problem.severity is Severity.ERROR for one in new):
            return (), found
        lives = [name for one in checked.schedule if one.existing and one.at == at for name in one.names]
        mark = fingerprint_after(fingerprint(then, limits), held[-1].fingerprint, at, lives)
        held.append(Held(with_old_goals(held[-1].checked, then, at), mark, at))
    return tuple(held), found
