"""A rule file that is checked again and again while it is edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from loyalty_rules.errors import refuse_pickling
from loyalty_rules.lang.rereading import Rereading
from loyalty_rules.limits import LIMITS, Limits
from loyalty_rules.report import Report, report_of
from loyalty_rules.supplied import Rows, supplied


class Rechecker:
    """Checks one text after another, each like the one before but for some lines: an editor's work. Lines that have not
    changed are not read anew; every report says what that of `check` says. Not for several threads at once.

    `tables` and `limits` as in `load`; raises `InputError` where rows are none.
    """

    def __init__(
        self, *, name: str = "rules.loyalty", tables: Mapping[str, Rows] | None = None, limits: Limits = LIMITS
    ) -> None:
        self._name, self._rows, self._limits = name, supplied(tables), limits
        self._rereading = Rereading()
        self._last: tuple[str | bytes, Report] | None = None

    def __reduce__(self) -> NoReturn:
        refuse_pickling("rechecker", "the text, and check it anew")

    def check(self, text: str | bytes) -> Report:
        """What `check` says of a text. Never raises for what it says."""
        if self._last is None or self._last[0] != text:
            self._last = (text, report_of(text, self._name, self._rows, self._limits, self._rereading.read))
        return self._last[1]
