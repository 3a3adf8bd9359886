"""The commands and their options. What they do is in the modules beside this one, imported when a command runs."""

from __future__ import annotations

import sys
from typing import Any, Final, Literal

import click

from loyalty_rules.adapters.cli.drawcommands import draw
from loyalty_rules.adapters.cli.options import (
    EVENTS_HELP,
    earlier_editions,
    limits_raised,
    paths_given,
    rows_of_tables,
    shared_before,
    spoken,
)
from loyalty_rules.errors import LoyaltyError

_CONTEXT: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Commands(click.Group):
    """A group of commands in which an error of the package is told in a line, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from loyalty_rules.adapters.cli.terminal import err

        try:
            return super().invoke(ctx)
        except LoyaltyError as error:
            err(f"loyalty: {error}")
            return ctx.exit(2)


@click.group(cls=Commands, context_settings=_CONTEXT)
@click.version_option(package_name="loyalty-rules", prog_name="loyalty")
@limits_raised
def loyalty(limits: tuple[str, ...]) -> None:
    """Check, format, run and explain the rule files of loyalty programmes.

    Exit codes: 0 success, 1 errors or failing examples, 2 a command that makes no sense, 3 a replay that was stopped.
    """


@loyalty.command()
@paths_given
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--deny-warnings", is_flag=True, help="Warnings fail as errors do.")
@click.option("--against", metavar="OLD", help="Tell what the one PATH changes of this earlier edition.")
@click.option("--verbose", is_flag=True, help="Tell which rules are compiled, and which clause keeps others from it.")
@rows_of_tables
@spoken
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[str, ...],
    shape: str,
    deny_warnings: bool,
    against: str | None,
    verbose: bool,
    tables: tuple[str, ...],
    language: str | None,
) -> None:
    """Check rule files and run their examples.

    PATH is a rule file, a folder (all *.loyalty below it), or - for the standard input; without one, this folder.
    """
    from loyalty_rules.adapters.cli.checking import run_check

    code = run_check(
        paths or (".",),
        as_json=shape == "json",
        deny_warnings=deny_warnings,
        language=language,
        against=against,
        tables=tables,
        verbose=verbose,
    )
    ctx.exit(code)


@loyalty.command()
@paths_given
@click.option("--check", "only_check", is_flag=True, help="Write nothing; name the files that would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option("--to", metavar="CODE", help="Write the file in this language (en, ru).")
@spoken
@click.pass_context
def fmt(
    ctx: click.Context, paths: tuple[str, ...], only_check: bool, diff: bool, to: str | None, language: str | None
) -> None:
    """Format rule files in place, or translate their keywords.

    Only keywords are translated, without loss: names, titles and comments stay as they are. With --check and --diff
    the exit code is 1 where a file would change.
    """
    from loyalty_rules.adapters.cli.formatting import run_fmt

    ctx.exit(run_fmt(paths or (".",), check=only_check, diff=diff, to=to, language=language))


@loyalty.command()
@click.argument("rules", metavar="RULES")
@earlier_editions
@rows_of_tables
@click.option("--events", required=True, metavar="FILE", help=EVENTS_HELP)
@click.option("--members", metavar="FILE", help="The members as they are before, one JSON document a line.")
@shared_before
@click.option("--members-out", metavar="FILE", help="Where the members go as they are afterwards.")
@click.option("--shared-out", metavar="FILE", help="Where what they share goes as it is afterwards.")
@click.option("--format", "shape", type=click.Choice(["json", "text"]), default="json", show_default=True)
@click.option("--trace", is_flag=True, help="With every decision, one record for each rule.")
@spoken
@click.pass_context
def run(
    ctx: click.Context,
    rules: str,
    earlier: tuple[tuple[str, str], ...],
    tables: tuple[str, ...],
    events: str,
    members: str | None,
    shared: str | None,
    members_out: str | None,
    shared_out: str | None,
    shape: str,
    trace: bool,
    language: str | None,
) -> None:
    """Decide events: JSON lines in, decisions out, as JSON lines or as a table."""
    from loyalty_rules.adapters.cli.running import run_run

    code = run_run(
        rules,
        events,
        earlier=earlier,
        tables=tables,
        members=members,
        shared=shared,
        members_out=members_out,
        shared_out=shared_out,
        as_text=shape == "text",
        trace=trace,
        language=language,
    )
    ctx.exit(code)


@loyalty.command()
@click.argument("rules", metavar="RULES")
@earlier_editions
@rows_of_tables
@click.option("--events", required=True, metavar="FILE", help=EVENTS_HELP)
@click.option("--event", metavar="ID", help="Explain this event only.")
@click.option("--at", metavar="INSTANT", help="As if the event happened then.")
@click.option("--given", multiple=True, metavar="LINE", help="As if this were so, as in an example: 'status is gold'.")
@click.option("--members", metavar="FILE", help="The members as they are before, one JSON document a line.")
@shared_before
@click.option("--audience", type=click.Choice(["staff", "member"]), default="staff", show_default=True)
@spoken
@click.pass_context
def explain(
    ctx: click.Context,
    rules: str,
    earlier: tuple[tuple[str, str], ...],
    tables: tuple[str, ...],
    events: str,
    event: str | None,
    at: str | None,
    given: tuple[str, ...],
    members: str | None,
    shared: str | None,
    audience: Literal["staff", "member"],
    language: str | None,
) -> None:
    """Explain decisions rule by rule: what was given and how it adds up, or why not and what was missing.

    With --at and --given, what would have been, for one event.
    """
    from loyalty_rules.adapters.cli.running import run_explain

    ctx.exit(
        run_explain(
            rules,
            events,
            earlier=earlier,
            tables=tables,
            event=event,
            at=at,
            given=given,
            members=members,
            shared=shared,
            audience=audience,
            language=language,
        )
    )


@loyalty.command()
@click.argument("rules", metavar="RULES")
@earlier_editions
@rows_of_tables
@click.option("--events", required=True, metavar="FILE", help=EVENTS_HELP)
@click.option("--member", required=True, metavar="ID", help="Whose statement it is.")
@click.option("--members", metavar="FILE", help="The members as they are before, one JSON document a line.")
@shared_before
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@spoken
@click.pass_context
def statement(
    ctx: click.Context,
    rules: str,
    earlier: tuple[tuple[str, str], ...],
    tables: tuple[str, ...],
    events: str,
    member: str,
    members: str | None,
    shared: str | None,
    shape: str,
    language: str | None,
) -> None:
    """Show a member's account over the events of a file: what each point came from, what it became, when it goes."""
    from loyalty_rules.adapters.cli.stating import run_statement

    ctx.exit(
        run_statement(
            rules,
            events,
            earlier=earlier,
            tables=tables,
            member=member,
            members=members,
            shared=shared,
            as_json=shape == "json",
            language=language,
        )
    )


