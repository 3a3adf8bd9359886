"""`loyalty init` and `loyalty schema`: what a newcomer starts from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from loyalty_rules.adapters.cli.files import refuse
from loyalty_rules.adapters.cli.terminal import out, out_json, words
from loyalty_rules.explaining.wording import wording

_PAGE: Final = "starting"
_EVENTS_NAME: Final = "events.jsonl"


def run_init(folder: str, language: str) -> None:
    """Writes the first rule file of a language and its events. Raises `Refused` where one of them exists already."""
    place = Path(folder)
    first = wording(language, _PAGE)
    contents = {
        place / first.text("first_rule.name"): first.text("first_rule.rules"),
        place / _EVENTS_NAME: first.text("first_rule.events"),
    }
    for path in contents:
        if path.exists():
            raise refuse(language, "file.exists", name=str(path))
    texts = words(language)
    try:
        place.mkdir(parents=True, exist_ok=True)
        for path, text in contents.items():
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            out(texts.text("init.written", name=str(path)))
    except OSError as error:
        raise refuse(language, "file.unwritable", name=folder, reason=error.strerror or str(error)) from None
    rules, events = contents
    out(texts.text("init.next", command=f"loyalty check {rules}"))
    out(texts.text("init.next", command=f"loyalty explain {rules} --events {events}"))


def run_schema(document: str) -> None:
    """Prints a JSON Schema."""
    from loyalty_rules.adapters.wire.schemas import schema

    out_json(json.dumps(schema(document), ensure_ascii=False, indent=2))
