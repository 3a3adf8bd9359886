"""Writes the JSON Schemas of the wire to `docs/schemas/`; a test holds the pages equal to the models.

python -m loyalty_rules.adapters.wire.schemas [FOLDER]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from loyalty_rules.adapters.wire.models import SCHEMAS, json_schema

FOLDER: Final = Path("docs") / "schemas"


def pages() -> dict[str, str]:
    """The text of each schema by file name."""
    return {f"{name}.json": json.dumps(json_schema(name), indent=2, ensure_ascii=False) + "\n" for name in SCHEMAS}


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
