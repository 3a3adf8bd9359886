"""`loyalty --limit NAME=NUMBER …`: how large a rule file may be, for whatever command reads one."""

from __future__ import annotations

import click

from loyalty_rules.adapters.cli.terminal import words
from loyalty_rules.errors import SettingsError
from loyalty_rules.limits import LIMITS, MOST, Limits


class WrongLimit(click.ClickException):
    """A limit that there is not, or that cannot be so high."""

    exit_code = 2


def limits_given(language: str | None) -> Limits:
    """The limits that the command line gives. Raises `WrongLimit`."""
    context = click.get_current_context(silent=True)
    given = () if context is None else context.find_root().params.get("limits", ())
    found: dict[str, int] = {}
    for one in given:
        name, _, number = str(one).partition("=")
        if name not in MOST or not (number.isascii() and number.isdigit() and len(number) < 12) or name in found:
            raise WrongLimit(words(language).text("limit.unknown", given=str(one), names=", ".join(MOST)))
        found[name] = int(number)
    try:
        return Limits(**found) if found else LIMITS
    except SettingsError:
        name, most = next((name, MOST[name]) for name, value in found.items() if not 1 <= value <= MOST[name])
        raise WrongLimit(words(language).text("limit.range", name=name, most=str(most))) from None
