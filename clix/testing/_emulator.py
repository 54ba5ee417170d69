"""A Clix for one test."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from typing import Final, TypedDict, Unpack

from .. import Clix, Outcome, RateLimiter, Timeout
from .._sync.client import ClixSync
from .._values.json import JSONObject, Scalar
from .._values.options import Guarantee
from ..emulator import Emulator, EmulatorConfig, application
from ..emulator._config import API_KEY, PROJECT_ID
from ..emulator._state.campaigns import read_campaign
from ..emulator._state.made_up import ONE_PHONE
from ..emulator._state.records import Json, JsonObject, PushContent, RequestRecord
from ..emulator._webhooks import webhook_payload
from ._clock import SkippingClock
from ._faults import FaultControl
from ._outbox import Outbox
from ._records import TrackedEvent, TriggeredCampaign, tracked, triggered
from ._server import ClixServer, served
from ._time import sessions_skip_waits
from ._transport import InProcessTransport

_numbers: Final = itertools.count(1)


class EmulatorOptions(TypedDict, total=False):
    """How an emulator for tests may differ from the usual one."""

    seed: int | str
    """Makes all ids repeatable."""
    rate_limit: int | None
    """Requests a second by the emulator's clock; None and left out: no limit."""
    project_id: str
    """The only project id to accept."""
    api_key: str
    """The only API key to accept."""
    require_secret_key: bool
    """Refuse public keys where Clix wants a secret one."""


class SessionOptions(TypedDict, total=False):
    """What a session can be told, as in `Clix(...)`."""

    guarantee: Guarantee
    max_attempts: int
    timeout: Timeout | float
    deadline: float
    max_connections: int
    rate_limiter: RateLimiter
    headers: Mapping[str, str]
    on_outcome: Callable[[Outcome], object]


class _Access(TypedDict):
    """How a session finds an emulator."""

    project_id: str
    api_key: str
    base_url: str
    transport: InProcessTransport


