"""The search as people meet it on the command line: its gap, its limits, its proof, and Ctrl-C."""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conedrills import cli
from conedrills.cli import options, story, talk
from conedrills.fit import GAP

YARD = '{ "units": "m", "name": "Back yard", "boundary": [[0, 0], [18.3, 0], [18.3, 12.2], [0, 12.2]] }'


def orchard() -> str:
    """A yard in which a proof takes long: two dozen trees that stand in no order."""
    trees = [
        [round(4 + 4.1 * i + (7 * i + 3 * j) % 5 * 0.4, 2), round(3 + 3.9 * j + (5 * i + 2 * j) % 4 * 0.5, 2)]
        for i in range(6)
        for j in range(4)
    ]
    obstacles = [{"name": "tree", "circle": {"center": tree, "radius": 0.3}} for tree in trees]
    return json.dumps(
        {**json.loads(YARD), "boundary": [[0, 0], [28, 0], [28, 18], [0, 18]], "obstacles": obstacles}
    )


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]
HARD = ("layout", "--yard", "orchard.json", "--pace", "easy", "--gap", "0.0001")
LAYOUT = ("layout", "--yard", "yard.json", "--pace", "full", "--drill", "w-drill")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a folder that holds two yards, without a process of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "yard.json").write_text(YARD)
    (tmp_path / "orchard.json").write_text(orchard())

    def ran(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
        capsys.readouterr()
        status = cli.run(arguments)
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return ran


# ---------------------------------------------------------------- the gap and the time


def test_the_gap_that_is_asked_for_is_reached(run: Run) -> None:
    bounds = []
    for gap in ("0.2", "0.0005"):
        ran = run(*LAYOUT, "--gap", gap, "--json")
        assert ran.status == 0
        (placement,) = ran.json["placements"]
        assert placement["gap_reached"]
        missing = placement["size_bound"] - placement["size"]
        assert 0.0 < missing <= float(gap) * placement["size_bound"] + 2e-6
        assert "no pose is larger than" in ran.err
        bounds.append(placement["size_bound"])
    assert bounds[0] >= bounds[1]
    assert options.gap(lambda: None).__click_params__[0].default == GAP  # type: ignore[attr-defined]


def test_refit_takes_a_gap_and_writes_a_certificate_too(run: Run, tmp_path: Path) -> None:
    run(*LAYOUT, "--out", ".")
    ran = run("refit", "layout.json", "--yard", "yard.json", "--gap", "0.01", "--out", "again",
              "--certificate", "proof.json", "--json")  # fmt: skip
    assert (ran.status, len(ran.json["placements"])) == (0, 1)
    assert json.loads((tmp_path / "proof.json").read_text())["format"] == "conedrills-certificate"


def test_a_time_that_is_up_at_once_is_an_answer(run: Run, tmp_path: Path) -> None:
    ran = run(*LAYOUT, "--time", "0.000001", "--json", "--certificate", "proof.json")
    assert ran.status == 1
    (missing,) = ran.json["unplaced"]
    assert (missing["reason"], missing["size_bound"]) == ("the time ran out.", None)
    assert "Nothing was tried" in ran.err
    assert json.loads((tmp_path / "proof.json").read_text())["proofs"] == []


def test_a_time_that_is_up_in_a_proof_gives_what_was_found(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 0.0] + [100.0] * 1_000_000)  # from the second look on it is late
    monkeypatch.setattr("conedrills.plan.time.monotonic", lambda: next(clock))
    ran = run("layout", "--yard", "orchard.json", "--drill", "t-test", "--pace", "easy", "--time", "50",
              "--json", "--out", "o", "--certificate", "proof.json")  # fmt: skip
    assert ran.status == 0
    (placement,) = ran.json["placements"]
    assert not placement["gap_reached"]
    assert placement["size"] < placement["size_bound"]
    assert "the search ended early" in ran.err
    assert run("check", "o/layout.json", "--certificate", "proof.json").status == 0
    assert "Search ended early" in (tmp_path / "o" / "01-t-test.svg").read_text("utf-8")


