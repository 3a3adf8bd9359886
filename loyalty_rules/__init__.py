"""Loyalty programmes as rule files: checked on load, decided exactly, explained."""

from __future__ import annotations

__all__: list[str] = []
