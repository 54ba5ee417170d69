/**
 * Everything that the page asks of the emulator. Failures are `ApiError`s with a sentence for people.
 */

const CONTROL = "_emulator";
const STANDS_STILL = new URLSearchParams(location.search).get("static") === "1";

export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export const STREAM_ADDRESS = `${CONTROL}/stream`;

/**
 * Records of a kind, newest first: `{records, total}`. What is undefined in the query is left out: `limit`, `before`
 * (a number), `q` (a text), or any field of the record by its value.
 */
export async function list(kind, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const answer = await control(`/${kind}?${new URLSearchParams(given)}`);
  return { records: answer[kind], total: answer.total ?? answer[kind].length };
}

export const about = () => control("/about");
export const stats = () => control("/stats");
export const reset = () => control("/reset", { method: "POST" });

/** A request with more of its bodies; null when the emulator has forgotten it. */
export const request = (id) => orNull(control(`/requests/${encodeURIComponent(id)}`));

export const faults = async () => (await control("/faults")).faults;
export const addFault = (rule) => control("/faults", { method: "POST", json: rule });
export const switchFault = (id, isEnabled) =>
  control(`/faults/${encodeURIComponent(id)}`, { method: "PATCH", json: { is_enabled: isEnabled } });
export const removeFault = (id) => control(`/faults/${encodeURIComponent(id)}`, { method: "DELETE" });
export const removeAllFaults = () => control("/faults", { method: "DELETE" });

/** Who is told of pushes and what they were told, newest first: `{webhooks, posts, total}`. */
export const webhooks = () => control("/webhooks");
export const addWebhook = (target) => control("/webhooks", { method: "POST", json: target });
export const removeWebhook = (id) => control(`/webhooks/${encodeURIComponent(id)}`, { method: "DELETE" });

export const defineCampaign = (campaign) => control("/campaigns", { method: "POST", json: campaign });

/** Calls Clix's own API as an app or its backend would, with the project and key that `/about` hands out. */
export async function callClix(environment, path, body) {
  const answer = await send(path, {
    method: "POST",
    json: body,
    headers: {
      "X-Clix-Project-ID": environment.CLIX_PROJECT_ID,
      "X-Clix-API-Key": environment.CLIX_API_KEY,
    },
  });
  return answer.json();
}

async function orNull(answer) {
  try {
    return await answer;
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

async function control(path, options) {
  return (await send(CONTROL + path, options)).json();
}

async function send(path, { method = "GET", json, headers = {} } = {}) {
  let answer;
  try {
    answer =
      STANDS_STILL && method === "GET"
        ? askAndWait(path)
        : await fetch(path, prepared(method, json, headers));
  } catch {
    throw new ApiError("The emulator does not answer.", 0);
  }
  if (!answer.ok) throw new ApiError(await sentence(answer), answer.status);
  return answer;
}

function prepared(method, json, headers) {
  if (json === undefined) return { method, headers, cache: "no-store" };
  return {
    method,
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(json),
    cache: "no-store",
  };
}

/**
 * Asks without letting anything else happen meanwhile. A page that stands still is then complete at its load event, the
 * moment at which a browser without a window takes its picture.
 */
function askAndWait(path) {
  const exchange = new XMLHttpRequest();
  exchange.open("GET", path, false);
  exchange.send();
  const { status, responseText } = exchange;
  const ok = status >= 200 && status < 300;
  return { ok, status, text: () => responseText, json: () => JSON.parse(responseText) };
}

async function sentence(answer) {
  const body = await answer.text();
  try {
    const value = JSON.parse(body);
    return value.error ?? value.message ?? body;
  } catch {
    return body || `The emulator answered ${answer.status}.`;
  }
}
