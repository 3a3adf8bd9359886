"""What the tests of this folder share."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import TypeVar

import pytest

from loyalty_rules.errors import DecisionError, InputError, LoyaltyError

T = TypeVar("T")


def refusal(call: Callable[[], object]) -> LoyaltyError:
    """The error of a call that must fail inside the family, fit to be shown."""
    with pytest.raises((InputError, DecisionError)) as caught:
        call()
    error = caught.value
    assert len(error.message) <= 500
    assert error.message.isprintable()
    assert error.where.isprintable()
    return error


def code_of(call: Callable[[], object]) -> str:
    """The code of a call that must fail."""
    return refusal(call).code


def through_pickle(value: T) -> T:
    """What arrives where a value is sent."""
    twin: T = pickle.loads(pickle.dumps(value))  # noqa: S301 - written one step before
    return twin
