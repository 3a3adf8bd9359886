"""`make pythons`: the suites that must not differ, on every Python from 3.11 up that this machine has.

Interpreters are looked for on the path and among those of pyenv, one for each minor version. Each gets an environment
of its own (`.venv-3.13`) with what the package and its tests need, runs the suites, and works out the one digest of
`tests.hostile.digest`: what is decided, explained and refused must be the same on all of them. An interpreter that
cannot install the packages is named, and counts as failed.

On the oldest of them the digest is worked out under two editions of the time zones as well, which differ by an hour in
Beirut: what an edition changes is when a local date begins there, and nothing else.

    python -m tests.pythons                 the suites of `SUITES`
    python -m tests.pythons foundation      these folders of `tests/` only
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SUITES = ("foundation", "lang", "engine", "cases")
OLDEST = (3, 11)
#: By the edition of the package `tzdata`: its name, and when 1 April 2023 began in Beirut. Summer time was put off by
#: four weeks that year, and a few days later it was not (2023b, 2023c).
TZDATA = {
    "2023.2": "2023b 2023-03-31T22:00:00+00:00",
    "2023.3": "2023c 2023-03-31T21:00:00+00:00",
}
_BEIRUT = (
    "from loyalty_rules.calendar import format_instant, ordinal_of, tzdata_version, zone\n"
    "print(tzdata_version(), format_instant(zone('Asia/Beirut').start_of(ordinal_of('2023-04-01')), zone('UTC')))"
)
#: What an interpreter says of itself; one that says nothing is none.
_ASK = "import sys; print(*sys.version_info[:3])"
_NAME = re.compile(r"python3(?:\.\d+)?")


class Interpreter(NamedTuple):
    """A Python that was found."""

    path: Path
    version: tuple[int, int, int]

    @property
    def name(self) -> str:
        return ".".join(map(str, self.version))

    @property
    def minor(self) -> tuple[int, int]:
        return self.version[:2]


class Outcome(NamedTuple):
    """How one interpreter fared; `digest` is "" where it did not come to one."""

    interpreter: Interpreter
    verdict: str
    digest: str


def candidates(path: str, home: Path) -> Iterator[Path]:
    """What could be an interpreter: `python3…` on the path, and in every version of pyenv."""
    for folder in path.split(os.pathsep):
        entry = Path(folder)
        if entry.is_dir():
            yield from sorted(one for one in entry.iterdir() if _NAME.fullmatch(one.name))
    yield from sorted((home / ".pyenv" / "versions").glob("*/bin/python3"))


def asked(path: Path) -> tuple[int, int, int] | None:
    """The version of an interpreter, None where it does not run."""
    try:
        done = subprocess.run([path, "-c", _ASK], capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return None
    words = done.stdout.split()
    return (int(words[0]), int(words[1]), int(words[2])) if done.returncode == 0 and len(words) == 3 else None


def chosen(found: Iterable[Interpreter]) -> list[Interpreter]:
    """One for each minor version that the package takes: the newest, of equals the first."""
    best: dict[tuple[int, int], Interpreter] = {}
    for one in found:
        held = best.get(one.minor)
        if one.minor >= OLDEST and (held is None or one.version > held.version):
            best[one.minor] = one
    return [best[minor] for minor in sorted(best)]


def interpreters() -> list[Interpreter]:
    found = ((path, asked(path)) for path in candidates(os.environ.get("PATH", ""), Path.home()))
    return chosen(Interpreter(path, version) for path, version in found if version is not None)


def environment(interpreter: Interpreter) -> Path | None:
    """The Python of the environment, made where it is not there; None where the packages do not install."""
    folder = ROOT / f".venv-{interpreter.minor[0]}.{interpreter.minor[1]}"
    python, stamp = folder / "bin" / "python", folder / ".installed"
    manifest = max((ROOT / name).stat().st_mtime for name in ("pyproject.toml", "setup.py"))
    if stamp.exists() and stamp.stat().st_mtime > manifest:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    steps = [
        [str(interpreter.path), "-m", "venv", str(folder)],
        [*install, "--editable", ".[cli,testing]", "pytest-xdist>=3.6"],
    ]
    for step in steps:
        if subprocess.run(step, cwd=ROOT, check=False).returncode != 0:
            return None
    stamp.touch()
    return python


def run(interpreter: Interpreter, suites: Sequence[str]) -> Outcome:
    """Installs, runs the suites, and works out the digest."""
    print(f"\n=== Python {interpreter.name} ({interpreter.path})", flush=True)
    python = environment(interpreter)
    if python is None:
        return Outcome(interpreter, "FAILED: its packages do not install", "")
    folders = [f"tests/{name}" for name in suites]
    command = [str(python), "-m", "pytest", *folders, "-q", "-n", "2", "-p", "no:cacheprovider"]
    tests = subprocess.run(command, cwd=ROOT, check=False).returncode
    told = subprocess.run([python, "-m", "tests.hostile.digest"], cwd=ROOT, capture_output=True, text=True, check=False)
    return Outcome(interpreter, "ok" if tests == 0 else f"FAILED: exit code {tests}", told.stdout.strip())


def under_edition(python: Path, version: str) -> tuple[str, str]:
    """The verdict on an edition of the time zones, and the digest under it."""
    folder = python.parent.parent / f"tzdata-{version}"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    if not folder.exists():
        done = subprocess.run([*install, "--target", str(folder), f"tzdata=={version}"], cwd=ROOT, check=False)
        if done.returncode != 0:
            return "FAILED: it does not install", ""
    told = [
        subprocess.run(
            [python, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
        for arguments in (("-c", _BEIRUT), ("-m", "tests.hostile.digest"))
    ]
    return ("ok" if told[0] == TZDATA[version] else f"FAILED: in Beirut {told[0]}"), told[1]


def under_editions(outcome: Outcome) -> list[str]:
    """A line for each edition of the time zones; the digest is that of the interpreter, or it has failed."""
    lines = []
    for version in TZDATA:
        python = environment(outcome.interpreter)
        verdict, digest = (
            ("FAILED: its packages do not install", "") if python is None else under_edition(python, version)
        )
        if verdict == "ok" and digest != outcome.digest:
            verdict = "FAILED: decides or tells something else"
        lines.append(f"tzdata {version} {digest[:12]:<12} {verdict}")
    return lines


def verdicts(outcomes: Sequence[Outcome]) -> list[str]:
    """A line for each interpreter; one that comes to another digest than the oldest has failed."""
    first = next((one.digest for one in outcomes if one.digest), "")
    lines = []
    for one in outcomes:
        verdict = one.verdict
        if verdict == "ok" and one.digest != first:
            verdict = "FAILED: decides or tells something else"
        elif verdict == "ok" and not one.digest:
            verdict = "FAILED: no digest"
        lines.append(f"{one.interpreter.name:<8} {one.digest[:12]:<12} {verdict}")
    return lines


def main(arguments: Sequence[str]) -> int:
    found = interpreters()
    if not found:
        print("no Python from 3.11 up was found", file=sys.stderr)
        return 1
    outcomes = [run(one, arguments or SUITES) for one in found]
    lines = verdicts(outcomes) + under_editions(outcomes[0])
    print("\n" + "\n".join(lines), flush=True)
    return 1 if any("FAILED" in line for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
