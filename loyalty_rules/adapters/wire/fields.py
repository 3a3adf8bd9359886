"""How the fields of documents are read, and how their mistakes are told.

Every field is read by one of this package's own functions (`parse_decimal`, `instant_of`, `identifier`), so a document
is held to the same grammar as a value built in Python; pydantic adds the structure, the paths and the schemas. Unknown
fields are refused, nothing is converted, and `null` stands nowhere in what is read but in decisions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeAlias, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, Strict, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError

from loyalty_rules.adapters.wire.reading import Plain, read_json
from loyalty_rules.amounts import MAGNITUDE_LIMIT, MAX_DECIMALS, parse_decimal
from loyalty_rules.calendar import instant_of, parse_date
from loyalty_rules.errors import InputError, shown
from loyalty_rules.member import NEVER
from loyalty_rules.text import identifier, nearest, plain_text

#: The most names in one place: tags of a line, methods of payment, facts, purses of a member.
MAX_NAMES: Final = 1_000

_ID: Final = r"^[A-Za-z0-9._:@-]{1,128}$"
_DECIMAL: Final = r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$"
_UNITS: Final = r"^-?[0-9]{1,19}$"
_EXACT: Final = r"^-?[0-9]{1,40}$"
_INSTANT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$"
_DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_NUMBERS: Final = r"^-?[0-9]+(\.[0-9]+)?$"


# ---------------------------------------------------------------- fields


def _by(read: Callable[[Any], Any]) -> PlainValidator:
    """A field read by one of our functions: its errors keep their code and gain the path."""

    def validate(value: Any) -> Any:
        try:
            return read(value)
        except InputError as error:
            raise PydanticCustomError(error.code, "{message}", {"message": error.message}) from None

    return PlainValidator(validate)


def _text_schema(pattern: str, description: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "description": description})


def _string(value: Any) -> str:
    if type(value) is not str:
        raise InputError("wire.type", f"a string is expected, not {kind_of(value)}")
    return plain_text(value, "")


def _instant(value: Any) -> int:
    return instant_of(_string(value))


def _whole(value: Any) -> int:
    text = _string(value)
    if re.fullmatch(_UNITS, text) is None or abs(int(text)) >= MAGNITUDE_LIMIT:
        raise InputError("number.syntax", f"whole smallest units are expected: {shown(text)}")
    return int(text)


def _exact(value: Any) -> int:
    text = _string(value)
    if re.fullmatch(_EXACT, text) is None:
        raise InputError("number.syntax", f"a whole number of at most 40 digits is expected: {shown(text)}")
    return int(text)


def _instant_or_never(value: Any) -> int:
    return NEVER if value == "never" else _instant(value)


def kind_of(value: object) -> str:
    """What JSON calls the type of a value."""
    names: dict[type, str] = {
        dict: "an object",
        list: "a list",
        str: "a string",
        bool: "true or false",
        int: "a number",
    }
    return "null" if value is None else names.get(type(value), "something else")


Text: TypeAlias = Annotated[str, _by(_string), WithJsonSchema({"type": "string", "maxLength": 4096})]
Id: TypeAlias = Annotated[str, _by(lambda value: identifier(value, "")), _text_schema(_ID, "An id, compared exactly.")]
Micros: TypeAlias = Annotated[
    int,
    _by(lambda value: parse_decimal(value, MAX_DECIMALS)),
    _text_schema(_DECIMAL, "A decimal string, such as 250.00."),
]
OptionalMicros: TypeAlias = Annotated[
    int | None,
    _by(lambda value: parse_decimal(value, MAX_DECIMALS)),
    _text_schema(_DECIMAL, "A decimal string, such as 250.00."),
]
Instant: TypeAlias = Annotated[int, _by(_instant), _text_schema(_INSTANT, "RFC 3339 with an offset.")]
OptionalInstant: TypeAlias = Annotated[int | None, _by(_instant), _text_schema(_INSTANT, "RFC 3339 with an offset.")]
End: TypeAlias = Annotated[int, _by(_instant_or_never), _text_schema(rf"{_INSTANT}|^never$", "RFC 3339, or never.")]
OptionalEnd: TypeAlias = Annotated[
    int | None, _by(_instant_or_never), _text_schema(rf"{_INSTANT}|^never$", "RFC 3339, or never.")
]
OptionalDate: TypeAlias = Annotated[
    int | None, _by(lambda value: parse_date(_string(value))), _text_schema(_DATE, "A local date.")
]
Units: TypeAlias = Annotated[str, _by(_string), _text_schema(_UNITS, "Whole smallest units.")]
Whole: TypeAlias = Annotated[int, _by(_whole), _text_schema(_UNITS, "Whole smallest units.")]
Exact: TypeAlias = Annotated[int, _by(_exact), _text_schema(_EXACT, "A whole number of at most 40 digits.")]
Number: TypeAlias = Annotated[str, _by(_string), _text_schema(_NUMBERS, "A decimal string.")]
Fingerprint: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
# Lists of fixed length: JSON has no tuples, so the list is taken for one; its items stay exact.
Named: TypeAlias = Annotated[tuple[Text, Whole], Strict(False)]
#: Days and months, one of them 0.
Length: TypeAlias = Annotated[tuple[int, int], Strict(False)]
Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


def _fact(value: Any) -> str | bool:
    if type(value) is bool:
        return value
    if type(value) is int:
        raise InputError("number.type", "a number is a decimal string")
    if type(value) is not str:
        raise InputError("wire.type", f"a fact is a string, or true or false, not {kind_of(value)}")
    return plain_text(value, "")


FactText: TypeAlias = Annotated[
    str | bool,
    _by(_fact),
    WithJsonSchema({"type": ["string", "boolean"], "description": "Numbers and dates are strings."}),
]
Facts: TypeAlias = Annotated[dict[str, FactText], Field(max_length=MAX_NAMES)]


class Document(BaseModel):
    """Base of all models: closed, exact types, immutable."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title=None)


