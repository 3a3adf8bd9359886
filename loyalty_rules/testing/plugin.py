"""The plugin of pytest: every `*.loyalty` file is checked, and every `example` in it is a test.

It comes with the extra `testing` and needs no setting. `loyalty_files = false` in the settings of pytest leaves rule
files alone, `--loyalty-fuzz N` adds N random events to every file, `--loyalty-table NAME=FILE` hands over the rows of a
table that a file leaves to the host, `--loyalty-limit NAME=NUMBER` raises a limit of `loyalty_rules.Limits`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from loyalty_rules.diagnostics import Diagnostic
    from loyalty_rules.errors import InputError
    from loyalty_rules.limits import Limits
    from loyalty_rules.programme import Programme
    from loyalty_rules.source import Source
    from loyalty_rules.supplied import Rows
    from loyalty_rules.testing.examples import ExampleResult


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("loyalty_files", "collect rule files (*.loyalty) as tests", type="bool", default=True)
    group = parser.getgroup("loyalty")
    group.addoption("--loyalty-fuzz", type=int, default=0, metavar="N", help="run N random events on each rule file")
    group.addoption("--loyalty-seed", type=int, default=0, metavar="SEED", help="the seed of the random events")
    group.addoption(
        "--loyalty-table", action="append", default=[], metavar="NAME=FILE", help="rows of a table of the host, as CSV"
    )
    group.addoption(
        "--loyalty-limit", action="append", default=[], metavar="NAME=NUMBER", help="how large a rule file may be"
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    if file_path.suffix == ".loyalty" and parent.config.getini("loyalty_files"):
        return RuleFile.from_parent(parent, path=file_path)
    return None


class FailedError(Exception):
    """What a test of a rule file tells."""


def _tables(config: pytest.Config) -> Mapping[str, bytes]:
    """The CSV of each table that the options name. A file that is missing is an error of the command line."""
    found = {}
    for one in config.getoption("--loyalty-table"):
        name, _, file = one.partition("=")
        try:
            found[name] = Path(file).read_bytes()
        except OSError as error:
            raise pytest.UsageError(f"--loyalty-table {one}: {error.strerror}") from None
    return found


def _limits(config: pytest.Config) -> Limits:
    """The limits that the options give. One that is none is an error of the command line."""
    from loyalty_rules.errors import SettingsError
    from loyalty_rules.limits import MOST, Limits

    found: dict[str, int] = {}
    for one in config.getoption("--loyalty-limit"):
        name, _, number = one.partition("=")
        if name not in MOST or not (number.isascii() and number.isdigit() and len(number) < 12):
            raise pytest.UsageError(f"--loyalty-limit {one}: NAME=NUMBER is expected, with one of {', '.join(MOST)}")
        found[name] = int(number)
    try:
        return Limits(**found)
    except SettingsError as error:
        raise pytest.UsageError(f"--loyalty-limit: {error}") from None


class RuleFile(pytest.File):
    """A rule file: that it checks, its examples, and random events where they are asked for."""

    def collect(self) -> Iterator[pytest.Item]:
        from loyalty_rules.errors import InputError
        from loyalty_rules.loading import examine
        from loyalty_rules.source import decode
        from loyalty_rules.supplied import supplied
        from loyalty_rules.testing.examples import run_examples

        limits = _limits(self.config)
        try:
            source = decode(self.path.read_bytes(), self.path.name, limits.bytes)
            tables = supplied(_tables(self.config))
        except InputError as refusal:
            yield CheckItem.from_parent(self, name="check", refusal=refusal)
            return
        programme, diagnostics = examine(source, tables, limits)
        yield CheckItem.from_parent(self, name="check", source=source, diagnostics=diagnostics, fine=bool(programme))
        if programme is None:
            return
        for place, example in enumerate(run_examples(programme), 1):
            name = f"{place}: {example.title}"
            yield ExampleItem.from_parent(self, name=name, programme=programme, example=example)
        if self.config.getoption("--loyalty-fuzz"):
            yield FuzzItem.from_parent(self, name="fuzz", programme=programme)


class _Item(pytest.Item):
    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, FailedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.path.name}: {self.name}"


class CheckItem(_Item):
    """The file is text, and has no errors."""

    def __init__(
        self,
        *,
        fine: bool = False,
        source: Source | None = None,
        diagnostics: tuple[Diagnostic, ...] = (),
        refusal: InputError | None = None,
        **rest: Any,
    ) -> None:
        super().__init__(**rest)
        self.fine, self.source, self.diagnostics, self.refusal = fine, source, diagnostics, refusal

    def runtest(self) -> None:
        from loyalty_rules.lang.lexer import language_of
        from loyalty_rules.testing.telling import told_errors, words

        if self.source is None:
            raise FailedError(str(self.refusal))
        if not self.fine:
            texts = words(language_of(self.source) or "en")
            raise FailedError(told_errors(self.path.name, self.source, self.diagnostics, texts))


class ExampleItem(_Item):
    """One example comes true."""

    def __init__(self, *, programme: Programme, example: ExampleResult, **rest: Any) -> None:
        super().__init__(**rest)
        self.programme, self.example = programme, example

    def runtest(self) -> None:
        from loyalty_rules.testing.telling import told_example, words

        if not self.example.ok:
            texts = words(self.programme.language)
            raise FailedError(told_example(self.example, self.programme.source, texts))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        line = self.programme.source.position(self.example.span.start).line
        return self.path, line - 1, f"{self.path.name}: {self.example.title}"


class FuzzItem(_Item):
    """No random history breaks what has to hold."""

    def __init__(self, *, programme: Programme, **rest: Any) -> None:
        super().__init__(**rest)
        self.programme = programme

    def runtest(self) -> None:
        from loyalty_rules.testing.fuzz import fuzz
        from loyalty_rules.testing.telling import told_fuzz, words

        orders, seed = self.config.getoption("--loyalty-fuzz"), self.config.getoption("--loyalty-seed")
        report = fuzz(self.programme, orders=orders, seed=seed)
        if report.findings:
            raise FailedError(told_fuzz(self.path.name, report, words(self.programme.language)))


class Loyalty:
    """What the fixture `loyalty` gives: programmes by the name of their file, beside the test that asks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, name: str, *, tables: Mapping[str, Rows] | None = None, limits: Limits | None = None) -> Programme:
        """The programme of a rule file whose name is relative to the folder of the test, with the tables of the host,
        under limits that are not the usual ones. Raises `RuleFileError`."""
        from loyalty_rules.limits import LIMITS
        from loyalty_rules.loading import load

        return load((self.folder / name).read_bytes(), name=name, tables=tables, limits=limits or LIMITS)

    def assert_programme(self, programme: Programme, *, orders: int = 500, seed: int = 0) -> None:
        """See `loyalty_rules.testing.asserting.assert_programme`."""
        from loyalty_rules.testing.asserting import assert_programme

        assert_programme(programme, orders=orders, seed=seed)


@pytest.fixture
def loyalty(request: pytest.FixtureRequest) -> Loyalty:
    """Loads rule files that lie beside the test, and asserts that programmes hold."""
    return Loyalty(request.path.parent)
