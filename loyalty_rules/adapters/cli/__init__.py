"""The command `loyalty`: check, format, run, explain and test rule files. Needs the extra `cli`."""

from __future__ import annotations

import sys

from loyalty_rules.adapters.own_process import collect_seldom


def main() -> None:
    """Runs the command line and exits: 0 success, 1 errors in what was read, 2 a command that makes no sense."""
    collect_seldom()
    try:
        from loyalty_rules.adapters.cli.commands import loyalty
    except ModuleNotFoundError as missing:
        if missing.name != "click":
            raise
        print("The command needs the extra `cli`: pip install 'loyalty-rules[cli]'", file=sys.stderr)
        raise SystemExit(2) from None
    from loyalty_rules.adapters.cli.terminal import prepare

    prepare()
    loyalty(prog_name="loyalty")
