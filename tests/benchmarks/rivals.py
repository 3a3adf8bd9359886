"""Engines that people use from Python for such rules, each as its documentation recommends: rules compiled beforehand
where it compiles, values handed over in the form that it takes fastest.

None of them counts points, shares or levels: what is compared is which rule takes which line (`qualifying`). They are
installed by `make bench` alone and imported by name, so that nothing else needs them.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from typing import Any, Final

from tests.benchmarks.qualifying import Answer, Line, Matching, Rule, by_line

Rules = tuple[Rule, ...]
Lines = tuple[Line, ...]


def rule_engine(rules: Rules, lines: Lines) -> Matching:
    module = importlib.import_module("rule_engine")
    asked = [module.Rule(f'category == "{rule.category}" and price >= {rule.price}') for rule in rules]
    told = [line._asdict() for line in lines]
    return Matching(
        lambda: tuple(tuple(place for place, rule in enumerate(asked) if rule.matches(line)) for line in told)
    )


def json_logic(rules: Rules, lines: Lines) -> Matching:
    logic = importlib.import_module("json_logic").jsonLogic
    asked = [
        {"and": [{"==": [{"var": "category"}, rule.category]}, {">=": [{"var": "price"}, rule.price]}]}
        for rule in rules
    ]
    told = [line._asdict() for line in lines]
    return Matching(
        lambda: tuple(tuple(place for place, rule in enumerate(asked) if logic(rule, line)) for line in told)
    )


def common_expression_language(rules: Rules, lines: Lines) -> Matching:
    module = importlib.import_module("cel")
    asked = [module.compile(f'category == "{rule.category}" && price >= {rule.price}') for rule in rules]
    told = [module.Context(variables=line._asdict()) for line in lines]
    return Matching(
        lambda: tuple(tuple(place for place, rule in enumerate(asked) if rule.execute(line)) for line in told)
    )


def cel_python(rules: Rules, lines: Lines) -> Matching:
    module = importlib.import_module("celpy")
    environment = module.Environment()
    texts = (f'category == "{rule.category}" && price >= {rule.price}' for rule in rules)
    asked = [environment.program(environment.compile(text)) for text in texts]
    told = [{name: module.json_to_cel(value) for name, value in line._asdict().items()} for line in lines]
    return Matching(
        lambda: tuple(tuple(place for place, rule in enumerate(asked) if rule.evaluate(line)) for line in told)
    )


def zen_engine(rules: Rules, lines: Lines) -> Matching:
    """One decision table for all rules, which collects every row that holds."""
    module = importlib.import_module("zen")
    inputs = [{"id": "c", "name": "", "field": "category"}, {"id": "p", "name": "", "field": "price"}]
    rows = [
        {"_id": f"r{place}", "c": json.dumps(rule.category), "p": f">= {rule.price}", "o": str(place)}
        for place, rule in enumerate(rules)
    ]
    table = {
        "hitPolicy": "collect",
        "inputs": inputs,
        "outputs": [{"id": "o", "name": "", "field": "rule"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "content": {}},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": table},
        {"id": "out", "type": "outputNode", "name": "out", "content": {}},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    content = module.ZenDecisionContent(
        json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})
    )
    decision = module.ZenEngine().create_decision(content)
    told = [line._asdict() for line in lines]

    def matching() -> Answer:
        return tuple(tuple(row["rule"] for row in decision.evaluate(line)["result"]) for line in told)

    return Matching(matching)


def zen_expressions(rules: Rules, lines: Lines) -> Matching:
    """Its expressions alone, compiled."""
    module = importlib.import_module("zen")
    asked = [module.compile_expression(f'category == "{rule.category}" and price >= {rule.price}') for rule in rules]
    told = [line._asdict() for line in lines]
    return Matching(
        lambda: tuple(tuple(place for place, rule in enumerate(asked) if rule.evaluate(line)) for line in told)
    )


def business_rules(rules: Rules, lines: Lines) -> Matching:
    """Its rules are data, its variables and actions methods."""
    package = importlib.import_module("business_rules")
    variables = importlib.import_module("business_rules.variables")
    actions = importlib.import_module("business_rules.actions")
    fields = importlib.import_module("business_rules.fields")

    def category(self: Any) -> str:
        return str(self.line.category)

    def price(self: Any) -> int:
        return int(self.line.price)

    def take(self: Any, place: int) -> None:
        self.found.append(place)

    def made(self: Any, value: object) -> None:
        self.line = self.found = value

    told = type(
        "Told",
        (variables.BaseVariables,),
        {
            "__init__": made,
            "category": variables.string_rule_variable(category),
            "price": variables.numeric_rule_variable(price),
        },
    )
    done = type(
        "Done",
        (actions.BaseActions,),
        {"__init__": made, "take": actions.rule_action(params={"place": fields.FIELD_NUMERIC})(take)},
    )
    asked = [
        {
            "conditions": {
                "all": [
                    {"name": "category", "operator": "equal_to", "value": rule.category},
                    {"name": "price", "operator": "greater_than_or_equal_to", "value": rule.price},
                ]
            },
            "actions": [{"name": "take", "params": {"place": place}}],
        }
        for place, rule in enumerate(rules)
    ]

    def matching() -> Answer:
        answers = []
        for line in lines:
            found: list[int] = []
            package.run_all(rule_list=asked, defined_variables=told(line), defined_actions=done(found))
            answers.append(tuple(found))
        return tuple(answers)

    return Matching(matching)


def durable_rules(rules: Rules, lines: Lines) -> Matching:
    """A set of rules over facts: each line is asserted and taken back."""
    lang = importlib.import_module("durable.lang")
    found: list[tuple[int, int]] = []
    name = f"matching{len(rules)}"

    def taken(place: int) -> Callable[[Any], None]:
        return lambda context: found.append((context.m.place, place))

    with lang.ruleset(name):
        for place, rule in enumerate(rules):
            lang.when_all((lang.m.category == rule.category) & (lang.m.price >= rule.price))(taken(place))
    told = [{"id": str(place), "place": place, **line._asdict()} for place, line in enumerate(lines)]

    def matching() -> list[tuple[int, int]]:
        found.clear()
        for fact in told:
            lang.assert_fact(name, fact)
            lang.retract_fact(name, fact)
        return found

    return Matching(matching, lambda pairs: by_line(pairs, len(told)))


def experta(rules: Rules, lines: Lines) -> Matching:
    """A production system: lines are facts, rules methods."""
    module = importlib.import_module("experta")
    found: list[tuple[int, int]] = []

    def taken(place: int, rule: Rule) -> Any:
        def take(self: Any, line: int) -> None:
            found.append((line, place))

        price = module.P(lambda price: price >= rule.price)
        fact = module.Fact(category=rule.category, price=price, place=module.MATCH.line)
        return module.Rule(fact)(take)

    methods = {f"r{place}": taken(place, rule) for place, rule in enumerate(rules)}
    engine = type("Engine", (module.KnowledgeEngine,), methods)()

    def matching() -> list[tuple[int, int]]:
        found.clear()
        engine.reset()
        for place, line in enumerate(lines):
            engine.declare(module.Fact(category=line.category, price=line.price, place=place))
        engine.run()
        return found

    return Matching(matching, lambda pairs: by_line(pairs, len(lines)))


#: By the name under which each is installed.
RIVALS: Final[dict[str, Callable[[Rules, Lines], Matching]]] = {
    "rule-engine": rule_engine,
    "json-logic-qubit": json_logic,
    "common-expression-language": common_expression_language,
    "cel-python": cel_python,
    "zen-engine (decision table)": zen_engine,
    "zen-engine (compiled expressions)": zen_expressions,
    "business-rules": business_rules,
    "durable-rules": durable_rules,
    "experta": experta,
}

#: How many rules some are asked at most: durable-rules answers for 2,000 at once, and for 4,000 not within a minute.
MOST: Final = {"durable-rules": 2_000}
#: The packages that these are.
PACKAGES: Final = frozenset(name.partition(" (")[0] for name in RIVALS)
