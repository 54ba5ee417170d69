/**
 * The usual faults, each a switch on the page; `rule` is what `/_emulator/faults` takes.
 */

const SEND = "send_push_notifications";

export const PRESETS = [
  {
    symbol: "server",
    title: "Server error",
    lead: "Every send is answered with 500.",
    rule: { operation: SEND, status: 500 },
  },
  {
    symbol: "server",
    title: "Error after the send",
    lead: "The push goes out, and the answer is 500 all the same.",
    rule: { operation: SEND, status: 500, processed: true },
  },
  {
    symbol: "server",
    title: "Bad gateway",
    lead: "A proxy answers 502 with a page of HTML.",
    rule: { status: 502 },
  },
  { symbol: "clock", title: "Maintenance", lead: "Everything is answered with 503.", rule: { status: 503 } },
  {
    symbol: "gauge",
    title: "Too many requests",
    lead: "A third of all requests is answered with 429.",
    rule: { status: 429, probability: 0.33 },
  },
  {
    symbol: "clock",
    title: "Slow answers",
    lead: "Answers take 0.8 s in the median, some several seconds.",
    rule: { delay: { lognormal: [0.8, 0.6] } },
  },
  {
    symbol: "cut",
    title: "Lost before",
    lead: "The connection breaks, and the push is not sent.",
    rule: { operation: SEND, cut: "before" },
  },
  {
    symbol: "cut",
    title: "Lost after",
    lead: "The push is sent, and the connection breaks before the answer.",
    rule: { operation: SEND, cut: "after" },
  },
  {
    symbol: "drop",
    title: "Unreadable answer",
    lead: "The push goes out, and the answer breaks off in the middle.",
    rule: { operation: SEND, status: 200, body: '{"delivery_results": [', processed: true },
  },
  {
    symbol: "drop",
    title: "Dripping answers",
    lead: "Answers arrive 16 bytes at a time.",
    rule: { drip: { bytes: 16, seconds: 0.05 } },
  },
  {
    symbol: "bell-off",
    title: "App uninstalled",
    lead: "Half of the deliveries fail: the device is gone.",
    rule: { operation: SEND, fail_deliveries: { reason: "unregistered", share: 0.5 } },
  },
  {
    symbol: "bell-off",
    title: "Push service down",
    lead: "All deliveries fail: the push service is unavailable.",
    rule: { operation: SEND, fail_deliveries: { reason: "unavailable", share: 1 } },
  },
];
