"""The mutation score: what counts as noticed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tools.mutation_score import REPOSITORY, score

STATS = {"killed": 80, "timeout": 5, "survived": 14, "skipped": 0, "no_tests": 1, "total": 100}


def test_changes_that_fail_a_test_or_never_end_are_noticed() -> None:
    assert score(STATS) == 85.0


def test_changes_that_were_not_tried_do_not_count() -> None:
    assert score({**STATS, "skipped": 15}) == 100.0


def test_a_run_without_changes_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="nothing was changed"):
        score({**STATS, "total": 0})


def test_every_file_that_the_configuration_names_exists() -> None:
    settings = tomllib.loads(Path(REPOSITORY, "pyproject.toml").read_text())["tool"]["mutmut"]
    named = settings["only_mutate"] + settings["also_copy"] + settings["pytest_add_cli_args_test_selection"]
    assert [name for name in named if not Path(REPOSITORY, name).exists()] == []
