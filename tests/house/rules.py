"""The rules about the code: each takes one file and gives its breaches. `test_code.py` runs them over the tree, and
trips each with a snippet.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeAlias

from tests.house.tree import File, in_core

MODULE_LINES: Final = 500
FUNCTION_LINES: Final = 60

#: Modules whose whole purpose is what a decision must not depend on.
BANNED_MODULES: Final = frozenset(
    "asyncio locale marshal multiprocessing os pathlib pickle random secrets shelve shutil socket subprocess tempfile "
    "threading time urllib uuid".split()
)
#: Attributes by which a clock, the host's zone, the environment or the ambient decimal context is reached.
BANNED_ATTRIBUTES: Final = frozenset(
    "environ fromtimestamp getcontext getenv localcontext setcontext setrecursionlimit utcnow".split()
)
#: Methods that read a clock; fields may carry these names.
BANNED_METHODS: Final = frozenset({"now", "today"})
#: Builtins that run text, read files, or differ from run to run. `round` takes ties to even, unasked.
BANNED_CALLS: Final = frozenset({"eval", "exec", "float", "hash", "input", "open", "print", "round"})
#: What some modules may do nevertheless: classes of values have an `__init__` that is written for them, and a hash; a
#: digest that was not made yet has that of its text; whether an order has one at all tells that it never changes; and a
#: programme has a function, out of a syntax tree.
ALLOWED_CALLS: Final = {
    "loyalty_rules/values.py": frozenset({"exec", "hash"}),
    "loyalty_rules/member.py": frozenset({"hash"}),
    "loyalty_rules/engine/digests.py": frozenset({"hash"}),
    "loyalty_rules/fused/code.py": frozenset({"exec"}),
}
#: What `math` has for whole numbers; the rest of it gives floats.
EXACT_MATH: Final = frozenset({"comb", "factorial", "gcd", "isqrt", "lcm", "perm", "prod"})
#: Consumers that keep the order of what they are given.
ORDERED_CALLS: Final = frozenset({"enumerate", "iter", "list", "next", "reversed", "tuple", "zip"})


class Breach(NamedTuple):
    """Where a rule is broken, and what stands there."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


Rule: TypeAlias = Callable[[File], Iterator[Breach]]


def nodes(file: File) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(file.text, file.path))


# ---------------------------------------------------------------- size and words


def module_size(file: File) -> Iterator[Breach]:
    """No module past 500 lines: few, well-named modules that can be read in one sitting."""
    count = len(file.text.splitlines())
    if count > MODULE_LINES:
        yield Breach(file.path, count, f"{count} lines; at most {MODULE_LINES}")


def function_size(file: File) -> Iterator[Breach]:
    """A function fits a screen, its docstring included."""
    for node in nodes(file):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            if count > FUNCTION_LINES:
                yield Breach(file.path, node.lineno, f"`{node.name}` has {count} lines; at most {FUNCTION_LINES}")


# The patterns are written so that they do not match themselves.
UNFINISHED: Final = re.compile(r"\b(?:TO[D]O|FIX[M]E|HAC[K])\b|[#;/] *X[X]X\b|\bX[X]X:")
WORKPLACE: Final = re.compile(
    r"/(?:work|root|home|Users)/"
    r"|(?<![\w/])/tm[p]/"
    r"|\bshared/(?:acceptance|bench|design|hooks|programmes)\b"
    r"|\b(?:files[.]pythonhosted|pypi[.]org|registry[.]npmjs|deb[.]debian[.]org)"
)


def unfinished_words(file: File) -> Iterator[Breach]:
    """What is not supported does not exist; what is not finished is not committed."""
    yield from _matches(file, UNFINISHED, "unfinished work")


def workplace_words(file: File) -> Iterator[Breach]:
    """No paths of one machine, no hosts of one registry."""
    yield from _matches(file, WORKPLACE, "names a machine")


def _matches(file: File, pattern: re.Pattern[str], what: str) -> Iterator[Breach]:
    for number, line in enumerate(file.text.splitlines(), 1):
        if found := pattern.search(line):
            yield Breach(file.path, number, f"{what}: {found.group()!r}")


# ---------------------------------------------------------------- the whole package


def module_docstring(file: File) -> Iterator[Breach]:
    """Every module says what it is for."""
    if not ast.get_docstring(ast.parse(file.text, file.path)):
        yield Breach(file.path, 1, "no module docstring")


def assertions(file: File) -> Iterator[Breach]:
    """`python -O` removes an assertion, and its error is none of ours."""
    for node in nodes(file):
        if isinstance(node, ast.Assert):
            yield Breach(file.path, node.lineno, "assert")


def broad_excepts(file: File) -> Iterator[Breach]:
    """An error is raised, and caught, where its cause is known."""
    broad = {"BaseException", "Exception"}
    for node in nodes(file):
        if not isinstance(node, ast.ExceptHandler):
            continue
        if node.type is None:
            yield Breach(file.path, node.lineno, "bare except")
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if any(isinstance(one, ast.Name) and one.id in broad for one in caught):
            yield Breach(file.path, node.lineno, "catches everything")


def stubs(file: File) -> Iterator[Breach]:
    """No function that only says that it is missing."""
    for node in nodes(file):
        if not isinstance(node, ast.Raise):
            continue
        kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if isinstance(kind, ast.Name) and kind.id == "NotImplementedError":
            yield Breach(file.path, node.lineno, "NotImplementedError")


