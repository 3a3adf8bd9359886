"""What is installed works: the wheel (built from the source distribution) and the editable install both hold the
package, its types and the grammar, and load the grammar from another folder. With the wheel and its extra `testing`, a
folder that holds one rule file and nothing else is a project that `pytest` tests.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.house.tree import ROOT, paths
from tests.testing.samples import CLUB

#: Run by the installed package, from a folder without sources: where it stands, and every file of the grammar.
PROBE = """
import importlib.resources, json
import loyalty_rules

def walk(folder, prefix=""):
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from walk(entry, f"{prefix}{entry.name}/")
        elif not entry.name.endswith((".py", ".pyc")):
            yield f"{prefix}{entry.name}", entry.read_text(encoding="utf-8")

grammar = importlib.resources.files("loyalty_rules.grammar")
print(json.dumps({"where": loyalty_rules.__file__, "grammar": dict(walk(grammar))}))
"""

#: An order of 95 RUB, of which each full 10 give a point: 9.
EXAMPLE = """
example "A rouble short"
  at 2026-03-02 12:00 places order "o-1"
  | vegan | list price |
  | no    | 95 RUB     |
  should give {points} bonus by base
end
"""


def grammar_of(root: Path) -> dict[str, str]:
    """The data files of `grammar/`, by their path inside it."""
    folder = root / "grammar"
    ours = [path for path in paths(root) if path.is_relative_to(folder) and path.suffix != ".py"]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in ours}


def modules_of(root: Path) -> set[str]:
    package = root / "loyalty_rules"
    return {
        path.relative_to(root).as_posix()
        for path in paths(root)
        if path.is_relative_to(package) and path.suffix == ".py"
    }


def call(*command: str | Path, cwd: Path) -> str:
    run = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    return run.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree, so that a build leaves nothing behind and sees nothing that was built before."""
    return copied(tmp_path_factory.mktemp("checkout"))


def copied(copy: Path) -> Path:
    for path in list(paths()):
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return copy


@pytest.fixture(scope="module")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel built out of it."""
    return build(checkout, tmp_path_factory.mktemp("dist"))


def build(checkout: Path, folder: Path) -> Path:
    call(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, checkout, cwd=checkout)
    return folder


def missing_from(wheel: Path, checkout: Path) -> list[str]:
    """What belongs to the package in `checkout` and is not in `wheel`."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    grammar = {f"loyalty_rules/grammar/{name}" for name in grammar_of(checkout)}
    return sorted((modules_of(checkout) | grammar | {"loyalty_rules/py.typed"}) - names)


def environment(folder: Path) -> Path:
    """A fresh environment that sees this one's packages, except the package itself; returns its interpreter."""
    venv.create(folder, with_pip=False)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    others = folder / "lib" / version / "site-packages" / "others.pth"
    # A .pth inside a folder named by another .pth is not read, so this environment's editable install stays out.
    others.write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin" / "python"


def install(python: Path, *what: str | Path, cwd: Path) -> None:
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--force-reinstall")
    call(sys.executable, "-m", "pip", "--python", python, "install", *options, *what, cwd=cwd)


def probe(python: Path, folder: Path) -> tuple[Path, dict[str, str]]:
    found = json.loads(call(python, "-c", PROBE, cwd=folder))
    return Path(found["where"]), found["grammar"]


def test_the_wheel_holds_the_package_the_grammar_and_the_licence(built: Path, checkout: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert missing_from(wheel, checkout) == []
    assert any(name.endswith("licenses/LICENSE") for name in names)
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"loyalty_rules", next(name for name in tops if name.endswith(".dist-info"))}


def test_a_wheel_without_its_data_is_noticed(tmp_path: Path) -> None:
    checkout = copied(tmp_path / "checkout")
    settings = checkout / "pyproject.toml"
    text = settings.read_text(encoding="utf-8")
    bare = text.replace('"loyalty_rules.grammar" = [', '"loyalty_rules.other" = [')
    settings.write_text(bare, encoding="utf-8")
    (wheel,) = build(checkout, tmp_path / "dist").glob("*.whl")
    missing = missing_from(wheel, checkout)
    assert "loyalty_rules/grammar/loyalty.lark" in missing


def test_the_source_distribution_holds_the_grammar(built: Path, checkout: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {f"grammar/{name}" for name in grammar_of(checkout)} <= names


def test_the_wheel_loads_its_grammar_from_another_folder(built: Path, checkout: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    python = environment(tmp_path / "venv")
    install(python, wheel, cwd=tmp_path)
    where, grammar = probe(python, tmp_path)
    assert where.is_relative_to(tmp_path / "venv")
    assert grammar == grammar_of(checkout)


def test_with_the_wheel_a_folder_of_one_rule_file_is_tested_by_pytest(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    python = environment(tmp_path / "venv")
    install(python, wheel, cwd=tmp_path)
    # What the extra asks for is there already: without an index nothing could be fetched, and it would fail.
    call(sys.executable, "-m", "pip", "--python", python, "install", "--no-index", f"{wheel}[testing]", cwd=tmp_path)
    where = call(python, "-c", "import loyalty_rules.testing.plugin as it; print(it.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(tmp_path / "venv")
    folder = tmp_path / "club"
    folder.mkdir()
    rules = folder / "club.loyalty"
    rules.write_text(CLUB + EXAMPLE.format(points=9), encoding="utf-8")
    assert "2 passed" in call(python, "-m", "pytest", "-q", cwd=folder)
    rules.write_text(CLUB + EXAMPLE.format(points=10), encoding="utf-8")
    run = subprocess.run([python, "-m", "pytest", "-q"], cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "1 failed, 1 passed" in run.stdout
    assert "expected: 10 bonus" in run.stdout and "but came: 9 bonus" in run.stdout
    assert "Base points (base): 9 bonus." in run.stdout  # the line of the trace


def test_the_editable_install_loads_the_one_copy_of_the_grammar(checkout: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "venv")
    install(python, "--editable", checkout, cwd=tmp_path)
    where, grammar = probe(python, tmp_path)
    assert where == checkout / "loyalty_rules" / "__init__.py"
    assert grammar == grammar_of(checkout)
    edited = checkout / "grammar" / "probe.toml"
    edited.write_text("a = 1\n", encoding="utf-8")
    seen = probe(python, tmp_path)[1]
    edited.unlink()
    assert seen == grammar_of(checkout) | {"probe.toml": "a = 1\n"}
