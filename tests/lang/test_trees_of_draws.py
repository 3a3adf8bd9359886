"""What lines of draws become: nodes typed by hand."""

from __future__ import annotations

from loyalty_rules.lang import syntax as s
from tests.lang.test_trees import AT, MARCH_1, clause_of, moment, name, number, quantity

COMMITMENT = "sha256:4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631"


def test_when_tickets_are_drawn() -> None:
    assert clause_of("H_DRAW", "draws at 2026-03-01") == s.DrawsAt(moment(MARCH_1), span=AT)
    assert clause_of("H_DRAW", "season in programme year") == s.Season("IN_PYEAR", span=AT)


def test_what_is_won() -> None:
    gift = s.Gift(quantity(3, "pts"), name("pts"), None, "", percent=False, span=AT)
    assert clause_of("H_DRAW", "prize 3 pts winners 2") == s.PrizeOfDraw(gift, number(2), span=AT)
    assert clause_of("H_DRAW", "one prize per member") == s.Simple("ONE_PRIZE", span=AT)
    assert clause_of("H_DRAW", f'commitment "{COMMITMENT}"') == s.Commitment(s.Text(COMMITMENT, span=AT), span=AT)


def test_what_is_won_at_once() -> None:
    gift = s.Gift(quantity(3, "pts"), name("pts"), None, "", percent=False, span=AT)
    assert clause_of("H_DRAW", "draws at once") == s.Simple("DRAWS_AT_ONCE", span=AT)
    won = s.ChanceOfPrize(gift, number(5), number(100), span=AT)
    assert clause_of("H_DRAW", "prize 3 pts chance 5 out of 100") == won
    nothing = s.ChanceOfPrize(None, number(95), number(100), span=AT)
    assert clause_of("H_DRAW", "no prize chance 95 out of 100") == nothing


def test_what_is_ranked_and_what_places_are_worth() -> None:
    measure = clause_of("H_PROMISE", "always orders in calendar month at least 1")
    assert isinstance(measure, s.ConditionClause)
    assert isinstance(measure.condition, s.Compared)
    asked = measure.condition.operand
    assert isinstance(asked, s.Measure)
    assert clause_of("H_CONTEST", "ranks orders in calendar month lowest first") == s.Ranks(asked, "LOWEST", span=AT)
    gift = s.Gift(quantity(3, "pts"), name("pts"), None, "", percent=False, span=AT)
    assert clause_of("H_CONTEST", "prize 3 pts place 2") == s.PrizeOfPlaces(gift, number(2), number(2), span=AT)
    between = s.PrizeOfPlaces(gift, number(2), number(9), span=AT)
    assert clause_of("H_CONTEST", "prize 3 pts place between 2 and 9") == between
    assert clause_of("H_CONTEST", "ties earlier first") == s.Simple("TIES_EARLIER", span=AT)


def test_a_step_in_which_the_member_wins() -> None:
    step = s.At(moment(MARCH_1), "X_WINS", None, name("autumn"), place=number(3), span=AT)
    assert clause_of("H_EXAMPLE", "at 2026-03-01 wins in autumn place 3") == step
