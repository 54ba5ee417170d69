/**
 * The dialog that sends a test push, through the API like any other client.
 */

import * as api from "./api.js";
import { EXAMPLE_USER } from "./examples.js";
import { button, h, icon, iconButton } from "./dom.js";
import { plural } from "./format.js";
import { field, select } from "./forms.js";

const TARGETS = { project_user_id: "Your user id", device_id: "Device id", user_id: "Clix user id" };
const MOST_SUGGESTIONS = 200;

const EXAMPLES = [
  {
    name: "Order",
    title: "Your order shipped 📦",
    body: "It left the warehouse and arrives tomorrow. Tap to track it.",
    landing_url: "shop://orders/A-1042",
  },
  {
    name: "Picture",
    title: "New in: hand-thrown mugs",
    body: "Six glazes, one kiln. See them before everybody else.",
    image_url: "https://images.example.com/mugs.png",
    landing_url: "https://shop.example.com/mugs",
  },
  {
    name: "العربية",
    title: "طلبك في الطريق 📦",
    body: "غادر المستودع في الساعة 10:45. اضغط لتتبعه.",
    landing_url: "shop://orders/A-1043",
  },
  {
    name: "Long",
    title: "A title that is much longer than any phone will ever show in a single line of a notification",
    body: "Phones cut texts that are too long. ".repeat(12).trim(),
  },
  {
    name: "Failing",
    title: "Nobody will see this",
    body: "The device was unregistered.",
    to: "fail_unregistered",
  },
];

export class SendDialog {
  constructor(context) {
    this.context = context;
    this.inputs = {
      title: h("input", { class: "field", name: "title", dir: "auto", autocomplete: "off" }),
      body: h("textarea", { class: "field", name: "body", rows: 3, dir: "auto" }),
      image_url: h("input", {
        class: "field",
        name: "image_url",
        dir: "ltr",
        autocomplete: "off",
        placeholder: "https://",
      }),
      landing_url: h("input", {
        class: "field",
        name: "landing_url",
        dir: "ltr",
        autocomplete: "off",
        placeholder: "shop://orders/1 or https://",
      }),
    };
    this.kind = select("kind", Object.entries(TARGETS));
    this.kind.setAttribute("aria-label", "Kind of target");
    this.kind.addEventListener("change", () => this.#suggest());
    this.suggestions = h("datalist", { id: "send-suggestions" });
    this.target = h("input", {
      class: "field",
      name: "target",
      required: true,
      list: "send-suggestions",
      dir: "auto",
      autocomplete: "off",
      "aria-label": "Target",
    });
    this.result = h("p", { class: "form-result", role: "status" });
    this.submit = h(
      "button",
      { class: "button primary", type: "submit" },
      icon("send"),
      h("span", {}, "Send"),
    );
    this.element = this.#build();
    document.body.append(this.element);
  }

  /** Opens with the content of a message, or for a user or a device, or with the first example. */
  open({ user, device, ...message } = {}) {
    const target = targetOf({ user, device, message }) ?? this.#likelyTarget();
    this.kind.value = target.kind;
    this.target.value = target.id;
    this.#fill(message.message_id ? message : EXAMPLES[0]);
    this.#suggest();
    this.#say("");
    this.element.showModal();
  }

  #build() {
    const examples = EXAMPLES.map((example) =>
      h(
        "button",
        { type: "button", class: "chip", on: { click: () => this.#useExample(example) } },
        example.name,
      ),
    );
    const form = h(
      "form",
      { class: "dialog-form", on: { submit: (event) => this.#send(event) } },
      h(
        "header",
        { class: "dialog-header" },
        h("h2", { id: "send-title" }, "Send a test push"),
        iconButton("close", "Close", () => this.element.close()),
      ),
      h("div", { class: "chips", role: "group", "aria-label": "Examples" }, examples),
      h(
        "div",
        { class: "form-field" },
        h("span", { class: "field-label", "aria-hidden": "true" }, "To"),
        h("div", { class: "joined" }, this.kind, this.target),
        this.suggestions,
      ),
      field("Title", this.inputs.title),
      field("Body", this.inputs.body),
      field("Image address", this.inputs.image_url),
      field("Landing link", this.inputs.landing_url),
      h(
        "footer",
        { class: "dialog-footer" },
        this.result,
        button("Cancel", { onClick: () => this.element.close() }),
        this.submit,
      ),
    );
    return h("dialog", { class: "dialog", "aria-labelledby": "send-title" }, form);
  }

  #useExample(example) {
    this.#fill(example);
    if (!example.to) return;
    this.kind.value = "project_user_id";
    this.target.value = example.to;
  }

  #fill(content) {
    for (const [name, input] of Object.entries(this.inputs)) input.value = content[name] ?? "";
  }

  /** Somebody who has a phone, if there is anybody. */
  #likelyTarget() {
    const { devices } = this.context.store;
    const device =
      devices.records.findLast((candidate) => candidate.project_user_id !== null) ?? devices.records.at(-1);
    return device ? targetOf({ device }) : { kind: "project_user_id", id: EXAMPLE_USER };
  }

  #suggest() {
    const { users, devices } = this.context.store;
    const ids = {
      project_user_id: () =>
        users.records.filter((user) => user.device_ids.length > 0).map((user) => user.project_user_id),
      device_id: () => devices.records.map((device) => device.id),
      user_id: () => users.records.map((user) => user.user_id),
    }[this.kind.value]();
    const options = ids.filter(Boolean).slice(-MOST_SUGGESTIONS).reverse();
    this.suggestions.replaceChildren(...options.map((value) => h("option", { value })));
  }

  async #send(event) {
    event.preventDefault();
    const notification = { target: { [this.kind.value]: this.target.value.trim() } };
    for (const [name, input] of Object.entries(this.inputs))
      if (input.value) notification[name] = input.value;
    this.submit.disabled = true;
    this.#say("Sending …");
    try {
      const { environment } = this.context.store.about;
      const answer = await api.callClix(environment, "api/v1/messages:send", {
        push_notifications: [notification],
      });
      this.#report(answer.delivery_results);
    } catch (error) {
      this.#say(error.status ? `${error.status}: ${error.message}` : error.message, "bad");
    } finally {
      this.submit.disabled = false;
    }
  }

  #report(results) {
    const failed = results.filter((result) => result.status !== "DELIVERY_RESULT_STATUS_SUCCEED");
    if (results.length === 0) {
      this.#say("Accepted, but nobody got it: the target is unknown or has no device.", "warn");
    } else if (failed.length > 0) {
      this.#say(`Not delivered: ${failed[0].additional_params.failure_reason}`, "bad");
    } else {
      this.element.close();
      this.context.announce(`Delivered to ${plural(results.length, "device")}.`);
    }
    this.context.afterSend();
  }

  #say(sentence, kind = "") {
    this.result.textContent = sentence;
    this.result.className = `form-result ${kind}`;
  }
}

function targetOf({ user, device, message }) {
  const { project_user_id: name, user_id: userId } = user ?? device ?? message ?? {};
  if (device) return name ? { kind: "project_user_id", id: name } : { kind: "device_id", id: device.id };
  if (name) return { kind: "project_user_id", id: name };
  return userId ? { kind: "user_id", id: userId } : null;
}
