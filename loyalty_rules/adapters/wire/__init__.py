"""The wire: events, members and decisions as strict JSON. The shapes stand as JSON Schemas in `docs/schemas/`."""

from __future__ import annotations

from loyalty_rules.adapters.wire.decisions import decision_data, read_decision, write_decision
from loyalty_rules.adapters.wire.events import event_data, event_of, read_event, write_event
from loyalty_rules.adapters.wire.members import member_data, member_of, read_member, write_member
from loyalty_rules.adapters.wire.reading import read_json
from loyalty_rules.adapters.wire.settlements import read_settlement, settlement_data, write_settlement
from loyalty_rules.adapters.wire.shared import read_shared, shared_data, shared_of, write_shared
from loyalty_rules.adapters.wire.statements import read_statement, statement_data, write_statement

__all__ = [
    "decision_data",
    "event_data",
    "event_of",
    "member_data",
    "member_of",
    "read_decision",
    "read_event",
    "read_json",
    "read_member",
    "read_settlement",
    "read_shared",
    "read_statement",
    "settlement_data",
    "shared_data",
    "shared_of",
    "statement_data",
    "write_decision",
    "write_event",
    "write_member",
    "write_settlement",
    "write_shared",
    "write_statement",
]
