"""`/_emulator/`: reading and changing the state of an emulator, for tests and for its page. `views` has the shapes.

=================================================  =========================================================
`GET /about`                                       address, environment variables, names, limits
`GET /stats`                                       StatsView
`GET /messages` `/events` `/triggers` `/requests`  what happened, newest first; `DELETE` forgets it
`GET /requests/{request_id}`                       RequestView with more of the bodies
`GET /users` `/devices`                            what there is, newest first
`GET` `POST /campaigns`, `DELETE /campaigns/{id}`  campaigns, as `read_campaign` takes them
`GET` `POST` `DELETE /faults`                      rules, as `read_rule` takes them
`PATCH` `DELETE /faults/{id}`                      `{"is_enabled": false}` lets a rule rest
`GET` `POST /webhooks`, `DELETE /webhooks/{id}`     who is told of pushes, and the log; `DELETE` forgets the log
`POST /seed`                                       users and more, as `seed` takes them
`POST /reset`                                      forgets everything, rules too
`GET /stream`                                      Server-Sent Events, see `stream`
=================================================  =========================================================

Whatever is malformed is answered with 400 and a sentence.
"""

from __future__ import annotations

from starlette.routing import BaseRoute, Mount, Router

from .._config import EmulatorConfig
from . import definitions, general, lists, webhooks
from .guard import Guard


def control_routes(config: EmulatorConfig) -> list[BaseRoute]:
    """The routes, guarded against other web pages."""
    routes = [*lists.ROUTES, *definitions.ROUTES, *general.ROUTES, *webhooks.ROUTES]
    return [Mount("/_emulator", app=Guard(Router(routes, redirect_slashes=False), config))]