class ClixEmulator:
    """A Clix in this process, empty and without limits, in which everybody has a phone.

    Users and devices that are sent something and are not known get one made up; `add_user(..., phones=())` makes a
    user without. All waits by the SDK and by the emulator are skipped.
    """

    def __init__(self, **options: Unpack[EmulatorOptions]) -> None:
        self.clock = SkippingClock()
        """Time as the sessions and the emulator see it; `clock.skipped` says how much was skipped, in seconds."""
        given: EmulatorOptions = {"rate_limit": None, **options}
        host = f"clix-emulator-{next(_numbers)}.localhost"
        self.base_url = f"http://{host}"
        """Different for each, so that sessions of different tests share nothing. Nobody listens there."""
        self.engine = Emulator(
            EmulatorConfig(clock=self.clock.wall, sleep=self.clock.sleep, allowed_hosts=(host,), **given),
            phones=ONE_PHONE,
        )
        """The emulator itself."""
        self._state = self.engine.state
        self.transport = InProcessTransport(application(self.engine), self.clock)
        """For sessions of your own: `Clix(transport=clix_emulator.transport, ...)`; any httpx client can use it."""
        self.outbox = Outbox(self.engine)
        """What was sent."""
        self.faults = FaultControl(self.engine, self.transport)
        """What is to go wrong."""

    def session(self, **options: Unpack[SessionOptions]) -> Clix:
        """A session on this emulator. It need not be closed.

        Example:
            clix = clix_emulator.session(guarantee="at_most_once")
            await clix.messages.send("user_123", title="Hi")
        """
        return Clix(**self._access, **options)

    @contextlib.contextmanager
    def sync_session(self, **options: Unpack[SessionOptions]) -> Generator[ClixSync, None, None]:
        """A session for synchronous code on this emulator, until the block ends.

        Example:
            with clix_emulator.sync_session() as clix:
                clix.messages.send("user_123", title="Hi")
        """
        with ClixSync(**self._access, **options) as clix:
            yield clix

    def serve(self) -> contextlib.AbstractContextManager[ClixServer]:
        """Serve this emulator on a free port too, until the block ends.

        Example:
            with clix_emulator.serve() as server:
                print(server.url)
        """
        return served(self.engine)

    def add_user(
        self,
        project_user_id: str,
        properties: Mapping[str, Scalar] | None = None,
        *,
        phones: Sequence[str] = ("IOS",),
    ) -> None:
        """Create a user, with a phone of each of these platforms: `IOS` or `ANDROID`.

        Example:
            clix_emulator.add_user("user_123", {"name": "Ann"}, phones=["IOS", "ANDROID"])
        """
        self._state.upsert_user(project_user_id, properties or {}, self.engine.now())
        for number, platform in enumerate(phones, 1):
            self.add_device(f"phone-{number}-of-{project_user_id}", user=project_user_id, platform=platform)
        if not phones:
            self._state.keep_without_phone(project_user_id)

    def add_device(self, device_id: str, *, user: str | None = None, platform: str = "IOS") -> None:
        """Register a device, and say whose it is.

        Example:
            clix_emulator.add_device("phone-1", user="user_123", platform="ANDROID")
        """
        device = self._state.upsert_device(device_id, {"platform": platform}, self.engine.now())
        if user is not None:
            self._state.name_device(device, user, self.engine.now())

    def define_campaign(
        self,
        campaign_id: str,
        *,
        title: str | None = None,
        body: str | None = None,
        image_url: str | None = None,
        landing_url: str | None = None,
        segment: Sequence[Mapping[str, Scalar]] = (),
    ) -> None:
        """Let triggers of a campaign deliver.

        Args:
            campaign_id: as triggers name it.
            title: a Liquid template, as the other texts; it knows `user.<property>` and `trigger.<property>`.
            body: a template.
            image_url: a template.
            landing_url: a template.
            segment: at most 3 conditions, such as `{"attribute": "plan", "operator": "equals", "value": "pro"}`.

        Example:
            clix_emulator.define_campaign("pickup", title="{{ user.name }}, {{ trigger.order }} is ready")
        """
        texts = {"title": title, "body": body, "image_url": image_url, "landing_url": landing_url}
        conditions: list[Json] = [dict(condition) for condition in segment]
        source: JsonObject = {"id": campaign_id, **texts, "segment": conditions}
        self._state.define_campaign(read_campaign(source))

    @property
    def users(self) -> dict[str, JSONObject]:
        """The properties of all users that have an id of yours, by that id."""
        return {
            user.project_user_id: dict(user.properties)
            for user in self._state.users.values()
            if user.project_user_id is not None
        }

    @property
    def events(self) -> list[TrackedEvent]:
        """All events that were tracked, oldest first."""
        return [tracked(event) for event in self._state.events]

    @property
    def triggers(self) -> list[TriggeredCampaign]:
        """All campaigns that were triggered, oldest first."""
        return [triggered(trigger) for trigger in self._state.triggers]

    @property
    def requests(self) -> list[RequestRecord]:
        """All requests with their answers, those that failed as well, oldest first."""
        return list(self._state.requests)

    @property
    def webhooks(self) -> list[JSONObject]:
        """What Clix would post to your webhooks for what was sent so far, oldest first."""
        return [
            webhook_payload(message, message.content)
            for message in self._state.messages
            if isinstance(message.content, PushContent) and message.target is None
        ]

    def reset(self) -> None:
        """Forget everything: users, messages, faults.

        Example:
            clix_emulator.reset()
        """
        self.engine.reset()
        self.faults.clear()
        self.outbox.clear()

    @property
    def _access(self) -> _Access:
        config = self.engine.config
        return {
            "project_id": config.project_id or PROJECT_ID,
            "api_key": config.api_key or API_KEY,
            "base_url": self.base_url,
            "transport": self.transport,
        }


@contextlib.contextmanager
def emulator_with_skipped_waits(**options: Unpack[EmulatorOptions]) -> Generator[ClixEmulator, None, None]:
    """An emulator; until the block ends, sessions that an application makes by itself skip their waits too."""
    emulator = ClixEmulator(**options)
    with sessions_skip_waits(emulator.clock):
        yield emulator


@contextlib.asynccontextmanager
async def in_process_emulator(**options: Unpack[EmulatorOptions]) -> AsyncGenerator[ClixEmulator, None]:
    """What the fixture `clix_emulator` provides, without pytest.

    Example:
        async with in_process_emulator() as emulator:
            await emulator.session().messages.send("user_123", title="Hi")
            emulator.outbox.assert_sent(to="user_123")
    """
    with emulator_with_skipped_waits(**options) as emulator:
        yield emulator
