"""What a program can carry over from the provider's document is written into ours; all else is left to people."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.carry_over import SPEC, Carried, carry_over, run
from tools.generate_client import PACKAGE, REPOSITORY
from tools.spec_diff.cli import api_of

OURS = (REPOSITORY / SPEC).read_text(encoding="utf-8")
PROVIDERS = Path(__file__).parent / "spec_diff" / "provider_like.json"
INTEGER = {"type": "integer"}


@pytest.fixture
def theirs() -> Any:
    """Our own document, to be changed as the provider would change theirs."""
    return copy.deepcopy(yaml.safe_load(OURS))


def _fields(document: Any, name: str) -> dict[str, Any]:
    fields: dict[str, Any] = document["components"]["schemas"][name]["properties"]
    return fields


def _carry(theirs: Any) -> Carried:
    return carry_over(OURS, api_of(theirs))


def _told(carried: Carried) -> list[str]:
    return [str(difference) for difference in carried.differences]


def test_a_new_request_field_is_written_below_the_others_and_nothing_else_changes(theirs: Any) -> None:
    _fields(theirs, "PushNotification")["ttl"] = INTEGER
    carried = _carry(theirs)
    assert _told(carried) == [
        "POST /api/v1/messages:send request push_notifications[].ttl: new optional integer"
    ]
    last = (
        "description: Where a tap leads, a web address or a deep link of your app.\n          type: string\n"
    )
    assert carried.text == OURS.replace(last, f"{last}        ttl:\n          type: integer\n")


@pytest.mark.parametrize(
    "schema",
    [{"type": "string"}, {"type": "boolean"}, {"type": "number"}, {"type": "string", "format": "date-time"}],
    ids=str,
)
def test_a_field_keeps_its_type_and_format(theirs: Any, schema: dict[str, str]) -> None:
    _fields(theirs, "LiveActivity")["added"] = schema
    assert _fields(yaml.safe_load(_carry(theirs).text), "LiveActivity")["added"] == schema


def test_a_field_that_may_be_null_stays_one(theirs: Any) -> None:
    _fields(theirs, "DeliveryResultParams")["carrier"] = {"type": ["string", "null"]}
    assert _fields(yaml.safe_load(_carry(theirs).text), "DeliveryResultParams")["carrier"] == {
        "type": ["string", "null"]
    }


def test_a_field_of_a_schema_that_two_answers_share_is_written_once(theirs: Any) -> None:
    _fields(theirs, "DeliveryResult")["attempt"] = INTEGER
    carried = _carry(theirs)
    assert _told(carried) == [
        "POST /api/v1/live-activities:start answer 2XX delivery_results[].attempt: new integer",
        "POST /api/v1/messages:send answer 2XX delivery_results[].attempt: new integer",
    ]
    assert carried.text.count("        attempt:\n") == 1


def test_a_field_of_an_answer_does_not_slip_into_a_request_that_shares_its_schema(theirs: Any) -> None:
    schemas = theirs["components"]["schemas"]
    schemas["StoredEvent"] = copy.deepcopy(schemas["Event"])
    _fields(theirs, "StoredEvent")["rank"] = INTEGER
    _fields(theirs, "CreateEventsResponse")["events"]["items"] = {"$ref": "#/components/schemas/StoredEvent"}
    assert _carry(theirs) == (OURS, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("action", {"type": "object", "properties": {"url": {"type": "string"}}}),
        ("tags", {"type": "array", "items": {"type": "string"}}),
        ("level", {"type": "string", "enum": ["low", "high"]}),
        ("a: b", {"type": "string"}),
    ],
)
def test_what_needs_a_decision_is_left_alone(theirs: Any, name: str, value: Any) -> None:
    _fields(theirs, "PushNotification")[name] = value
    assert _carry(theirs) == (OURS, [])


def test_a_breaking_change_does_not_keep_a_new_field_from_being_carried_over(theirs: Any) -> None:
    _fields(theirs, "PushNotification")["ttl"] = INTEGER
    del _fields(theirs, "PushNotification")["image_url"]
    carried = _carry(theirs)
    assert len(carried.differences) == 1
    assert {"ttl", "image_url"} <= _fields(yaml.safe_load(carried.text), "PushNotification").keys()


def test_no_news_leave_everything_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, report = _run(tmp_path, json.loads(PROVIDERS.read_text(encoding="utf-8")))
    assert not report.exists()
    assert capsys.readouterr().out == "No news.\n"


def test_the_client_is_generated_and_the_report_tells_what_was_carried_over(
    tmp_path: Path, theirs: Any
) -> None:
    _fields(theirs, "PushNotification")["ttl"] = INTEGER
    del theirs["paths"]["/api/v1/health"]
    repository, report = _run(tmp_path, theirs)
    assert "ttl: Union[Unset, int]" in (
        repository / PACKAGE / "models/push_notification.py"
    ).read_text().replace("int | Unset", "Union[Unset, int]")
    before, carried = report.read_text(encoding="utf-8").split("## Carried over")
    assert "GET /api/v1/health" in before
    assert "push_notifications[].ttl: new optional integer" in carried


def _run(folder: Path, theirs: Any) -> tuple[Path, Path]:
    for name in (SPEC, "generator-config.yaml", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, folder)
    shutil.copytree(REPOSITORY / PACKAGE, folder / PACKAGE)
    provider, report = folder / "provider.json", folder / "report.md"
    provider.write_text(json.dumps(theirs), encoding="utf-8")
    run(folder, str(provider), report)
    return folder, report
