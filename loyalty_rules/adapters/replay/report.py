"""The report of a replay: one page that opens without a network, with pictures and the figures behind them."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final, NamedTuple

from loyalty_rules.adapters.replay.figures import NEVER_GO, Figures
from loyalty_rules.adapters.replay.plots import MOST, Chart, png
from loyalty_rules.adapters.replay.running import Replayed
from loyalty_rules.adapters.replay.summary import forecast, given, given_in_all, level_names, liability, result, tiers
from loyalty_rules.amounts import format_units
from loyalty_rules.explaining.wording import Wording, wording
from loyalty_rules.programme import Programme

PAGE: Final = "replaying"
REPORT: Final = "report.html"
_PLOTS: Final = "plots"
_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { margin-bottom: 0; } h2 { margin-top: 3rem; } .sub { color: #666; }
img { width: 100%; height: auto; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; } td, th { padding: .25rem .9rem .25rem 0; text-align: right; }
td:first-child, th:first-child { text-align: left; } th { border-bottom: 1px solid #999; font-weight: 600; }
tr + tr td { border-top: 1px solid #eee; } summary { cursor: pointer; color: #555; }
dl { display: flex; flex-wrap: wrap; gap: 0 3rem; } dt { color: #666; } dd { margin: 0; font-size: 1.6rem; }
"""


class Picture(NamedTuple):
    """A part of the page: a chart, its file, and the table behind it."""

    name: str
    chart: Chart
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def write_report(replayed: Replayed, out: Path, language: str) -> None:
    """Writes the page, and each picture of it as a file of its own."""
    texts = wording(language, PAGE)
    folder = out / _PLOTS
    folder.mkdir(exist_ok=True)
    parts: list[str] = []
    for picture in pictures(replayed.programme, replayed.figures, texts):
        data = png(picture.chart)
        (folder / f"{picture.name}.png").write_bytes(data)
        parts.append(_section(picture, data, texts))
    (out / REPORT).write_text(_page(replayed, "".join(parts), texts), encoding="utf-8")


def pictures(programme: Programme, figures: Figures, texts: Wording) -> Iterator[Picture]:
    """Points by rule and month, what is held and when it goes for each purse, and each ladder over time."""
    for place, purse in enumerate(programme.checked.purses, 1):
        title = programme.checked.purses[purse].title or purse
        yield _given(programme, figures, purse, f"given_{place}", texts.text("report.given", purse=title), texts)
        yield _held(programme, figures, purse, f"liability_{place}", texts.text("report.liability", purse=title), texts)
        yield _ends(programme, figures, purse, f"forecast_{place}", texts.text("report.forecast", purse=title), texts)
    for place, (ladder, found) in enumerate(programme.checked.ladders.items(), 1):
        title = texts.text("report.tiers", ladder=found.title or ladder)
        yield _tiers(programme, figures, ladder, f"tiers_{place}", title, texts)


# ---------------------------------------------------------------- charts


def _number(programme: Programme, purse: str, units: int) -> str:
    whole, point, fraction = format_units(units, programme.checked.purses[purse].decimals).partition(".")
    return f"{int(whole):,}".replace(",", "\u00a0") + point + fraction


def _given(programme: Programme, figures: Figures, purse: str, name: str, title: str, texts: Wording) -> Picture:
    months = figures.months()
    amounts = given(figures)
    totals = {rule: units for (of, rule), units in given_in_all(figures).items() if of == purse}
    rules = sorted(totals, key=lambda rule: (-totals[rule], rule))
    scale = 10 ** programme.checked.purses[purse].decimals
    by_rule = {rule: [amounts[month, purse, rule] for month in months] for rule in rules}
    series = {rule: [units / scale for units in by_rule[rule]] for rule in rules[:MOST]}
    if rules[MOST:]:
        others = [sum(by_rule[rule][place] for rule in rules[MOST:]) / scale for place in range(len(months))]
        series[texts.text("report.others")] = others
    rows = [
        (rule, _number(programme, purse, totals[rule]), *(_number(programme, purse, one) for one in by_rule[rule]))
        for rule in rules
    ]
    heads = (texts.text("report.rule"), texts.text("report.in_all"), *months)
    return Picture(name, Chart(title, purse, months, series), heads, rows)


