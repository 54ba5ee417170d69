"""The command compares, reports, and says in its exit code what came out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.tools.spec_diff.cases import HEALTH, SCHEMAS, USER, USERS
from tests.tools.spec_diff.documents import PROVIDER_DOCUMENT, PROVIDER_LIKE, Change, changed, drop, put
from tools.spec_diff.cli import ADDITIVE, BREAKING, OURS, SAME, UNREADABLE, main

TTL = put(f"{SCHEMAS} > v1PushNotification > properties > ttl", {"type": "integer"})
NO_DELETE = drop(f"{USER} > delete")
NOT_REQUIRED = drop(f"{SCHEMAS} > v1CreateUserRequest > required")
NO_ERROR_BODY = drop(f"{USERS} > responses > 400 > content")
NULL_RESULTS = put(
    f"{SCHEMAS} > v1SendPushNotificationsResponse > properties > delivery_results > type", ["array", "null"]
)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """Where a test puts the provider's document."""
    return tmp_path / "provider.json"


def write(spec: Path, *changes: Change) -> str:
    spec.write_text(json.dumps(changed(PROVIDER_DOCUMENT, *changes)))
    return str(spec)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (TTL, ADDITIVE),
        (NO_DELETE, BREAKING),
        (NOT_REQUIRED, ADDITIVE),
        (NO_ERROR_BODY, SAME),
        (NULL_RESULTS, ADDITIVE),  # it agrees with ours now, so that an accepted difference is no longer true
    ],
    ids=["additive", "breaking", "a demand that is gone", "ours only", "no longer true"],
)
def test_the_exit_code_is_that_of_the_worst_news(change: Change, code: int, spec: Path) -> None:
    assert main([write(spec, change)]) == code


def test_breaking_news_outweigh_additive_ones(spec: Path) -> None:
    assert main([write(spec, TTL, NO_DELETE)]) == BREAKING


def test_the_providers_document_has_no_news(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(PROVIDER_LIKE)]) == SAME
    assert capsys.readouterr().out.startswith("no news on the wire\n")


def test_our_own_document_has_no_difference(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(OURS), "--accept-nothing"]) == SAME
    assert capsys.readouterr().out == "no difference on the wire\n"


def test_accepted_differences_can_be_news(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(PROVIDER_LIKE), "--accept-nothing"]) == BREAKING
    assert "devices[].ad_id: string, was string or null" in capsys.readouterr().out


def test_accepted_differences_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    main([str(PROVIDER_LIKE), "--accepted"])
    assert "devices[].ad_id: string, was string or null (breaking; Clix's SDKs" in capsys.readouterr().out


def test_another_file_of_accepted_differences_can_be_named(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.yaml").write_text("- {impact: breaking, reason: r, lines: ['GET /x: removed']}\n")
    main([write(spec), "--accepted-file", str(tmp_path / "mine.yaml")])
    assert (
        "no longer true (1)\n  GET /x: removed (breaking; the documents agree on it now)\n"
        in capsys.readouterr().out
    )


def test_json_is_printed_on_demand(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([write(spec, TTL), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["additive"] == [
        "POST /api/v1/messages:send request push_notifications[].ttl: new optional integer"
    ]


def test_a_report_is_written_on_demand(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([write(spec, TTL), "--markdown", str(tmp_path / "report.md")]) == ADDITIVE
    assert "ttl: new optional integer`" in (tmp_path / "report.md").read_text()
    assert "ttl: new optional integer\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{", "is not valid JSON: "),
        ('{"openapi": "3.1.0", "paths": []}', "#/paths should be an object, and is a list\n"),
        ('{"swagger": "2.0"}', "is of Swagger 2.0; OpenAPI 3.0 or 3.1 is needed\n"),
        (
            '{"openapi": "3.1.0", "a\\nb": 1, "paths": {"/\\n": 5}}',
            "#/paths//\\n should be an object, and is 5\n",
        ),
    ],
)
def test_a_document_that_cannot_be_read_is_one_line(
    text: str, line: str, spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec.write_text(text)
    assert main([str(spec)]) == UNREADABLE
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"{spec}: {line}")


def test_a_document_that_is_nested_too_deeply_is_one_line(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schema = "{}"
    for _ in range(500):
        schema = f'{{"properties": {{"a": {schema}}}}}'
    spec.write_text(f'{{"openapi": "3.1.0", "components": {{"schemas": {{"A": {schema}}}}}}}')
    assert main([str(spec)]) == UNREADABLE
    assert capsys.readouterr().err == f"{spec}: is nested too deeply\n"


def test_a_long_name_in_a_document_does_not_make_a_long_line(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([write(spec, put(f"{HEALTH} > responses > {'2' * 9999}", {}))]) == UNREADABLE
    line = capsys.readouterr().err
    assert len(line) < 600
    assert line.endswith("2', which there is not\n")


def test_a_document_of_fifty_megabytes_is_one_line_at_once(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec.write_bytes(b'{"openapi": "3.1.0", "paths": {' + b" " * 50_000_000 + b"}}")
    start = time.process_time()
    assert main([str(spec)]) == UNREADABLE
    assert capsys.readouterr().err == f"{spec}: has 10 MB or more\n"
    assert time.process_time() - start < 1.0


def test_a_file_of_accepted_differences_that_cannot_be_read_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(PROVIDER_LIKE), "--accepted-file", str(tmp_path / "none.yaml")]) == UNREADABLE
    assert capsys.readouterr().err == f"{tmp_path / 'none.yaml'}: No such file or directory\n"


def test_a_report_that_cannot_be_written_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(PROVIDER_LIKE), "--markdown", str(tmp_path / "none" / "r.md")]) == UNREADABLE
    assert "r.md: cannot be written: No such file" in capsys.readouterr().err


def test_a_wrong_command_line_is_not_taken_for_breaking_news(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == UNREADABLE
    assert capsys.readouterr().err.startswith("usage: ")


def test_both_documents_are_compared_within_a_second_of_computing() -> None:
    start = time.process_time()
    main([str(PROVIDER_LIKE)])
    assert time.process_time() - start < 1.0


def test_the_module_runs_as_a_program() -> None:
    command = [sys.executable, "-m", "tools.spec_diff", str(PROVIDER_LIKE)]
    run = subprocess.run(command, cwd=OURS.parent, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (SAME, "")


@pytest.mark.skipif(os.name == "nt" or shutil.which("make") is None, reason="needs make")
def test_make_hands_the_document_over(spec: Path) -> None:
    command = ["make", "--always-make", "--dry-run", "spec-diff", f"SPEC={spec} with space"]
    run = subprocess.run(command, cwd=OURS.parent, capture_output=True, text=True, check=True)
    assert f'-m tools.spec_diff "{spec} with space"' in run.stdout
