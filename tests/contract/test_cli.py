"""The command line is a promise: every command is shown, in the order of the work, with an example and its receipt."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import typer.main
from typer.testing import CliRunner

from annotate.cli import app

ROOT = Path(__file__).parents[2]
ORDER = (
    "codebook",
    "ingest",
    "suggest",
    "studio",
    "campaign",
    "push",
    "pull",
    "import",
    "agreement",
    "skills",
    "adjudicate",
    "gold",
    "export",
    "dataset",
    "train",
    "evaluate",
    "benchmark",
    "model",
    "flag",
    "serve",
    "report",
)


def commands(group: click.Group, prefix: str = "") -> list[tuple[str, click.Command]]:
    """Return every command below a group, with its whole name."""
    found: list[tuple[str, click.Command]] = []
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found += commands(command, f"{prefix}{name} ")
        else:
            found.append((prefix + name, command))
    return found


GROUP = typer.main.get_command(app)
COMMANDS = commands(GROUP)  # type: ignore[arg-type]  # typer's group has click's commands


def test_commands_stand_in_the_order_of_the_work() -> None:
    """`annotate --help` lists the stages as the tree, the Makefile and the README do."""
    assert tuple(GROUP.list_commands(click.Context(GROUP))) == ORDER  # type: ignore[attr-defined]  # typer's group has click's methods


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_helps(name: str, command: click.Command) -> None:
    """Each command says what it does, shows an example that names it, and prints a receipt on --json."""
    done = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert done.exit_code == 0, done.output
    assert f"annotate {name}" in (command.help or "").split("Example:")[1]
    assert "--json" in {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_option_is_explained(name: str, command: click.Command) -> None:
    """No option or argument is left without a word."""
    unexplained = [p.name for p in command.params if p.name != "help" and not getattr(p, "help", None)]
    assert not unexplained, f"{name}: {unexplained}"


SEEDED = [name for name, command in COMMANDS if "seed" in {parameter.name for parameter in command.params}]


@pytest.mark.parametrize("name", SEEDED)
@pytest.mark.parametrize("seed", [-1, 2**32])
def test_seeds_are_what_every_library_takes(name: str, seed: int) -> None:
    """From 0 to 2**32 - 1; any other number is wrong use, and no traceback of numpy's."""
    done = CliRunner().invoke(app, [*name.split(), f"--seed={seed}"], env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert (done.exit_code, "Invalid value for '--seed'" in done.output) == (2, True)


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_help_keeps_its_square_brackets(name: str, command: click.Command) -> None:
    """Rich takes them for markup where no backslash stands before them."""
    done = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": "400", "NO_COLOR": "1"})
    told = [
        word for parameter in command.params for word in re.findall(r"\[[^\]]+\]", getattr(parameter, "help", "") or "")
    ]
    assert [word for word in told if word not in done.output] == []


def test_the_readme_runs_what_exists() -> None:
    """Every `annotate …` line in the README and the docs names a command and options that exist."""
    known = dict(COMMANDS)
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    lines = [
        (page.name, line.split("#")[0].strip().removeprefix("$ "))
        for page in pages
        for block in re.findall(r"```(?:sh|bash|console)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        for line in block.replace("\\\n", " ").splitlines()
        if line.strip().removeprefix("$ ").startswith("annotate ")
    ]
    assert lines
    for page, line in lines:
        for part in line.split("|"):
            words = part.split()
            if words[:1] != ["annotate"] or words[1].startswith("-"):
                continue
            name = " ".join(words[1:3]) if " ".join(words[1:3]) in known else words[1]
            assert name in known, f"{page}: {line}"
            options = {one for given in known[name].params for one in (*given.opts, *given.secondary_opts)}
            used = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)} - {"--help"}
            assert used <= options, f"{page}: {line}: {used - options}"
