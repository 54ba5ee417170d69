"""The results of a send are read from the generated models as they would be from plain JSON."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import ResponseMeta
from clix._engine.wire import send_result
from clix.resources import messages
from clix_api_client import models
from clix_api_client.types import Response

_TEXT = st.sampled_from(["", "x", "DELIVERY_RESULT_STATUS_SUCCEED", "DELIVERY_RESULT_STATUS_NEW"])
_MAYBE = st.one_of(_TEXT, st.none(), st.integers(0, 1))
_PARAMS = st.dictionaries(
    st.sampled_from(["device_id", "fcm_message_id", "failure_reason", "another"]), st.one_of(_TEXT, _MAYBE)
)
_RESULT: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "message_id": st.one_of(_TEXT, _MAYBE),
        "status": st.one_of(_TEXT, _MAYBE),
        "additional_params": st.one_of(_PARAMS, _PARAMS, st.none(), st.just([])),
        "another": _TEXT,
    },
)
_NO_RESULTS: st.SearchStrategy[Any] = st.sampled_from([None, {}, "x", [1], [None]])
_ANSWER: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "delivery_results": st.one_of(st.lists(_RESULT, max_size=3), _NO_RESULTS),
        "another": _TEXT,
    },
)


@given(_ANSWER)
def test_models_are_read_as_their_dicts_are(answer: dict[str, Any]) -> None:
    assert messages._MODELS_ARE_KNOWN
    parsed = models.SendPushNotificationsResponse.from_dict(answer)
    response = Response(status_code=HTTPStatus.OK, content=b"", headers={}, parsed=parsed)
    meta = ResponseMeta(status=200)
    try:
        expected = send_result(parsed.to_dict(), meta, ["user_1"])
    except (ValueError, AttributeError) as error:  # either makes an answer unreadable
        with pytest.raises(type(error)):
            messages.read_send_result(response, meta, ["user_1"])
    else:
        assert messages.read_send_result(response, meta, ["user_1"]) == expected


def test_models_with_a_field_that_is_new_are_read_by_their_dicts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_MODELS_ARE_KNOWN", False)
    monkeypatch.setattr(messages, "_usual_deliveries", None)
    parsed = models.SendPushNotificationsResponse.from_dict({"delivery_results": [], "another": "x"})
    response = Response(status_code=HTTPStatus.OK, content=b"", headers={}, parsed=parsed)
    assert messages.read_send_result(response, ResponseMeta(status=200), ["user_1"]).extra == {"another": "x"}
