/**
 * What the buttons of empty tabs do: they fill the emulator through the API, as an app and its backend would.
 */

import * as api from "./api.js";

export const EXAMPLE_USER = "user_123";

const PHONES = [
  {
    id: "example-iphone",
    platform: "IOS",
    model: "iPhone 17",
    manufacturer: "Apple",
    os_name: "iOS",
    os_version: "26.0",
    app_name: "Shop",
    app_version: "3.2.0",
    locale_language: "en",
    locale_region: "GB",
    is_push_permission_granted: true,
    push_token: "example",
    push_token_type: "APNS",
  },
  {
    id: "example-pixel",
    platform: "ANDROID",
    model: "Pixel 10",
    manufacturer: "Google",
    os_name: "Android",
    os_version: "16",
    app_name: "Shop",
    app_version: "3.2.0",
    locale_language: "en",
    locale_region: "GB",
    is_push_permission_granted: true,
    push_token: "example",
    push_token_type: "FCM",
  },
];

/** Two phones of one user. */
export async function addPhones(environment) {
  await api.callClix(environment, "api/v1/users", {
    project_user_id: EXAMPLE_USER,
    properties: { name: "Mina", tier: "gold" },
  });
  await api.callClix(environment, "api/v1/devices", { devices: PHONES });
  for (const { id } of PHONES) {
    await api.callClix(environment, `api/v1/devices/${id}/user/project-user-id`, {
      project_user_id: EXAMPLE_USER,
    });
  }
}

/** A delivery on its way, on the lock screen of the example's iPhone. */
export async function startActivity(environment) {
  await addPhones(environment);
  await api.callClix(environment, "api/v1/live-activities:start", {
    live_activities: [
      {
        target: { device_id: PHONES[0].id },
        attributes_type: "DeliveryAttributes",
        attributes: { order: "A-1042", store: "Harbour Street" },
        content_state: { status: "on the way", progress: 0.6, minutes: 12, stops: 2 },
        alert: { title: "On the way", body: "12 minutes" },
      },
    ],
  });
}

/** A campaign for everybody whose tier is gold. */
export async function defineCampaign() {
  await api.defineCampaign({
    id: "order-shipped",
    name: "Order shipped",
    title: "Order {{ trigger.order_id }} shipped 📦",
    body: 'Hello {{ user.name | default: "there" }}, it is on its way.',
    landing_url: "shop://orders/{{ trigger.order_id }}",
    segment: [{ attribute: "tier", operator: "equals", value: "gold" }],
  });
}

/** Triggers a campaign for everybody in its segment. */
export async function triggerCampaign(environment, campaignId) {
  const path = `api/v1/campaigns/${encodeURIComponent(campaignId)}:trigger`;
  await api.callClix(environment, path, {
    audience: { broadcast: true },
    properties: { order_id: "A-1042" },
  });
}
