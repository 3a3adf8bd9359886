"""The commands of draws."""

from __future__ import annotations

import click

from loyalty_rules.adapters.cli.options import earlier_editions, rows_of_tables, shared_before, spoken


@click.group()
def draw() -> None:
    """Commit to a seed, hold a draw of a programme or settle one among tickets, verify what came of it."""


@draw.command("commit")
@click.argument("seed", metavar="SEED_FILE")
@spoken
@click.pass_context
def commit_seed(ctx: click.Context, seed: str, language: str | None) -> None:
    """Print the hash of the seed in a file: what is published before the first ticket."""
    from loyalty_rules.adapters.cli.holding import run_commit

    ctx.exit(run_commit(seed, language))


@draw.command("hold")
@click.argument("rules", metavar="RULES")
@click.argument("events", metavar="EVENTS")
@click.argument("name", metavar="DRAW")
@earlier_editions
@rows_of_tables
@click.option("--members", metavar="FILE", help="The members as they are before, one JSON document a line.")
@shared_before
@click.option("--seed", required=True, metavar="FILE", help="The file of the seed that was committed to.")
@click.option("--at", metavar="INSTANT", help="An instant of the season, where each season has its draw.")
@click.option("--prizes-out", metavar="FILE", help="Write the prizes as events, for `loyalty run`.")
@click.option("--members-out", metavar="FILE", help="Decide the prizes, and write the members as they are then.")
@spoken
@click.pass_context
def hold_draw(
    ctx: click.Context,
    rules: str,
    events: str,
    name: str,
    earlier: tuple[tuple[str, str], ...],
    tables: tuple[str, ...],
    members: str | None,
    shared: str | None,
    seed: str,
    at: str | None,
    prizes_out: str | None,
    members_out: str | None,
    language: str | None,
) -> None:
    """Count the tickets behind the events of a file and print the document of a draw with its winners."""
    from loyalty_rules.adapters.cli.holding import run_hold

    ctx.exit(
        run_hold(
            rules,
            events,
            name,
            earlier=earlier,
            tables=tables,
            members=members,
            shared=shared,
            seed=seed,
            at=at,
            prizes_out=prizes_out,
            members_out=members_out,
            language=language,
        )
    )


@draw.command("settle")
@click.argument("document", metavar="FILE")
@spoken
@click.pass_context
def settle_draw(ctx: click.Context, document: str, language: str | None) -> None:
    """Print the document of a draw with its winners. Its seed has to be the one that was committed to."""
    from loyalty_rules.adapters.cli.drawing import run_draw

    ctx.exit(run_draw(document, verify=False, language=language))


@draw.command("verify")
@click.argument("document", metavar="FILE")
@spoken
@click.pass_context
def verify_draw(ctx: click.Context, document: str, language: str | None) -> None:
    """Draw again and compare: exit code 1 where the seed, a ticket, a prize or a winner is another one."""
    from loyalty_rules.adapters.cli.drawing import run_draw

    ctx.exit(run_draw(document, verify=True, language=language))
