"""For the tests of a host: a programme whose examples hold, and that no random history breaks."""

from __future__ import annotations

from loyalty_rules.errors import LoyaltyError
from loyalty_rules.programme import Programme
from loyalty_rules.testing.examples import run_examples
from loyalty_rules.testing.fuzz import fuzz
from loyalty_rules.testing.telling import told_example, told_fuzz, words


class ProgrammeFailedError(LoyaltyError, AssertionError):
    """An example that fails, or a history that breaks what has to hold. `told` says it all, in the language of the
    file."""

    told: str

    def __init__(self, code: str, message: str, where: str = "", told: str = "") -> None:
        super().__init__(code, message, where)
        self.told = told
        self.args = (self.code, self.message, self.where, told)

    def __str__(self) -> str:
        return self.told or super().__str__()


def assert_programme(programme: Programme, *, orders: int = 500, seed: int = 0) -> None:
    """Runs the examples of a programme, then random histories of so many `orders`. Raises `ProgrammeFailedError`, an
    `AssertionError`: `programme.example`, `programme.broken`."""
    texts, name = words(programme.language), programme.source.name
    failed = [example for example in run_examples(programme) if not example.ok]
    if failed:
        told = "\n\n".join(told_example(example, programme.source, texts) for example in failed)
        raise ProgrammeFailedError("programme.example", "an example does not come true", name, told)
    report = fuzz(programme, orders=orders, seed=seed)
    if report.findings:
        told = told_fuzz(name, report, texts)
        raise ProgrammeFailedError("programme.broken", "a history breaks what has to hold", name, told)