def _held(programme: Programme, figures: Figures, purse: str, name: str, title: str, texts: Wording) -> Picture:
    found = liability(figures, purse)
    scale = 10 ** programme.checked.purses[purse].decimals
    series = {purse: [units / scale for _, units in found]}
    rows = [(month, _number(programme, purse, units)) for month, units in found]
    heads = (texts.text("report.month"), texts.text("report.held"))
    return Picture(name, Chart(title, purse, [month for month, _ in found], series, "line"), heads, rows)


def _ends(programme: Programme, figures: Figures, purse: str, name: str, title: str, texts: Wording) -> Picture:
    found = [(texts.text("report.never") if one == NEVER_GO else one, units) for one, units in forecast(figures, purse)]
    scale = 10 ** programme.checked.purses[purse].decimals
    series = {purse: [units / scale for _, units in found]}
    rows = [(month, _number(programme, purse, units)) for month, units in found]
    heads = (texts.text("report.month"), texts.text("report.goes"))
    return Picture(name, Chart(title, purse, [month for month, _ in found], series), heads, rows)


def _tiers(programme: Programme, figures: Figures, ladder: str, name: str, title: str, texts: Wording) -> Picture:
    months = figures.months()
    counts = {
        level or texts.text("report.no_level"): [members for _, members in tiers(figures, ladder, level)]
        for level in level_names(programme, ladder)
    }
    rows = [(level, *(str(count) for count in members)) for level, members in counts.items()]
    chart = Chart(title, texts.text("report.members"), months, counts)
    return Picture(name, chart, (texts.text("report.level"), *months), rows)


# ---------------------------------------------------------------- the page


def difference_rows(found: Mapping[str, Any], texts: Wording) -> list[tuple[str, ...]]:
    """Where a programme gives other units than the one that it is compared with, the largest differences first."""
    return [
        (
            one["rule"] or "",
            one["purse"],
            texts.text(f"reason.{one['reason']}"),
            texts.text(f"why.{one['why']}"),
            ("" if one["units"].startswith("-") else "+") + one["units"],
        )
        for one in found["differences"]
    ]


def difference_heads(texts: Wording) -> list[str]:
    """The heads of these rows."""
    return [texts.text(f"against.{name}") for name in ("rule", "purse", "reason", "why", "units")]


def differing_members(found: Mapping[str, Any], texts: Wording) -> list[str]:
    """How many members have more and less, a line for each purse."""
    return [
        texts.text("against.members", purse=purse, more=str(ways["more"]), less=str(ways["less"]))
        for purse, ways in found["members"].items()
    ]


def _against(found: Mapping[str, Any], texts: Wording) -> str:
    title = escape(texts.text("against.title", title=found["programme"]["title"]))
    lines = "".join(f"<p>{escape(line)}</p>" for line in differing_members(found, texts))
    rows = difference_rows(found, texts)
    told = _table(difference_heads(texts), rows) if rows else f"<p>{escape(texts.text('against.none'))}</p>"
    return f"<h2>{title}</h2>\n{lines}{told}\n"


def _section(picture: Picture, data: bytes, texts: Wording) -> str:
    source = base64.b64encode(data).decode("ascii")
    title = escape(picture.chart.title)
    table = _table(picture.heads, picture.rows)
    details = f"<details><summary>{escape(texts.text('report.figures'))}</summary>{table}</details>"
    return f'<h2>{title}</h2>\n<img alt="{title}" src="data:image/png;base64,{source}">\n{details}\n'


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _page(replayed: Replayed, body: str, texts: Wording) -> str:
    found = result(replayed)
    title = escape(replayed.programme.title)
    counts = "".join(
        f"<div><dt>{escape(texts.text(f'report.{name}'))}</dt><dd>{found[name]:,}</dd></div>".replace(",", "\u00a0")
        for name in ("members", "orders", "decisions")
    )
    heads = [texts.text(f"report.{name}") for name in ("purse", "usable", "pending", "reserved", "owed", "worth")]
    rows = [
        (purse, *(one[kind] or "" for kind in ("usable", "pending", "reserved", "owed", "worth")))
        for purse, one in found["purses"].items()
    ]
    against = _against(found["against"], texts) if "against" in found else ""
    period = escape(texts.text("report.period", since=found["from"][:10], until=found["until"][:10]))
    return f"""<!doctype html>
<html lang="{escape(texts.table.language)}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{_STYLE}</style>
<h1>{title}</h1>
<p class="sub">{period}</p>
<dl>{counts}</dl>
<h2>{escape(texts.text("report.balances"))}</h2>
{_table(heads, rows)}
{against}{body}<p class="sub">{escape(texts.text("report.programme", fingerprint=replayed.programme.fingerprint))}</p>
</html>
"""
