"""Referrals: invitations, follow-ups and what they do to the inviter; the wire, renames, merges, statements, replay."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from loyalty_rules import (
    DecisionError,
    InputError,
    MemberState,
    Programme,
    Purchase,
    Referred,
    Withdrawn,
    cancellation,
    invitation,
    line,
    load,
    merge,
    purchase,
    replay,
    tick,
)
from loyalty_rules.adapters.replay.members import histories, replay_members
from loyalty_rules.adapters.wire import read_event, read_member, write_decision, write_event, write_member
from loyalty_rules.calendar import instant_of
from loyalty_rules.decision import PointsTakenBack
from loyalty_rules.events import Event, adjustment
from loyalty_rules.member import Invited

RULES = """
loyalty rules 1

programme "Club"
  currency RUB
  time zone UTC
  basis money paid
  prices include tax
  returns replay within 60 days
  returns keep prices
  late events accepted for 10 days
end

facts
  member fact household is text optional
end

purse bonus "Bonus points"
  rules add up
  round down per order
  usable at once
  expire after 12 months
  after a return may go negative
end

earn base
  on any product
  give 1 bonus per 10 RUB
end

referral bring "Bring a friend"
  when order number is 1
  give inviter 300 bonus
  give friend 100 bonus
  refuse same household
  limit 1 per friend
  limit 2 per inviter in calendar year
  after a return take back
