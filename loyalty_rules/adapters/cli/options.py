"""Options and arguments that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])
EVENTS_HELP: Final = "A file of events, one JSON document a line; `-` is the standard input."


def spoken(command: _Command) -> _Command:
    """The option that says in which language a command speaks."""
    text = "Language of the messages (en, ru); else that of the rule file."
    return click.option("--language", metavar="CODE", help=text)(command)


def limits_raised(command: _Command) -> _Command:
    """The option of all commands that raises or lowers limits of rule files; `raising` reads it."""
    text = "How large a rule file may be, such as rules=5000; several. Other limits than usual are another fingerprint."
    return click.option("--limit", "limits", multiple=True, metavar="NAME=NUMBER", help=text)(command)


def paths_given(command: _Command) -> _Command:
    return click.argument("paths", nargs=-1, metavar="[PATH|-]...")(command)


def earlier_editions(command: _Command) -> _Command:
    """The option that hands over earlier editions of the rule file."""
    text = "An earlier edition of RULES and the instant until which it holds; several, oldest first."
    return click.option("--earlier", nargs=2, multiple=True, metavar="FILE INSTANT", help=text)(command)


def rows_of_tables(command: _Command) -> _Command:
    """The option that hands over the rows of tables."""
    text = "Rows of a table that the rule file leaves to the host, as CSV; several. Earlier editions get them, too."
    return click.option("--table", "tables", multiple=True, metavar="NAME=FILE", help=text)(command)


def shared_before(command: _Command) -> _Command:
    """The option that hands over what members share."""
    text = "What members share before: what was taken out of budgets, as one JSON document."
    return click.option("--shared", metavar="FILE", help=text)(command)
