/**
 * What the buttons of empty tabs do: they fill the emulator through the API, as an app and its backend would.
 */

import * as api from "./api.js";
import { targetOf } from "./message-details.js";

export const EXAMPLE_USER = "user_123";
const GOLD = "gold";

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

/** Gives the target of a message that reached nobody what it lacks, and sends the message again. */
export async function cure(environment, message) {
  const target = targetOf(message);
  const id = Object.values(target)[0];
  if (target.device_id) {
    await api.callClix(environment, "api/v1/devices", { devices: [{ ...PHONES[0], id }] });
  } else {
    const phones = PHONES.map((phone) => ({ ...phone, id: `${phone.id}-of-${id}` }));
    await api.callClix(environment, "api/v1/devices", { devices: phones });
    for (const phone of phones) await nameDevice(environment, phone.id, id);
  }
  const { title, body, image_url, landing_url, live_activity: activity } = message;
  if (activity) {
    await api.callClix(environment, "api/v1/live-activities:start", {
      live_activities: [{ target, ...activity, alert: { title, body } }],
    });
  } else {
    const texts = Object.entries({ title, body, image_url, landing_url }).filter(([, value]) => value !== null);
    await api.callClix(environment, "api/v1/messages:send", {
      push_notifications: [{ target, ...Object.fromEntries(texts) }],
    });
  }
}

const nameDevice = (environment, deviceId, userId) =>
  api.callClix(environment, `api/v1/devices/${encodeURIComponent(deviceId)}/user/project-user-id`, {
    project_user_id: userId,
  });

/** Two phones of one user. */
export async function addPhones(environment) {
  await api.callClix(environment, "api/v1/users", {
    project_user_id: EXAMPLE_USER,
    properties: { name: "Mina", tier: GOLD },
  });
  await api.callClix(environment, "api/v1/devices", { devices: PHONES });
  for (const { id } of PHONES) await nameDevice(environment, id, EXAMPLE_USER);
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

/** A campaign for everybody whose tier is gold, and somebody who is where nobody is yet. */
export async function defineCampaign(environment) {
  const { records: found } = await api.list("users");
  if (!found.some((user) => user.properties.tier === GOLD)) await addPhones(environment);
  await api.defineCampaign({
    id: "order-shipped",
    name: "Order shipped",
    title: "Order {{ trigger.order_id }} shipped 📦",
    body: 'Hello {{ user.name | default: "there" }}, it is on its way.',
    landing_url: "shop://orders/{{ trigger.order_id }}",
    segment: [{ attribute: "tier", operator: "equals", value: GOLD }],
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