end
"""

FIRST, SECOND, THIRD, FOURTH = (f"2026-03-0{day}T12:00:00Z" for day in (1, 2, 3, 4))


@pytest.fixture(scope="module")
def club() -> Programme:
    return load(RULES)


def order(member: str, at: str, id: str = "o-1") -> Purchase:
    return purchase(id, member, at, [line("1", price="100")], currency="RUB")


def invited(club: Programme, household: str = "") -> tuple[MemberState, MemberState]:
    """An inviter and a friend."""
    facts = {"household": household} if household else {}
    told = invitation("i-1", "ivan", FIRST, "anna")
    one, other = club.invite(club.new_member("ivan", facts=facts), club.new_member("anna"), told)
    return one.member, other.member


def test_an_invitation_is_kept_with_both(club: Programme) -> None:
    ivan, anna = invited(club, "h-1")
    assert (ivan.invites, ivan.invited) == (1, None)
    assert anna.invited == Invited("ivan", instant_of(FIRST), (("household", "h-1"),))
    for member in (ivan, anna):
        assert read_member(write_member(member, club), club) == member
    assert json.loads(write_member(anna, club))["core"]["invited"] == {
        "by": "ivan",
        "at": "2026-03-01T12:00:00+00:00",
        "facts": {"household": "h-1"},
    }


def test_an_order_of_the_friend_leads_to_an_event_for_the_inviter(club: Programme) -> None:
    ivan, anna = invited(club)
    decided = club.decide(anna, order("anna", SECOND))
    (following,) = decided.follow_ups
    assert isinstance(following, Referred)
    # The order may come back through 1 May; 30 days more for a follow-up that is told late.
    until = instant_of("2026-06-01T00:00:00Z")
    assert following[1:7] == ("ivan", instant_of(SECOND), "bring", "anna", "o-1", until)
    assert [effect.granted for effect in decided.effects if effect.kind == "points_awarded"] == [10, 100]
    thanked = club.decide(ivan, following)
    assert [effect.granted for effect in thanked.effects if effect.kind == "points_awarded"] == [300]
    assert club.balance(thanked.member, "bonus").usable == 300
    assert club.decide(thanked.member, following).outcome == "repeated"
    assert read_member(write_member(thanked.member, club), club) == thanked.member
    assert read_member(write_member(decided.member, club), club) == decided.member


def test_follow_ups_go_over_the_wire_as_events(club: Programme) -> None:
    ivan, anna = invited(club)
    decided = club.decide(anna, order("anna", SECOND))
    (data,) = json.loads(write_decision(decided))["follow_ups"]
    assert data["kind"] == "referral"
    assert read_event(json.dumps(data), club) == decided.follow_ups[0]
    back = club.decide(decided.member, cancellation("c-1", "anna", THIRD, "o-1"))
    (data,) = json.loads(write_decision(back))["follow_ups"]
    assert data["kind"] == "referral_withdrawn"
    assert read_event(json.dumps(data), club) == back.follow_ups[0]
    told = invitation("i-9", "ivan", FIRST, "boris")
    assert read_event(write_event(told, club), club) == told
    assert ivan.invites == 1


def test_the_inviter_gives_it_back_with_the_order(club: Programme) -> None:
    ivan, anna = invited(club)
    decided = club.decide(anna, order("anna", SECOND))
    thanked = club.decide(ivan, decided.follow_ups[0]).member
    back = club.decide(decided.member, cancellation("c-1", "anna", THIRD, "o-1"))
    (following,) = back.follow_ups
    assert isinstance(following, Withdrawn)
    left = club.decide(thanked, following)
    assert [one.units for one in left.effects if isinstance(one, PointsTakenBack)] == [300]
    assert len(left.effects) == 1
    assert left.explain("en").startswith("Order o-1 of the friend anna of member ivan came back (withdrawn-")
    assert left.explain("ru").startswith("Возвращён заказ o-1 друга anna, которого пригласил участник ivan (withdrawn-")
    assert club.balance(left.member, "bonus").usable == 0
    assert left.member.records == ()
    assert left.member.counters == ()


def test_a_withdrawal_of_what_was_never_given_changes_nothing(club: Programme) -> None:
    ivan, anna = invited(club)
    decided = club.decide(anna, order("anna", SECOND))
    back = club.decide(decided.member, cancellation("c-1", "anna", THIRD, "o-1"))
    left = club.decide(ivan, back.follow_ups[0])
    assert (left.outcome, left.effects) == ("decided", ())
    after = club.decide(left.member, decided.follow_ups[0])  # the order came back before: it is not given now either
    assert (after.outcome, after.effects, after.member.records) == ("decided", (), ())
    boris = Referred("r-2", "ivan", instant_of(FOURTH), "bring", "boris", "o-1")
    assert club.balance(club.decide(after.member, boris).member, "bonus").usable == 300


def test_an_inviter_whose_clock_is_ahead_gets_it_as_of_now(club: Programme) -> None:
    ivan, anna = invited(club)
    ahead = club.decide(ivan, tick("ivan", "2026-05-01T00:00:00Z")).member
    decided = club.decide(anna, order("anna", SECOND))
    thanked = club.decide(ahead, decided.follow_ups[0])
    assert thanked.member.clock == instant_of("2026-05-01T00:00:00Z")
    (lot,) = thanked.member.purses[0].lots
    assert lot.earned == instant_of("2026-05-01T00:00:00Z")
    assert club.decide(thanked.member, decided.follow_ups[0]).outcome == "repeated"


def test_an_order_that_is_told_late_leads_to_it_as_well(club: Programme) -> None:
    _, anna = invited(club)
    ahead = club.decide(anna, tick("anna", FOURTH)).member
    late = club.decide(ahead, order("anna", THIRD))
    assert [one.kind for one in late.follow_ups] == ["referral"]
    back = club.decide(late.member, cancellation("c-1", "anna", FOURTH, "o-1"))
    assert [one.kind for one in back.follow_ups] == ["referral_withdrawn"]


def test_what_may_fall_is_forgotten_in_time(club: Programme) -> None:
    ivan, anna = invited(club)
    decided = club.decide(anna, order("anna", SECOND))
    thanked = club.decide(ivan, decided.follow_ups[0]).member
    held = club.decide(thanked, tick("ivan", "2026-05-31T23:59:59Z")).member
    assert [record.lines for record in held.records] == [()]
    gone = club.decide(thanked, tick("ivan", "2026-06-11T00:00:00Z")).member
    gone = club.decide(gone, order("ivan", "2026-06-12T00:00:00Z")).member
    assert [record.order for record in gone.records] == ["o-1"]


@pytest.mark.parametrize(
    ("prepare", "code"),
    [("invited", "invitation.refused"), ("ordered", "invitation.refused"), ("inviting", "invitation.refused")],
)
def test_whoever_is_known_is_not_invited(club: Programme, prepare: str, code: str) -> None:
    anna = club.new_member("anna")
    if prepare == "invited":
        anna = invited(club)[1]
    elif prepare == "ordered":
        anna = club.decide(anna, order("anna", FIRST)).member
    else:
        anna = club.invite(anna, club.new_member("boris"), invitation("i-2", "anna", FIRST, "boris"))[0].member
    with pytest.raises(DecisionError) as caught:
        club.invite(club.new_member("olga"), anna, invitation("i-3", "olga", SECOND, "anna"))
    assert caught.value.code == code


def test_invitations_that_make_no_sense(club: Programme) -> None:
    ivan, anna = club.new_member("ivan"), club.new_member("anna")
    with pytest.raises(InputError) as caught:
        club.invite(ivan, ivan, invitation("i-1", "ivan", FIRST, "ivan"))
    assert caught.value.code == "invitation.self"
    with pytest.raises(InputError) as caught:
        club.decide(ivan, invitation("i-1", "ivan", FIRST, "anna"))
    assert caught.value.code == "call.two_members"
    with pytest.raises(DecisionError) as refused:
        club.invite(ivan, anna, invitation("i-1", "ivan", FIRST, "boris"))
    assert refused.value.code == "event.member"
    with pytest.raises(InputError) as caught:
        club.invite(ivan, "anna", invitation("i-1", "ivan", FIRST, "anna"))  # type: ignore[arg-type]  # no member
    assert caught.value.code == "call.type"
    one, _ = club.invite(ivan, anna, invitation("i-1", "ivan", FIRST, "anna"))
    with pytest.raises(DecisionError) as refused:
        club.invite(one.member, anna, invitation("i-1", "ivan", FIRST, "anna"))
    assert refused.value.code == "invitation.half"


def test_a_programme_without_referrals_has_no_invitations() -> None:
    plain = load(RULES[: RULES.index("referral bring")])
    ivan, anna = plain.new_member("ivan"), plain.new_member("anna")
    with pytest.raises(InputError) as caught:
        plain.invite(ivan, anna, invitation("i-1", "ivan", FIRST, "anna"))
    assert caught.value.code == "invitation.none"
    with pytest.raises(InputError) as caught:
        plain.decide(ivan, Referred("r-1", "ivan", instant_of(SECOND), "bring", "anna", "o-1"))
    assert caught.value.code == "referral.unknown"


def test_a_document_of_someone_who_is_invited_later_than_now_is_refused(club: Programme) -> None:
    _, anna = invited(club)
    data = json.loads(write_member(anna, club))
    data["core"]["invited"]["at"] = "2026-03-01T12:00:01Z"
    with pytest.raises(InputError) as caught:
        read_member(json.dumps(data), club)
    assert caught.value.code == "member.inconsistent"


def test_a_referral_that_was_renamed_takes_what_follows_from_before(club: Programme) -> None:
    ivan, anna = invited(club)
    decided = club.decide(anna, order("anna", SECOND))
    text = RULES.replace('referral bring "Bring a friend"', 'referral bring_friend "Bring a friend"\n  was bring')
    later = load(text, earlier=[(RULES, THIRD)])
    ahead = later.decide(ivan, tick("ivan", THIRD)).member
    thanked = later.decide(ahead, decided.follow_ups[0]).member
    assert later.balance(thanked, "bonus").usable == 300
    assert thanked.purses[0].lots[0].parts == (("bring_friend", 300),)


def test_what_was_given_before_a_rename_falls_after_it(club: Programme) -> None:
    ivan, anna = invited(club)
    decided = club.decide(anna, order("anna", SECOND))
    thanked = club.decide(ivan, decided.follow_ups[0]).member
    text = RULES.replace('referral bring "Bring a friend"', 'referral bring_friend "Bring a friend"\n  was bring')
    later = load(text, earlier=[(RULES, THIRD)])
    back = later.decide(decided.member, cancellation("c-1", "anna", FOURTH, "o-1"))
    left = later.decide(thanked, back.follow_ups[0]).member
    assert later.balance(left, "bonus").usable == 0


def test_a_merge_keeps_the_inviter_unless_it_is_one_of_the_two(club: Programme) -> None:
    ivan, anna = invited(club)
    told = merge("u-1", "anna", SECOND, into="olga", reason="one person", actor="desk")
    gone, olga = club.merge(anna, club.new_member("olga"), told)
    assert gone.member.invited is None
    assert olga.member.invited == anna.invited
    told = merge("u-2", "anna", SECOND, into="ivan", reason="one person", actor="desk")
    _, both = club.merge(anna, ivan, told)
    assert (both.member.invited, both.member.invites) == (None, 1)


@pytest.mark.parametrize("into", ["olga", "pavel", "ivan"])
def test_what_a_friend_led_to_falls_after_the_friend_became_one_with_another(club: Programme, into: str) -> None:
    """Ivan was given 300 for Anna's order, and gives these 300 back: whoever Anna is by now, also where that one was
    invited by another, or is Ivan."""
    ivan, anna = invited(club)
    decided = club.decide(anna, order("anna", SECOND))
    thanked = club.decide(ivan, decided.follow_ups[0]).member
    told = invitation("i-2", "boris", FIRST, "pavel")
    _, pavel = club.invite(club.new_member("boris"), club.new_member("pavel"), told)
    stays = {"olga": club.new_member("olga"), "pavel": pavel.member, "ivan": thanked}[into]
    united = merge("u-1", "anna", THIRD, into=into, reason="one person", actor="desk")
    _, both = club.merge(decided.member, stays, united)
    kept = read_member(write_member(both.member, club), club)
    back = club.decide(kept, cancellation("c-1", into, FOURTH, "o-1"))
    (following,) = back.follow_ups
    assert isinstance(following, Withdrawn)
    assert (following.member, following.friend, following.referral) == ("ivan", "anna", decided.follow_ups[0].id)
    left = club.decide(back.member if into == "ivan" else thanked, following)
    assert [one.units for one in left.effects if isinstance(one, PointsTakenBack)] == [300]
    assert club.balance(left.member, "bonus").usable == 0


def test_a_follow_up_that_was_decided_is_a_repeat_for_whoever_the_inviter_became(club: Programme) -> None:
    ivan, anna = invited(club)
    (following,) = club.decide(anna, order("anna", SECOND)).follow_ups
    thanked = club.decide(ivan, following).member
    united = merge("u-1", "ivan", THIRD, into="olga", reason="one person", actor="desk")
    _, olga = club.merge(thanked, club.new_member("olga"), united)
    again = club.decide(olga.member, following._replace(member="olga"))
    assert (again.outcome, club.balance(again.member, "bonus").usable) == ("repeated", 300)


def test_a_record_with_referrals_says_whose_they_are(club: Programme) -> None:
    data = json.loads(write_member(club.decide(invited(club)[1], order("anna", SECOND)).member, club))
    del data["records"][0]["inviter"]
    with pytest.raises(InputError) as caught:
        read_member(json.dumps(data), club)
    assert caught.value.code == "member.inconsistent"


def test_a_history_decides_what_follows_at_once(club: Programme) -> None:
    events: list[Event] = [
        invitation("i-1", "ivan", FIRST, "anna"),
        order("anna", SECOND),
        cancellation("c-1", "anna", THIRD, "o-1"),
    ]
    decisions = list(replay(club, events))
    told = [(one.member.member, one.event.kind) for one in decisions]
    assert told == [
        ("ivan", "invitation"),
        ("anna", "welcome"),
        ("anna", "purchase"),
        ("ivan", "referral"),
        ("anna", "cancellation"),
        ("ivan", "referral_withdrawn"),
    ]
    assert club.balance(decisions[-1].member, "bonus").usable == 0
    statement = club.statement("ivan", decisions).explain("en")
    assert "Bring a friend, friend, referral-" in statement


def test_members_who_invite_each_other_are_replayed_together() -> None:
    events: list[Event] = [invitation("i-1", "ivan", FIRST, "anna"), order("anna", SECOND), order("ivan", SECOND)]
    found = replay_members(RULES, histories(events).values(), end=instant_of(THIRD), workers=2)
    assert {one.member: one.usable["bonus"] for one in found.members} == {"anna": 110, "ivan": 310}


CAPPED = RULES.replace("limit 2 per inviter in calendar year", "cap 500 bonus per inviter in calendar month")
#: Whoever buys in which month.
BUYERS = {"anna": 3, "boris": 3, "clara": 3, "dmitri": 4}


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_what_is_left_under_a_cap_does_not_depend_on_the_order_of_what_came_back(count: int) -> None:
    """In each month an inviter holds the lesser of the cap and of what the friends whose orders stand make."""
    capped = load(CAPPED)
    told: list[Event] = [invitation(f"i-{name}", "ivan", FIRST, name) for name in BUYERS]
    told += [order(name, f"2026-0{month}-05T12:00:00Z") for name, month in BUYERS.items()]
    states = {one.member.member: one.member for one in replay(capped, told)}
    assert capped.balance(states["ivan"], "bonus").usable == 500 + 300
    for gone in permutations(BUYERS, count):
        events = [cancellation("c-1", name, f"2026-04-1{place}T12:00:00Z", "o-1") for place, name in enumerate(gone)]
        after = {**states, **{one.member.member: one.member for one in replay(capped, events, states)}}
        standing = [month for name, month in BUYERS.items() if name not in gone]
        left = sum(min(500, 300 * standing.count(month)) for month in (3, 4))
        assert capped.balance(after["ivan"], "bonus").usable == left, gone


def test_what_was_spent_or_has_expired_is_owed_or_gone() -> None:
    """Without a debt the purse gives back what is left; what expired is not taken again."""
    expiring = load(RULES.replace("expire after 12 months", "expire after 10 days"))
    ivan, anna = invited(expiring)
    decided = expiring.decide(anna, order("anna", SECOND))
    thanked = expiring.decide(ivan, decided.follow_ups[0]).member
    later = "2026-03-20T12:00:00Z"
    back = expiring.decide(decided.member, cancellation("c-1", "anna", later, "o-1"))
    left = expiring.decide(expiring.decide(thanked, tick("ivan", later)).member, back.follow_ups[0])
    (taken,) = [one for one in left.effects if one.kind == "points_taken_back"]
    assert (taken.units, taken.lots, taken.expired, taken.owed, taken.short) == (300, (), 300, 0, 0)


def test_a_follow_up_is_a_repeat_as_long_as_it_may_fall_whatever_ids_are_forgotten(club: Programme) -> None:
    """256 events after the time for late ones its id is forgotten; what it gave is kept, and gives nothing again."""
    ivan, anna = invited(club)
    (following,) = club.decide(anna, order("anna", SECOND)).follow_ups
    ivan = club.decide(ivan, following).member
    held = club.balance(ivan, "bonus").usable
    for number in range(257):
        at = f"2026-05-03T{12 + number // 60:02}:{number % 60:02}:00Z"
        ivan = club.decide(ivan, adjustment(f"a-{number}", "ivan", at, "bonus", 1, reason="test", actor="test")).member
    assert following.id not in {seen.id for seen in ivan.seen}
    again = club.decide(ivan, following)
    assert (again.outcome, again.effects) == ("repeated", ())
    assert club.balance(again.member, "bonus").usable == held + 257


@pytest.mark.parametrize(("price", "thanked"), [("2000", False), ("500", True)])
def test_a_referral_that_lost_in_a_group_thanks_nobody(price: str, thanked: bool) -> None:
    """The friend gets the larger of 100 points of the referral and 1 per 10 RUB: of 200 for 2 000 RUB, or of 50. Where
    the referral gave way, it did not act for the inviter either; where it won, goods that come back may change that."""
    text = RULES.replace("  rules add up\n", "")
    group = "\ngroup one\n  rule base\n  rule bring\n  choose largest for member\n  decide per order\nend\n"
    club = load(text + group)
    _, anna = invited(club)
    decided = club.decide(anna, purchase("o-1", "anna", SECOND, [line("1", price=price)], currency="RUB"))
    given = [(one.rule, one.granted) for one in decided.effects if one.kind == "points_awarded"]
    assert given == ([("bring", 100)] if thanked else [("base", 200)])
    assert bool(decided.follow_ups) is thanked
    assert bool(decided.member.records[0].referred) is thanked


def test_what_a_friend_led_to_holds_what_another_was_granted_under_a_cap() -> None:
    """50 and 10 of 60 in the month. Without the first friend's order the second alone would have led to 50: 10 fall.
    The other 50, all spent by then, are owed when that order comes back, too."""
    text = RULES.replace("inviter 300 bonus", "inviter 50 bonus").replace(
        "limit 2 per inviter in calendar year", "cap 60 bonus per inviter in calendar month"
    )
    rules = load(text)
    ivan, friends = rules.new_member("ivan"), {}
    for number, name in enumerate(("anna", "olga"), 1):
        both = rules.invite(ivan, rules.new_member(name), invitation(f"i-{number}", "ivan", FIRST, name))
        ivan, friends[name] = both[0].member, both[1].member
    for name, friend in friends.items():
        bought = rules.decide(friend, order(name, SECOND))
        ivan, friends[name] = rules.decide(ivan, bought.follow_ups[0]).member, bought.member
    assert rules.balance(ivan, "bonus").usable == 60
    ivan = rules.decide(ivan, adjustment("x", "ivan", THIRD, "bonus", -60, reason="test", actor="test")).member
    found = []
    for name, friend in friends.items():
        (following,) = rules.decide(friend, cancellation(f"c-{name}", name, FOURTH, "o-1")).follow_ups
        ivan = rules.decide(read_member(write_member(ivan, rules), rules), following).member
        assert rules.decide(ivan, following).outcome == "repeated"
        found.append(rules.balance(ivan, "bonus").usable)
    assert found == [-10, -60]
