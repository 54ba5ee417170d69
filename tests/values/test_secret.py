"""A secret shows itself nowhere."""

from __future__ import annotations

import copy
import pickle
import traceback

import pytest

from clix import Clix
from clix._values.secret import Secret
from tests.recorder import BASE_URL, KEY, PROJECT

SECRET = Secret(KEY)


def test_a_secret_is_revealed_on_demand() -> None:
    assert SECRET.reveal() == KEY


@pytest.mark.parametrize("shown", [repr(SECRET), str(SECRET), f"{SECRET}", f"{SECRET!r:>30}", f"{[SECRET]}"])
def test_a_secret_is_in_no_text_of_it(shown: str) -> None:
    assert KEY not in shown


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_refuses_to_be_carried_away(copied: object) -> None:
    with pytest.raises(TypeError, match="does not pickle: give each process its own CLIX_API_KEY"):
        copied(SECRET)  # type: ignore[operator]


def test_a_session_refuses_to_be_carried_away() -> None:
    clix = Clix(project_id=PROJECT, api_key=KEY)
    with pytest.raises(TypeError) as caught:
        pickle.dumps(clix)
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_no_text_of_a_session_shows_its_key_or_its_project() -> None:
    clix = Clix(project_id=PROJECT, api_key=KEY, base_url=BASE_URL, proxy="http://user:password@proxy.test")
    shown = f"{clix} {clix!r} {clix._session.settings!r} {clix.with_options(deadline=5)!r} {clix.stats!r}"
    assert not any(secret in shown for secret in (KEY, PROJECT, "password"))
    assert BASE_URL in repr(clix)