def parser_traps(file: File) -> Iterator[Breach]:
    """lark's cache unpickles a file anyone can plant, and Earley takes cubic time on a hostile file."""
    for node in nodes(file):
        if isinstance(node, ast.Call) and any(keyword.arg == "cache" for keyword in node.keywords):
            yield Breach(file.path, node.lineno, "cache= of the parser")
        if isinstance(node, ast.Constant) and node.value == "earley":
            yield Breach(file.path, node.lineno, "Earley parser")


# ---------------------------------------------------------------- the core


def floats(file: File) -> Iterator[Breach]:
    """Exact numbers only: no float literal, nothing of `math` that gives one."""
    for node in nodes(file):
        match node:
            case ast.Constant(value=float() | complex()):
                yield Breach(file.path, node.lineno, f"float {node.value!r}")
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if name not in EXACT_MATH:
                yield Breach(file.path, node.lineno, f"math.{name}")
            case ast.ImportFrom(module="math", names=names):
                for alias in names:
                    if alias.name not in EXACT_MATH:
                        yield Breach(file.path, node.lineno, f"math.{alias.name}")


def ambient(file: File) -> Iterator[Breach]:
    """Nothing that differs from one machine, process or moment to the next."""
    for node in nodes(file):
        match node:
            case ast.Import(names=names):
                imported = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), names=names):
                imported = [module]
                for alias in names:
                    if alias.name in BANNED_ATTRIBUTES or f"{module}.{alias.name}" == "io.open":
                        yield Breach(file.path, node.lineno, alias.name)
            case ast.Attribute(attr=name) if name in BANNED_ATTRIBUTES:
                yield Breach(file.path, node.lineno, name)
                continue
            case ast.Call(func=ast.Attribute(attr=name)) if name in BANNED_METHODS:
                yield Breach(file.path, node.lineno, f".{name}()")
                continue
            case ast.Call(func=ast.Attribute(value=ast.Name(id="io"), attr="open")):
                yield Breach(file.path, node.lineno, "io.open()")
                continue
            case ast.Call(func=ast.Name(id=name)) if name in BANNED_CALLS - ALLOWED_CALLS.get(file.path, frozenset()):
                yield Breach(file.path, node.lineno, f"{name}()")
                continue
            case _:
                continue
        for name in imported:
            if name.partition(".")[0] in BANNED_MODULES:
                yield Breach(file.path, getattr(node, "lineno", 0), f"import of {name}")


def hash_order(file: File) -> Iterator[Breach]:
    """A set of strings has another order in another process: sort it before its order can show."""
    for node in nodes(file):
        match node:
            case ast.For(iter=source) | ast.Starred(value=source):
                ordered = [source]
            case ast.ListComp(generators=generators) | ast.DictComp(generators=generators):
                ordered = [generator.iter for generator in generators]
            case ast.Call(func=ast.Name(id=name), args=args) if name in ORDERED_CALLS:
                ordered = list(args)
            case ast.Call(func=ast.Attribute(attr="join"), args=args):
                ordered = list(args)
            case _:
                continue
        for source in ordered:
            if _is_set(source):
                yield Breach(file.path, source.lineno, "the order of a set")


def _is_set(node: ast.expr) -> bool:
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor(), right=right):
            return _is_set(left) or _is_set(right)
    return False


# ---------------------------------------------------------------- the tests


def skipped_tests(file: File) -> Iterator[Breach]:
    """A test that does not run has not passed."""
    banned = {"importorskip", "skip", "skipif", "skipIf", "skipUnless", "xfail", "SkipTest", "expectedFailure"}
    for node in nodes(file):
        if isinstance(node, ast.Attribute) and node.attr in banned:
            yield Breach(file.path, node.lineno, node.attr)


def models_stand_alone(file: File) -> Iterator[Breach]:
    """A model that imports what it is to check proves nothing."""
    for node in nodes(file):
        match node:
            case ast.Import(names=names):
                imported = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), names=names):
                imported = [module, *(f"{module}.{alias.name}" for alias in names)]
            case _:
                continue
        for name in imported:
            if name.startswith(("loyalty_rules.engine", "loyalty_rules.ledger", "loyalty_rules.settlement")):
                yield Breach(file.path, node.lineno, f"import of {name}")


TEXT_RULES: Final[tuple[Rule, ...]] = (unfinished_words, workplace_words)
PYTHON_RULES: Final[tuple[Rule, ...]] = (module_size, function_size)
PACKAGE_RULES: Final[tuple[Rule, ...]] = (module_docstring, assertions, broad_excepts, stubs, parser_traps)
CORE_RULES: Final[tuple[Rule, ...]] = (floats, ambient, hash_order)
TEST_RULES: Final[tuple[Rule, ...]] = (skipped_tests,)


def rules_for(path: str) -> tuple[Rule, ...]:
    """The rules that bind the file at `path`."""
    rules = TEXT_RULES
    if not path.endswith(".py"):
        return rules
    rules += PYTHON_RULES
    if path.startswith("loyalty_rules/"):
        rules += PACKAGE_RULES
    if in_core(path):
        rules += CORE_RULES
    if path.startswith("tests/"):
        rules += TEST_RULES
    if path.startswith("tests/models/"):
        rules += (models_stand_alone,)
    return rules


def breaches(file: File) -> list[Breach]:
    """Everything in one file that a rule forbids."""
    return [breach for rule in rules_for(file.path) for breach in rule(file)]