@loyalty.command()
@click.argument("rules", metavar="RULES")
@earlier_editions
@rows_of_tables
@click.option("--events", required=True, metavar="FILE", help=EVENTS_HELP)
@click.option("--members", metavar="FILE", help="The members as they are before, one JSON document a line.")
@shared_before
@click.option("--at", metavar="INSTANT", help="When to add up; else when the last event happened.")
@click.option("--format", "shape", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@spoken
@click.pass_context
def settle(
    ctx: click.Context,
    rules: str,
    earlier: tuple[tuple[str, str], ...],
    tables: tuple[str, ...],
    events: str,
    members: str | None,
    shared: str | None,
    at: str | None,
    shape: str,
    language: str | None,
) -> None:
    """Add up what all members hold after the events of a file: liability, ages, breakage, what each rule
    gave, and what is settled with partners (csv: these lines alone)."""
    from loyalty_rules.adapters.cli.settling import run_settle

    ctx.exit(
        run_settle(
            rules,
            events,
            earlier=earlier,
            tables=tables,
            members=members,
            shared=shared,
            at=at,
            shape=shape,
            language=language,
        )
    )


@loyalty.command()
@click.argument("rules", metavar="RULES")
@earlier_editions
@rows_of_tables
@click.option("--purchases", required=True, multiple=True, metavar="FILE", help="Rows of orders; several files.")
@click.option("--map", "columns", metavar="FILE", help="Which column of the tables is what, as TOML.")
@click.option("--out", "folder", required=True, metavar="DIR", help="Where the results go; a new folder.")
@click.option(
    "--against", metavar="OLD", help="Also tell whose points differ from those under this rule file, and why."
)
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes; else one for each core.")
@click.option("--until", metavar="INSTANT", help="Until when time goes on; else until the last order.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@spoken
@click.pass_context
def replay(
    ctx: click.Context,
    rules: str,
    earlier: tuple[tuple[str, str], ...],
    tables: tuple[str, ...],
    purchases: tuple[str, ...],
    columns: str | None,
    folder: str,
    against: str | None,
    workers: int | None,
    until: str | None,
    shape: str,
    language: str | None,
) -> None:
    """Decide a history of purchases, larger than memory if need be, on all cores: Parquet, CSV or JSON lines in, tables
    of decisions, balances and totals out.

    A replay that was stopped ends with exit code 3, and the same command goes on with it.
    """
    from loyalty_rules.adapters.cli.replaying import run_replay

    ctx.exit(
        run_replay(
            rules,
            purchases,
            earlier=earlier,
            tables=tables,
            columns=columns,
            folder=folder,
            against=against,
            workers=workers,
            until=until,
            as_json=shape == "json",
            language=language,
        )
    )


@loyalty.command()
@paths_given
@click.option("--fuzz", type=click.IntRange(1, 10_000_000), metavar="N", help="Also run N random events on each file.")
@click.option("--coverage", "cover", is_flag=True, help="Mark what neither examples nor random events ever reached.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The seed of the random events.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@rows_of_tables
@spoken
@click.pass_context
def test(
    ctx: click.Context,
    paths: tuple[str, ...],
    fuzz: int | None,
    cover: bool,
    seed: int,
    shape: str,
    tables: tuple[str, ...],
    language: str | None,
) -> None:
    """Run the examples of rule files and show how each came out.

    With --fuzz, random orders, drawn from what the file itself asks about, look for one that breaks what has to hold
    of every programme. What is found is shown as the shortest history, ready to be put into the file as an example.

    With --coverage, each rule that never gave anything, each condition that never held or never failed, each ceiling
    that never cut is marked with its line.
    """
    from loyalty_rules.adapters.cli.testing import EVENTS, run_test

    asked = (fuzz, seed) if fuzz else None
    covered = (fuzz or EVENTS, seed) if cover else None
    as_json = shape == "json"
    ctx.exit(run_test(paths or (".",), fuzz=asked, cover=covered, as_json=as_json, language=language, tables=tables))


@loyalty.command()
@click.argument("rules", metavar="RULES")
@click.argument("events", metavar="EVENTS")
@click.argument("name", metavar="CONTEST")
@earlier_editions
@rows_of_tables
@click.option("--members", metavar="FILE", help="The members as they are before, one JSON document a line.")
@shared_before
@click.option("--at", metavar="INSTANT", help="An instant of the season, where there are seasons.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--prizes-out", metavar="FILE", help="Write the prizes as events, for `loyalty run`.")
@click.option("--members-out", metavar="FILE", help="Decide the prizes, and write the members as they are then.")
@spoken
@click.pass_context
def contest(ctx: click.Context, /, rules: str, events: str, name: str, **options: Any) -> None:
    """Show who stands at which place of a contest behind the events of a file, and what that is worth."""
    from loyalty_rules.adapters.cli.holding import run_contest

    ctx.exit(run_contest(rules, events, name, **options))


@loyalty.command("compile")
@click.argument("rules", metavar="RULES")
@earlier_editions
@rows_of_tables
@click.option("--out", "file", required=True, metavar="FILE", help="Where the saved programme goes.")
@spoken
@click.pass_context
def compile_rules(
    ctx: click.Context,
    rules: str,
    earlier: tuple[tuple[str, str], ...],
    tables: tuple[str, ...],
    file: str,
    language: str | None,
) -> None:
    """Check a rule file and write its saved form: data that `load_saved` reads without checking anew.

    It is for this version of the SDK, and a changed byte is refused.
    """
    from loyalty_rules.adapters.cli.compiling import run_compile

    ctx.exit(run_compile(rules, file, earlier=earlier, tables=tables, language=language))


@loyalty.command()
@click.argument("folder", default=".", metavar="[FOLDER]")
@click.option("--language", type=click.Choice(["en", "ru"]), default="en", show_default=True)
def init(folder: str, language: str) -> None:
    """Write a first rule file and some events to play with. Nothing is overwritten."""
    from loyalty_rules.adapters.cli.starting import run_init

    run_init(folder, language)


@loyalty.command()
@click.argument("document", type=click.Choice(["event", "member", "decision", "statement", "settlement", "shared"]))
def schema(document: str) -> None:
    """Print the JSON Schema of a document."""
    from loyalty_rules.adapters.cli.starting import run_schema

    run_schema(document)


@loyalty.command()
@click.argument("code", metavar="CODE")
@spoken
def code(code: str, language: str | None) -> None:
    """Print what a diagnostic code, such as L031, means: the mistake, and what to do."""
    from loyalty_rules.adapters.cli.pages import run_code

    run_code(code, language)


@loyalty.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell, e.g. for bash: eval "$(loyalty completion bash)"."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is not None:
        sys.stdout.write(found(loyalty, {}, "loyalty", "_LOYALTY_COMPLETE").source())


loyalty.add_command(draw)
