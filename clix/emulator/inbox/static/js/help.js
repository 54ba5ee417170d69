/**
 * What an empty tab says: what would be here, and how to get it there.
 */

import { snippet } from "./copying.js";
import { button, h, icon } from "./dom.js";

/** The emulator's address as commands need it. */
const address = (context) => context.store.about.environment.CLIX_BASE_URL;

function help({ symbol, title, lead, actions = [], snippets = [] }) {
  return h(
    "div",
    { class: "empty" },
    h("span", { class: "empty-mark", "aria-hidden": "true" }, icon(symbol)),
    h("h2", {}, title),
    h("p", {}, lead),
    actions.length > 0 && h("div", { class: "empty-actions" }, actions),
    snippets.map(([name, code]) => snippet(name, code)),
  );
}

function curl(context, path, body) {
  const { CLIX_PROJECT_ID: project, CLIX_API_KEY: key } = context.store.about.environment;
  return [
    `curl ${address(context)}${path} \\`,
    `  -H 'X-Clix-Project-ID: ${project}' \\`,
    `  -H 'X-Clix-API-Key: ${key}' \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '${JSON.stringify(body, null, 2)}'`,
  ].join("\n");
}

function python(context, ...lines) {
  const { CLIX_PROJECT_ID: project, CLIX_API_KEY: key } = context.store.about.environment;
  return [
    "import asyncio",
    "from clix import Clix",
    "",
    "async def main():",
    "    async with Clix(",
    `        base_url="${address(context)}",`,
    `        project_id="${project}",`,
    `        api_key="${key}",`,
    "    ) as clix:",
    ...lines.map((line) => `        ${line}`),
    "",
    "asyncio.run(main())",
  ].join("\n");
}

const phones = {
  devices: [
    { id: "phone-1", platform: "IOS", model: "iPhone17,1", app_name: "Shop" },
    { id: "phone-2", platform: "ANDROID", model: "Pixel 9", app_name: "Shop" },
  ],
};

export const inboxHelp = (context) =>
  help({
    symbol: "inbox",
    title: "No messages yet",
    lead: "Whatever your code sends to this emulator appears here at once, as a phone would show it.",
    actions: [
      button("Send a test push", {
        symbol: "send",
        kind: "primary",
        onClick: () => context.openSendDialog(),
      }),
      button("Add two phones", { symbol: "device", onClick: () => context.addPhones() }),
    ],
    snippets: [
      [
        "Python",
        python(
          context,
          "await clix.messages.send(",
          '    "user_123", title="Your order shipped", body="Tap to track it."',
          ")",
        ),
      ],
      [
        "curl",
        curl(context, "/api/v1/messages:send", {
          push_notifications: [
            {
              target: { project_user_id: "user_123" },
              title: "Your order shipped",
              body: "Tap to track it.",
            },
          ],
        }),
      ],
    ],
  });

export const activityHelp = (context) =>
  help({
    symbol: "activity",
    title: "No Live Activities yet",
    lead: "Start one on a user's iPhones, and its card shows what the app is given to draw.",
    actions: [
      button("Start an example", {
        symbol: "activity",
        kind: "primary",
        onClick: () => context.startExampleActivity(),
      }),
    ],
    snippets: [
      [
        "Python",
        python(
          context,
          "await clix.live_activities.start(",
          '    "user_123",',
          '    attributes_type="DeliveryAttributes",',
          '    attributes={"order": "A-1"},',
          '    content_state={"status": "on the way", "minutes": 12},',
          ")",
        ),
      ],
    ],
  });

export const usersHelp = (context) =>
  help({
    symbol: "users",
    title: "No users yet",
    lead: "A user exists once your backend creates one, or once an app says whose device it is.",
    actions: [
      button("Add two phones", { symbol: "device", kind: "primary", onClick: () => context.addPhones() }),
    ],
    snippets: [
      ["Python", python(context, 'await clix.users.create("user_123", {"tier": "gold"})')],
      ["curl", curl(context, "/api/v1/users", { project_user_id: "user_123", properties: { tier: "gold" } })],
      [
        "A whole audience from a CSV file",
        `curl --data-binary @audience.csv ${address(context)}/_emulator/seed`,
      ],
    ],
  });

export const devicesHelp = (context) =>
  help({
    symbol: "device",
    title: "No devices yet",
    lead: "Apps register their device when they start. A push needs at least one, or it goes nowhere.",
    actions: [
      button("Add two phones", { symbol: "device", kind: "primary", onClick: () => context.addPhones() }),
    ],
    snippets: [["curl", curl(context, "/api/v1/devices", phones)]],
  });

export const eventsHelp = (context) =>
  help({
    symbol: "event",
    title: "No events yet",
    lead: "Taps, purchases, sign-ups: what apps and backends track is listed here with its properties.",
    snippets: [
      [
        "Python",
        python(context, 'await clix.events.track("phone-1", "PURCHASE", properties={"amount": 42})'),
      ],
      [
        "curl",
        curl(context, "/api/v1/events", {
          events: [
            { device_id: "phone-1", name: "PURCHASE", event_property: { custom_properties: { amount: 42 } } },
          ],
        }),
      ],
    ],
  });

export const campaignsHelp = (context) =>
  help({
    symbol: "campaign",
    title: "No campaign was triggered yet",
    lead: "Tell the emulator about a campaign, and its triggers deliver rendered pushes to the users in its segment.",
    actions: [
      button("Define an example", {
        symbol: "plus",
        kind: "primary",
        onClick: () => context.defineExampleCampaign(),
      }),
    ],
    snippets: [
      [
        "Define a campaign",
        `curl ${address(context)}/_emulator/campaigns -d '${JSON.stringify(
          {
            id: "order-shipped",
            title: "Order {{ trigger.order_id }} shipped",
            body: 'Hello {{ user.name | default: "there" }}, it is on its way.',
          },
          null,
          2,
        )}'`,
      ],
      [
        "Trigger it",
        python(
          context,
          "await clix.campaigns.trigger(",
          '    "order-shipped",',
          '    targets=["user_123"],',
          '    properties={"order_id": "A-1"},',
          ")",
        ),
      ],
    ],
  });

export const requestsHelp = (context) =>
  help({
    symbol: "request",
    title: "No requests yet",
    lead: "Point your code at this address. Every request to the API is listed here with its answer.",
    snippets: [
      [
        "Environment",
        Object.entries(context.store.about.environment)
          .map(([name, value]) => `export ${name}=${value}`)
          .join("\n"),
      ],
    ],
  });

export const webhooksHelp = (context) =>
  help({
    symbol: "webhook",
    title: "No webhook was posted yet",
    lead: "Name an address above, and it is told of every push that was sent or failed, as Clix would tell it.",
    snippets: [
      [
        "curl",
        `curl ${address(context)}/_emulator/webhooks -d '{"url": "http://127.0.0.1:8000/webhooks/clix"}'`,
      ],
    ],
  });
