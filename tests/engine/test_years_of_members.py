"""Years of a member and of a ladder: what is refused, what comes at one moment, what is said of the next review."""

from __future__ import annotations

from typing import Final

import pytest

from loyalty_rules import RuleFileError, line, load, purchase, tick
from loyalty_rules.calendar import instant_of

HEAD: Final = """loyalty rules 1
programme "Test"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns refused
  late events refused
end
purse pts "Points"
  round down per order
  usable at once
  expire never
  take oldest first
end
purse miles "Miles"
  round down per order
  usable at once
  expire never
end
earn base
  on any product
  give 1 pts per 10 RUB
end
redeem pay
  uses pts
  pays 1 RUB per 10 pts
  on any product
  too much is lowered
end
tiers status "Status"
  level gold when spend in year since joining at least 1 000 RUB
  upgrade from next order
  review {review}
  downgrade to earned level
end
"""
YEARLY: Final = HEAD.format(review="at end of year since joining")
MONTHLY: Final = HEAD.format(review="at end of calendar month")
CONVERSION: Final = "conversion {name}\n  {when}\n  uses all of pts\n  give 1 miles per 10 pts\nend\n"
MEMBERSHIP: Final = "membership club\n  leaving refunds nothing\nend\n"


def conversions(*moments: str) -> str:
    return "".join(CONVERSION.format(name=f"c_{number}", when=when) for number, when in enumerate(moments))


@pytest.mark.parametrize(
    ("blocks", "slug"),
    [
        (conversions("at start of year of status"), "name.kind"),
        (conversions("at end of year of base"), "name.kind"),
        (conversions("at end of year of status plus 12 months"), "membership.shift"),
        ("earn e\n  at start of year of status\n  give 1 miles\nend\n", "name.kind"),
    ],
)
def test_what_has_no_such_years_is_refused(blocks: str, slug: str) -> None:
    with pytest.raises(RuleFileError) as refused:
        load(YEARLY + blocks)
    assert [found.problem.slug for found in refused.value.diagnostics] == [slug]


@pytest.mark.parametrize("review", ["at end of year of status", "at start of year of status"])
def test_a_review_waits_for_no_year_of_a_ladder(review: str) -> None:
    with pytest.raises(RuleFileError) as refused:
        load(HEAD.format(review=review))
    assert refused.value.diagnostics[0].problem.code in ("L014", "L015")


@pytest.mark.parametrize(
    ("moments", "meet"),
    [
        (("at end of calendar month", "at end of year since joining"), True),
        (("at end of calendar month", "at end of year of club"), True),
        (("at end of year of status", "at end of year of club"), True),
        (("at start of calendar month", "at start of year of club"), True),
        (("at end of calendar month", "at start of year of club"), False),
        (("on request", "at end of year since joining"), False),
        (("at once", "at end of year since joining"), False),
    ],
)
def test_all_that_ends_at_one_moment_is_converted_together(moments: tuple[str, str], meet: bool) -> None:
    """Two that want the same units then would take them twice."""
    text = YEARLY + MEMBERSHIP + conversions(*moments)
    if not meet:
        load(text)
        return
    with pytest.raises(RuleFileError) as refused:
        load(text)
    assert [found.problem.slug for found in refused.value.diagnostics] == ["conversion.meet"]


def test_it_is_said_until_when_a_level_is_kept_and_what_it_takes() -> None:
    """Joined on 15 February: a year ends with 14 February. 1 000 RUB are spent in the first, 1 000 more keep it."""
    club = load(YEARLY)
    member = club.new_member("m", joined="2026-02-15T10:00:00Z")
    order = purchase("o", "m", "2026-03-01T10:00:00Z", [line("1", price="1000")], currency="RUB")
    member = club.decide(member, order).member
    keeping = club.to_keep(member, "status")
    assert keeping is not None
    assert (keeping.level, keeping.review, keeping.missing) == ("gold", instant_of("2027-02-15T00:00:00Z"), 0)
    member = club.decide(member, tick("m", "2027-02-15T00:00:00Z")).member
    keeping = club.to_keep(member, "status")
    assert keeping is not None
    assert (keeping.review, keeping.missing) == (instant_of("2028-02-15T00:00:00Z"), 100_000)


def test_a_level_of_who_did_not_join_has_no_review() -> None:
    club = load(YEARLY)
    order = purchase("o", "m", "2026-03-01T10:00:00Z", [line("1", price="1000")], currency="RUB")
    assert club.to_keep(club.decide(club.new_member("m"), order).member, "status") is None


def test_a_ladder_is_asked_for_its_years_under_the_name_it_has_now() -> None:
    """The level was reached under the old name; a year later, under the new one, 10 miles come of 100 points."""
    before = MONTHLY.replace("review at end of calendar month", "review never").replace(
        "  downgrade to earned level\n", ""
    )
    after = before.replace("tiers status", "tiers rank").replace("  review never", "  review never\n  was status")
    club = load(
        after + conversions("at end of year of rank"),
        earlier=[(before + conversions("at end of year of status"), "2026-06-01T00:00:00Z")],
    )
    member = club.new_member("m", joined="2026-02-15T10:00:00Z")
    order = purchase("o", "m", "2026-03-01T10:00:00Z", [line("1", price="1000")], currency="RUB")
    member = club.decide(member, order).member
    member = club.decide(member, tick("m", "2027-02-28T23:59:00Z")).member
    assert club.balance(member, "miles").usable == 0
    member = club.decide(member, tick("m", "2027-03-01T00:00:00Z")).member
    assert club.balance(member, "miles").usable == 10


def test_years_of_a_member_are_left_by_the_function_of_a_programme() -> None:
    monthly, yearly = (text.replace("in year since joining", "in calendar year") for text in (MONTHLY, YEARLY))
    assert load(monthly + conversions("at end of calendar month")).left_whole() == {}
    assert set(load(yearly).left_whole()) == {"status"}
    for when in ("at end of year since joining", "at end of year of status"):
        assert set(load(monthly + conversions(when)).left_whole().values()) == {"conversion c_0"}
