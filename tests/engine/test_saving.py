"""The saved form of a programme: it decides and explains alike, and what is not exactly as it was saved is refused."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest

from loyalty_rules import InputError, LoyaltyError, load, load_saved, save
from loyalty_rules.lang.plain import Writer, reader
from loyalty_rules.programme import Programme
from tests.adapters.command_line import FAILING, FIRST_RULE, PLAIN, WRONG, run, written

EXAMPLES: Final = sorted((Path(__file__).resolve().parents[2] / "examples").rglob("*.loyalty"))
_MAGIC: Final = b"loyalty-rules saved programme 1 "


def forged(data: bytes, line: int, change: dict[str, str]) -> bytes:
    """A saved form with other texts in a line, and the digest that goes with them."""
    lines = data.split(b"\n")
    for old, new in change.items():
        assert old.encode() in lines[line]
        lines[line] = lines[line].replace(old.encode(), new.encode(), 1)
    body = b"\n".join(lines[1:])
    return _MAGIC + sha256(body).hexdigest().encode() + b"\n" + body


def refused(data: Any) -> str:
    with pytest.raises(InputError) as caught:
        load_saved(data)
    return caught.value.code


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_programme_is_what_it_was(path: Path) -> None:
    programme = load(path.read_bytes(), name=path.name)
    saved = save(programme)
    again = load_saved(saved)
    assert save(again) == saved
    assert (again.fingerprint, again.title, again.language) == (
        programme.fingerprint,
        programme.title,
        programme.language,
    )
    for one, other in zip(again.editions, programme.editions, strict=True):
        assert one.checked == other.checked
        assert repr(one.checked) == repr(other.checked)  # with the places that are not compared
        assert one.source == other.source
    for example in programme.checked.examples[:2]:
        step = example.steps[0]
        told = [_told(one, example.givens, step.event) for one in (programme, again)]
        assert told[0] == told[1]


def _told(programme: Programme, givens: Any, event: Any) -> tuple[object, ...]:
    member = programme.member_from(givens, event.at)
    try:
        decision = programme.decide(member, event._replace(member=member.member), programme.new_shared())
    except LoyaltyError as error:
        return (str(error),)
    return decision.member, decision.effects, decision.trace, decision.explain("en"), decision.explain("ru")


def test_earlier_editions_and_rows_of_the_host_are_in_it() -> None:
    table = "\ntable rates\n  value rate is percent\n  supplied by host\n  | sku | rate |\n  otherwise 1%\nend\n"
    rows = {"rates": "sku,rate\nlatte,10%\n"}
    until = "2026-07-01T00:00:00+03:00"
    programme = load(PLAIN + table, earlier=[(PLAIN.replace("10 RUB", "20 RUB"), until)], tables=rows)
    again = load_saved(save(programme))
    assert [one.fingerprint for one in again.editions] == [one.fingerprint for one in programme.editions]
    assert again.earlier[0][1] == programme.earlier[0][1]
    assert "20 RUB" in again.earlier[0][0].source.text
    assert again.checked.tables["rates"] == programme.checked.tables["rates"]


def test_it_is_data_and_the_same_for_the_same_file() -> None:
    saved = save(load(FIRST_RULE.read_bytes()))
    assert saved == save(load(FIRST_RULE.read_bytes()))
    assert all(json.loads(line) for line in saved.split(b"\n")[1:3])


def test_a_changed_byte_anywhere_is_refused() -> None:
    saved = save(load(PLAIN))
    for place in range(0, len(saved), 41):
        changed = bytearray(saved)
        changed[place] ^= 1
        assert refused(bytes(changed)) in ("saved.damaged", "saved.form"), place
    for cut in (saved[:-1], saved + b"\n", saved[: len(saved) // 2], b"", saved.replace(b"\n", b"\r\n")):
        assert refused(cut) in ("saved.damaged", "saved.form")


@pytest.mark.parametrize("version", ['["0.1.0","1"', '["0.1.0"'])
def test_what_another_version_has_saved_is_refused(version: str) -> None:
    other = version.replace('"0.1.0"', '"0.2.0"') if version == '["0.1.0"' else version.replace('"1"', '"2"')
    assert refused(forged(save(load(PLAIN)), 1, {version: other})) == "saved.version"


@pytest.mark.parametrize(
    ("line", "change"),
    [
        (1, {'"versions":': '"more":1,"versions":'}),
        (1, {'"versions":': '"version":'}),
        (1, {'["Checked",': '["Popen",'}),
        (1, {'["Checked",': '["Source",'}),
        (1, {'"examples"': '"exemples"'}),
        (1, {'"sources":[[': '"sources":[[0,'}),
        (2, {'{"":[': '{"x":['}),
        (2, {'{"":[': '{"q":['}),
        (2, {'{"":[0,': '{"":[9999,'}),
        (2, {'{"":[0,': '{"":[0,0,'}),
        (2, {'{"":[0,': '{"y":[],"":[0,'}),
        (2, {"[[0,": "[[7,"}),
        (2, {"[[0,": "[0,[0,"}),
    ],
)
def test_what_it_does_not_know_is_refused(line: int, change: dict[str, str]) -> None:
    assert refused(forged(save(load(PLAIN)), line, change)) == "saved.form"


@pytest.mark.parametrize(
    "value",
    [
        '{"q":[1,0]}',
        '{"q":["x"]}',
        '{"q":[1e999,1]}',
        '{"d":["x"]}',
        '{"o":[1000000000000000000000]}',
        '{"o":[0]}',
        '{"i":[""]}',
    ],
)
def test_a_number_or_date_that_is_none_is_refused(value: str) -> None:
    """Wherever it stands: here where the basis of the programme should be."""
    assert refused(forged(save(load(PLAIN)), 2, {'{"":[': value + ',{"":['})) == "saved.form"


def test_another_fingerprint_than_that_of_its_last_edition_is_refused() -> None:
    programme = load(PLAIN)
    other = {f'"fingerprint":"{programme.fingerprint}"': f'"fingerprint":"{"0" * 64}"'}
    assert refused(forged(save(programme), 1, other)) == "saved.form"


@pytest.mark.parametrize("data", ["", None, b"loyalty rules 1\n", bytearray(b"x")])
def test_what_is_no_saved_form_is_refused(data: Any) -> None:
    assert refused(data) == "saved.form"


def test_only_what_programmes_are_made_of_is_written_and_read() -> None:
    for value in (1.5, object(), Path("x"), {1: print}, b"x"):
        with pytest.raises(InputError) as caught:
            Writer().plain(value)
        assert caught.value.code == "saved.value"
    for classes in ([["Popen", []]], [["Checked", []]], [["Checked"]], "x"):
        with pytest.raises((InputError, IndexError)):
            reader(classes)({"": [0]})


def test_the_command_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "plain.saved"
    result = run("compile", written(tmp_path, PLAIN), "--out", file)
    assert (result.exit_code, result.stderr) == (0, "")
    programme = load_saved(file.read_bytes())
    assert result.stdout == f"written: {file}, programme {programme.fingerprint}\n"
    assert programme.fingerprint == load(PLAIN).fingerprint
    again = run("compile", written(tmp_path, WRONG, "wrong.loyalty"), "--out", tmp_path / "wrong.saved")
    assert (again.exit_code, (tmp_path / "wrong.saved").exists()) == (1, False)
    assert run("compile", written(tmp_path, FAILING, "f.loyalty"), "--out", file, "--language", "ru").exit_code == 0
