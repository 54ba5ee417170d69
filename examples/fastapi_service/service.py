"""A shop that tells its customers when an order ships, and shows whether they were reached."""

from __future__ import annotations

import os
from typing import Annotated, Literal, TypeAlias

from attrs import define, field
from fastapi import Body, FastAPI, HTTPException

from clix import ClixError, Device
from clix.integrations.fastapi import (
    ClixDep,
    clix_lifespan,
    install_error_handlers,
    readiness,
    responses,
    webhook_router,
)
from clix.webhooks import WebhookEvent, WebhookReceiver

Told: TypeAlias = Literal["yes", "perhaps", "no"]
Text: TypeAlias = Annotated[str, Body()]


@define
class Order:
    """An order that ships."""

    customer: str
    item: str
    told: Told = "no"
    message_ids: list[str] = field(factory=list)


class Shop:
    """All orders, and what Clix said of the pushes about them."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self._outcomes: dict[str, str] = {}

    async def note(self, event: WebhookEvent) -> None:
        """Keep what became of a push. It may be told before the send is answered, so it is kept by its own id."""
        self._outcomes[event.message_id] = "failed" if event.is_failure else "sent"

    def pushes(self, order: Order) -> list[str]:
        """One word for each phone."""
        return [self._outcomes.get(message_id, "waiting") for message_id in order.message_ids]


def create_app() -> FastAPI:
    """The service. It reads CLIX_PROJECT_ID, CLIX_API_KEY, CLIX_BASE_URL and CLIX_WEBHOOK_SECRET."""
    shop = Shop()
    receiver = WebhookReceiver(
        secrets=[os.environ["CLIX_WEBHOOK_SECRET"]],
        dedupe=os.environ.get("CLIX_WEBHOOK_RECORD", "clix-webhooks.db"),
        handler=shop.note,
    )
    app = FastAPI(title="A shop", lifespan=clix_lifespan())
    install_error_handlers(app)
    app.include_router(webhook_router(receiver))
    app.add_api_route("/ready", readiness)
    _add_routes(app, shop)
    return app


def _add_routes(app: FastAPI, shop: Shop) -> None:
    @app.post("/phones/{device_id}", status_code=201, responses=responses)
    async def register(device_id: str, customer: Text, platform: Text, clix: ClixDep) -> None:
        """The app of a customer was started on a phone. Repeating this changes nothing."""
        await clix.devices.upsert([Device(id=device_id, platform=platform, is_push_permission_granted=True)])
        await clix.devices.set_project_user_id(device_id, project_user_id=customer)

    @app.put("/orders/{number}", status_code=201)
    async def ship(number: str, customer: Text, item: Text, clix: ClixDep) -> dict[str, object]:
        """An order ships, whether or not its customer can be told."""
        if number in shop.orders:
            raise HTTPException(409, "This order has shipped.")
        order = shop.orders[number] = Order(customer, item)
        try:
            sent = await clix.messages.send(
                customer, title="Your order shipped", body=f"{item} is on its way."
            )
        except ClixError as error:
            order.told = "no" if error.safe_to_resend else "perhaps"
        else:
            order.told = "yes" if any(delivery.succeeded for delivery in sent.deliveries) else "no"
            order.message_ids = [delivery.message_id for delivery in sent.deliveries]
        return show(number)

    @app.get("/orders/{number}")
    def show(number: str) -> dict[str, object]:
        """Whether the customer was told, and what Clix posted of each phone since."""
        order = shop.orders.get(number)
        if order is None:
            raise HTTPException(404, "There is no such order.")
        return {"customer": order.customer, "told": order.told, "pushes": shop.pushes(order)}