# ---------------------------------------------------------------- validation

Model = TypeVar("Model", bound=Document)

#: pydantic's kinds of mistakes that are not one of ours, and the code they get.
_CODES: Final = {
    "missing": "wire.missing_field",
    "extra_forbidden": "wire.unknown_field",
    "too_long": "limit.list",
    "too_short": "wire.length",
    "literal_error": "wire.value",
    "union_tag_invalid": "wire.value",
    "union_tag_not_found": "wire.missing_field",
    "string_pattern_mismatch": "wire.value",
    "greater_than_equal": "wire.value",
    "less_than_equal": "wire.value",
}
_SHOWN_PROBLEMS: Final = 6


def validated(model: type[Model], data: object) -> Model:
    """The document as its model says. Raises `InputError`: the first mistake with its code and path, and the others."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = [_problem(model, details) for details in error.errors(include_url=False)[:_SHOWN_PROBLEMS]]
        count = error.error_count()
    raise joined(problems, count)


def document(model: type[Model], text: str | bytes) -> dict[str, Plain]:
    """The plain data of a document that is as its model says. Raises `InputError`."""
    data = read_json(text)
    validated(model, data)
    return cast(dict[str, Plain], data)  # no model takes anything else


def joined(problems: list[InputError], count: int) -> InputError:
    """One error for several: the first, which gives code and place, and what else is wrong."""
    first, *others = problems
    rest = "".join(f"; also {other}" for other in others)
    more = f"; and {count - len(problems)} more" if count > len(problems) else ""
    return InputError(first.code, f"{first.message}{rest}{more}", first.where)


def _problem(model: type[BaseModel], details: ErrorDetails) -> InputError:
    kind, where = details["type"], path_of(details["loc"])
    context = details.get("ctx", {})
    if "message" in context:  # one of ours
        return InputError(kind, str(context["message"]), where)
    name = shown(str(details["loc"][-1])) if details["loc"] else ""
    match kind:
        case "missing" | "union_tag_not_found":
            message = f"the field `{name}` is missing" if kind == "missing" else "the field `kind` is missing"
        case "extra_forbidden":
            meant = nearest(str(details["loc"][-1]), _fields_of(model, details["loc"][:-1]))
            message = f"there is no field `{name}`" + (f"; did you mean `{meant}`?" if meant else "")
        case "too_long":
            message = f"at most {context['max_length']} are allowed"
        case "too_short":
            message = f"at least {context['min_length']} is needed"
        case "literal_error":
            message = f"expected {context['expected']}"
        case "string_pattern_mismatch" | "union_tag_invalid" | "greater_than_equal" | "less_than_equal":
            message = "this value is not allowed here"
        case _:
            message = f"{_expected(kind)} is expected, not {kind_of(details['input'])}"
    return InputError(_CODES.get(kind, "wire.type"), message, where)


def _expected(kind: str) -> str:
    for word, name in (
        ("bool", "true or false"),
        ("int", "a whole number"),
        ("string", "a string"),
        ("list", "a list"),
    ):
        if kind.startswith(word):
            return name
    return "a list" if kind.startswith("tuple") else "an object"


def _fields_of(model: type[BaseModel], steps: tuple[int | str, ...]) -> list[str]:
    """The fields of the model that stands at a path of a document."""
    found: Any = model
    for step in steps:
        if isinstance(step, str) and isinstance(found, type) and issubclass(found, BaseModel):
            field = found.model_fields.get(step)
            found = None if field is None else _inner_model(field.annotation)
    return sorted(found.model_fields) if isinstance(found, type) and issubclass(found, BaseModel) else []


def _inner_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        if (found := _inner_model(part)) is not None:
            return found
    return None


def path_of(steps: tuple[int | str, ...]) -> str:
    """`lines[2].facts.department`."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step != "[key]":
            text += f".{shown(step)}" if text else shown(step)
    return text
