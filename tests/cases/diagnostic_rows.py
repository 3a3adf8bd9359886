"""The rows that the host hands over with those wrong files that leave a table to it."""

from __future__ import annotations

from typing import Final

#: By code, the CSV of each table.
ROWS: Final = {
    "L382": {"rates": "sku,rate\nLATTE,5%\nMOCHA,3\n"},
    "L383": {"rates": "sku,rate\nLATTE,5%\nMOCHA,3%\nLATTE,4%\n"},
    "L396": {"rates": "sku,rate,rate\nLATTE,5%,3%\n"},
}
