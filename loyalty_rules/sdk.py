"""The version of the SDK, for whatever says which one it comes from."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
