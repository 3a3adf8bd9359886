"""Writes the JSON Schemas of the wire to `docs/schemas/`; a test holds the pages equal to the models.

python -m loyalty_rules.adapters.wire.schemas [FOLDER]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from loyalty_rules.adapters.wire.models import SCHEMAS, json_schema
from loyalty_rules.errors import InputError, shown

FOLDER: Final = Path("docs") / "schemas"


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one kind of document. Raises `InputError` (`schema.unknown`)."""
    if name not in SCHEMAS:
        raise InputError("schema.unknown", f"there are schemas of {', '.join(SCHEMAS)}, not of {shown(name)}")
    return json_schema(name)


def pages() -> dict[str, str]:
    """The text of each schema by file name."""
    return {f"{name}.json": json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n" for name in SCHEMAS}


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes all schemas into the folder named, or into `docs/schemas/`."""
    given = sys.argv[1:] if arguments is None else arguments
    folder = Path(given[0]) if given else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
        print(folder / name)


if __name__ == "__main__":
    main()