def test_one_drill_does_not_take_all_the_time(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()  # a second every time that somebody looks
    monkeypatch.setattr("conedrills.plan.time.monotonic", lambda: next(clock))
    ran = run(*HARD, "--drill", "t-test", "--drill", "w-drill", "--time", "40", "--json")
    assert [placement["drill"] for placement in ran.json["placements"]] == ["t-test", "w-drill"]


# ---------------------------------------------------------------- what is said


def test_what_is_proven_is_said_of_every_drill(run: Run) -> None:
    ran = run(*LAYOUT, "--drill", "four-way-circle", "--json")
    small, whole = ran.json["placements"]
    bound = float(re.findall(r"W drill +(\d+) % of full size +full pace.*than ([\d.]+) %", ran.err)[0][1])
    assert 0.0 <= bound / 100 - small["size_bound"] <= 1e-4
    assert whole["size"] == whole["size_max"]
    assert re.search(r"100 % of full size .*its (only|largest) size", ran.err)


def test_a_child_is_why_and_not_the_search(run: Run, tmp_path: Path) -> None:
    (tmp_path / "yard.json").write_text(YARD.replace("18.3", "60").replace("12.2", "60"))
    ran = run(*LAYOUT, "--athlete", "child", "--json", "--out", "o")
    (placement,) = ran.json["placements"]
    assert (placement["size"], placement["gap_reached"]) == (0.75, False)
    assert "capped for a child" in ran.err
    assert "ended early" not in ran.err
    drawn = "".join(file.read_text("utf-8") for file in (tmp_path / "o").glob("*.svg"))
    drawn = re.sub("<[^>]*>", "", re.sub(r"(?s)<metadata.*?</metadata>", "", drawn))
    assert "Capped for a child" in drawn
    assert "ended early" not in drawn
    again = run("check", "o/layout.json", "--json")
    assert (again.status, again.json["problems"]) == (0, [])


def test_progress_in_words() -> None:
    assert story.doing("W drill", 0.83049, 0.84011) == "W drill: 83.0 %, at most 84.1 %"
    assert story.doing("W drill", 0.0, 0.5) == "W drill: nothing yet, at most 50.0 %"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_a_few_times_a_second_and_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TERM", raising=False)
    monkeypatch.setattr(talk, "_PATIENCE", 0.01)
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    drawn = sys.stderr
    assert isinstance(drawn, Terminal)
    with talk.Progress() as progress:
        for number in range(3_000):
            progress(f"step {number} \x1b[31m" + "x" * 200)
            while number == 0 and "step" not in drawn.getvalue():
                pass
        while "step 2999" not in drawn.getvalue():
            pass
    lines = drawn.getvalue().split("\r")
    assert lines[0] == ""
    assert lines[-1] == "\x1b[K"
    assert len(lines) < 300
    assert all(line.endswith("\x1b[K") and len(line) <= 78 + 3 for line in lines[1:])
    assert "[31m" not in re.sub(r"step \d+ \[31m", "", drawn.getvalue())


def test_progress_shows_the_bound_on_a_real_terminal(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    (tmp_path / "orchard.json").write_text(orchard())
    ours, theirs = pty.openpty()
    code = driver(1, wait="time.sleep(0.5)")
    running = subprocess.Popen(
        [sys.executable, "-c", code, *HARD, "--drill", "t-test"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs,
        env={**os.environ, "NO_COLOR": "1", "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # how Linux says that nobody is at the other end
            break
        if not part:
            break
        seen += part
    os.close(ours)
    out, _ = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, b"")
    assert re.search(rb"\rT-test: [\d.]+ %, at most [\d.]+ %\x1b\[K", seen)
    after = seen[seen.rindex(b"\r\x1b[K") :]
    assert b"Interrupted: this is the best" in after
    assert b"at most" not in after
    assert b"\x1b[3" not in seen


# ---------------------------------------------------------------- Ctrl-C

DRIVER = """
import os, signal, sys, time
from conedrills import cli, plan
from conedrills.cli import talk
talk._PATIENCE = 0.01
real, sent = plan.fit_proven, []
def proving(*arguments, progress, **named):
    def pressed(*seen):
        progress(*seen)
        while len(sent) < INTERRUPTS and seen[1] < BELOW:
            WAIT
            sent.append(os.kill(os.getpid(), signal.SIGINT))
            time.sleep(0.01)
    return real(*arguments, progress=pressed, **named)
plan.fit_proven = proving
status = cli.run(sys.argv[1:])
assert sent, "the proof was too quick to be interrupted"
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
sys.exit(status)
"""
"""The command line, in which Ctrl-C is pressed as soon as a proof is under way."""


def driver(times: int, *, below: float = 9.0, wait: str = "pass") -> str:
    """For so many presses, once a bound is below a size."""
    return DRIVER.replace("INTERRUPTS", str(times)).replace("BELOW", str(below)).replace("WAIT", wait)


def interrupted(times: int, folder: Path, *arguments: str, below: float = 9.0) -> Ran:
    (folder / "orchard.json").write_text(orchard())
    (folder / "yard.json").write_text(YARD)
    code = driver(times, below=below)
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert b"Traceback" not in ran.stderr, ran.stderr.decode()
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def test_ctrl_c_ends_the_search_and_keeps_the_best(tmp_path: Path) -> None:
    ran = interrupted(1, tmp_path, *HARD, "--drill", "t-test", "--drill", "w-drill", "--json",
                      "--out", "o", "--certificate", "proof.json")  # fmt: skip
    assert ran.status == 130
    assert ran.err.startswith("Interrupted: this is the best")
    (placement,), (missing,) = ran.json["placements"], ran.json["unplaced"]
    assert (placement["drill"], placement["gap_reached"]) == ("t-test", False)
    assert placement["size"] < placement["size_bound"]
    assert (missing["drill"], missing["reason"], missing["size_bound"]) == (
        "w-drill", "the search was stopped.", None,
    )  # fmt: skip
    assert {path.name for path in (tmp_path / "o").iterdir()} == set(ran.json["files"])
    assert (
        cli.run(["check", str(tmp_path / "o/layout.json"), "--certificate", str(tmp_path / "proof.json")])
        == 0
    )


def test_what_was_proven_until_ctrl_c_is_kept(tmp_path: Path) -> None:
    easier = ("layout", "--yard", "yard.json", "--drill", "t-test", "--pace", "full", "--gap", "0.0001")
    ran = interrupted(1, tmp_path, *easier, "--json", "--out", "o", "--certificate", "p.json", below=0.99)
    assert ran.status == 130
    (placement,) = ran.json["placements"]
    assert placement["size"] < placement["size_bound"] < 0.99
    assert len(json.loads((tmp_path / "p.json").read_text())["proofs"]) == 1
    assert cli.run(["check", str(tmp_path / "o/layout.json"), "--certificate", str(tmp_path / "p.json")]) == 0


def test_ctrl_c_twice_ends_at_once_and_writes_nothing(tmp_path: Path) -> None:
    ran = interrupted(2, tmp_path, *HARD, "--drill", "t-test", "--out", "o", "--certificate", "p.json")
    assert (ran.status, ran.out) == (130, "")
    assert ran.err.split() == ["Interrupted;", "nothing", "was", "written."]
    assert {path.name for path in tmp_path.iterdir()} == {"orchard.json", "yard.json"}


def test_ctrl_c_before_anything_is_placed_leaves_an_earlier_layout(tmp_path: Path) -> None:
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "layout.json").write_text('{"format": "conedrills-layout"}')
    code = """
import os, signal, sys
from conedrills import cli, plan
real = plan.ready
def pressed(yard):
    os.kill(os.getpid(), signal.SIGINT)
    return real(yard)
plan.ready = pressed
sys.exit(cli.run(["layout", "--yard", "orchard.json", "--out", "o"]))
"""
    (tmp_path / "orchard.json").write_text(orchard())
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False)
    assert (ran.returncode, ran.stdout) == (130, b"")
    assert ran.stderr.split() == [b"Interrupted;", b"nothing", b"was", b"written."]
    assert [path.name for path in (tmp_path / "o").iterdir()] == ["layout.json"]


def test_ctrl_c_while_files_are_written_waits_for_them(tmp_path: Path) -> None:
    (tmp_path / "yard.json").write_text(YARD)
    code = """
import os, signal, sys
from pathlib import Path
from conedrills import cli
real = Path.replace
def pressed(self, target):
    os.kill(os.getpid(), signal.SIGINT)
    return real(self, target)
Path.replace = pressed
sys.exit(cli.run(["layout", "--yard", "yard.json", "--drill", "w-drill", "--pace", "full", "--out", "o"]))
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False)
    assert ran.returncode == 130
    names = {path.name for path in (tmp_path / "o").iterdir()}
    pages = {"overview.svg", "session.svg", "01-w-drill.svg", "01-w-drill-setout.svg"}
    assert names == {"layout.json", "sheet.pdf", *pages}


# ---------------------------------------------------------------- the certificate


def test_a_certificate_is_written_and_proves_its_layout(run: Run, tmp_path: Path) -> None:
    arguments = (*LAYOUT, "--drill", "t-test", "--drill", "four-way-circle", "--out", "o")
    ran = run(*arguments, "--json", "--certificate", "o/my proof.json")
    assert ran.status == 0
    assert "my proof.json" not in ran.json["files"]
    assert "`conedrills check o/layout.json --certificate 'o/my proof.json'`" in ran.err
    content = (tmp_path / "o" / "my proof.json").read_bytes()
    assert content.startswith(b'{"format":"conedrills-certificate",')
    assert content.count(b"\n") == 1
    checked = run("check", "o/layout.json", "--certificate", "o/my proof.json")
    assert checked.status == 0
    assert "No pose of t-test at full pace is larger than" in checked.out
    # ours is replaced, by the same bytes, and goes to stdout as well
    assert run(*arguments, "--certificate", "o/my proof.json").status == 0
    assert (tmp_path / "o" / "my proof.json").read_bytes() == content
    assert run(*arguments, "--certificate", "-").out.encode() == content


def test_of_a_drill_that_does_not_fit_the_certificate_proves_that(run: Run, tmp_path: Path) -> None:
    (tmp_path / "yard.json").write_text(YARD.replace("18.3", "6.3").replace("12.2", "5.2"))
    ran = run(*LAYOUT, "--json", "--out", "o", "--certificate", "proof.json")
    assert ran.status == 1
    assert ran.json["unplaced"][0]["size_bound"] is not None
    assert run("check", "o/layout.json", "--certificate", "proof.json").status == 0


def test_a_certificate_replaces_only_a_certificate(run: Run, tmp_path: Path) -> None:
    run(*LAYOUT, "--out", "ours")
    layout = (tmp_path / "ours" / "layout.json").read_bytes()
    (tmp_path / "notes.json").write_text('{"mine": 1}')
    for name in ("ours/layout.json", "notes.json"):
        ran = run(*LAYOUT, "--out", "o", "--certificate", name)
        assert ran.status == 2
        assert "--force" in ran.err
        assert not (tmp_path / "o").exists()
    assert (tmp_path / "ours" / "layout.json").read_bytes() == layout
    assert run(*LAYOUT, "--out", "o", "--certificate", "notes.json", "--force").status == 0
    assert json.loads((tmp_path / "notes.json").read_text())["format"] == "conedrills-certificate"
