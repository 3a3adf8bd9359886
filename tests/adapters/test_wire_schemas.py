"""The JSON Schemas in `docs/schemas/` are those of the models, and say the same as the readers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loyalty_rules.adapters.wire import schemas
from loyalty_rules.errors import InputError
from tests.house.tree import ROOT

FOLDER = ROOT / "docs" / "schemas"


def test_the_pages_are_what_the_models_say() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.iterdir())}
    assert written == schemas.pages()


def test_the_command_writes_every_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schemas.main([str(tmp_path / "new")])
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "decision.json",
        "event.json",
        "member.json",
        "settlement.json",
        "shared.json",
        "statement.json",
    ]
    assert capsys.readouterr().out.count("\n") == 6


def test_every_object_is_closed_and_every_amount_is_a_string() -> None:
    for name in ("event", "member"):
        definitions = schemas.schema(name)["$defs"]
        assert all(model["additionalProperties"] is False for model in definitions.values())
        assert "number" not in {
            field.get("type") for model in definitions.values() for field in model["properties"].values()
        }
    line = schemas.schema("event")["$defs"]["LineModel"]
    assert line["required"] == ["id", "quantity"]
    assert line["properties"]["price"]["type"] == "string"


def test_a_schema_is_plain_data_without_values_of_ours() -> None:
    for page in schemas.pages().values():
        assert json.loads(page)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert '"default"' not in page


def test_an_unknown_schema_is_named() -> None:
    with pytest.raises(InputError, match="not of offer"):
        schemas.schema("offer")
