/**
 * The tab "Webhooks": who is told of pushes, and every post that was made.
 */

import * as api from "../api.js";
import { copyable } from "../copying.js";
import { facts, goTo, moment, section, statusTag, tag } from "../details.js";
import { h, icon, iconButton, text } from "../dom.js";
import { clockToTheSecond, count, milliseconds } from "../format.js";
import { webhooksHelp } from "../help.js";
import { asJson, json } from "../json.js";
import { RecordsView } from "../records-view.js";

export function webhooksView(context) {
  const { posts } = context.store;
  const receivers = new Receivers(context);
  posts.onChange(() => receivers.show(posts.receivers));
  receivers.show(posts.receivers);
  return new RecordsView(context, {
    tab: "webhooks",
    title: "Webhooks",
    noun: "post",
    detailsTitle: "Post",
    className: "webhooks",
    source: posts,
    key: (post) => String(post.number),
    filters: [
      { label: "All" },
      { label: "Taken", test: (post) => post.is_delivered },
      { label: "Refused", test: (post) => !post.is_delivered },
      { label: "Duplicates", test: (post) => post.is_duplicate },
    ],
    texts: (post) => [post.url, post.event_type, post.message_id, post.error, post.body],
    row: postRow,
    describe: (post) =>
      `${post.event_type} to ${post.url}, ${post.status ?? post.error}, ${clockToTheSecond(post.at)}`,
    details: (post) => postDetails(context, post),
    empty: () => webhooksHelp(context),
    header: receivers.element,
    columns: ["Event", "Receiver", "Answer", "Time"],
  });
}

/** The addresses, with a field for one more. */
class Receivers {
  constructor(context) {
    this.context = context;
    this.list = h("ul", { class: "receivers" });
    this.field = h("input", {
      class: "field",
      type: "url",
      required: true,
      name: "url",
      placeholder: "http://127.0.0.1:8000/webhooks",
      "aria-label": "Address of a receiver",
      dir: "ltr",
    });
    const form = h(
      "form",
      { class: "inline-form", on: { submit: (event) => this.#add(event) } },
      this.field,
      h("button", { class: "button", type: "submit" }, icon("plus"), h("span", {}, "Add receiver")),
    );
    this.element = h("section", { class: "receivers-panel", "aria-label": "Receivers" }, form, this.list);
  }

  show(receivers) {
    this.list.replaceChildren(...receivers.map((receiver) => this.#item(receiver)));
  }

  async #add(event) {
    event.preventDefault();
    await this.context.attempt(async () => {
      await api.addWebhook({ url: this.field.value.trim() });
      this.field.value = "";
      await this.context.store.posts.reload();
    });
  }

  #item(receiver) {
    const remove = () =>
      this.context.attempt(async () => {
        await api.removeWebhook(receiver.id);
        await this.context.store.posts.reload();
      });
    return h(
      "li",
      { class: "receiver" },
      text("span", "receiver-url mono", receiver.url),
      iconButton("trash", `Remove the receiver ${receiver.url}`, remove),
      h("span", { class: "receiver-tags" }, receiverTags(receiver)),
    );
  }
}

function receiverTags(receiver) {
  return [
    receiver.headers.length > 0 && tag("plain", null, `with ${receiver.headers.join(", ")}`),
    receiver.duplicates > 0 && tag("plain", null, `${Math.round(receiver.duplicates * 100)} % come twice`),
    receiver.pending > 0 && tag("plain", "clock", `${count(receiver.pending)} waiting`),
    receiver.dropped > 0 && tag("bad", null, `${count(receiver.dropped)} dropped`),
  ];
}

function postRow(post) {
  return [
    h("span", { class: `row-mark ${post.is_delivered ? "" : "failed"}` }, icon("webhook")),
    h(
      "span",
      { class: "row-text" },
      h(
        "span",
        { class: "row-line" },
        h(
          "span",
          { class: "row-first mono" },
          post.event_type,
          post.is_duplicate && tag("warn", null, "again"),
        ),
        h("time", { class: "row-time", datetime: post.at }, clockToTheSecond(post.at)),
      ),
      h(
        "span",
        { class: "row-line" },
        text("span", "row-second", post.url),
        h(
          "span",
          { class: "row-user" },
          post.error ? tag("bad", "cut", post.error) : statusTag(post.status),
          !post.error && ` ${milliseconds(post.elapsed_ms)}`,
        ),
      ),
    ),
  ];
}

function postDetails(context, post) {
  return [
    h(
      "div",
      { class: "details-lead" },
      post.error ? tag("bad", "cut", "No answer") : statusTag(post.status),
      post.is_duplicate && tag("warn", null, "posted again"),
      text("p", "details-title mono", post.event_type),
      post.error && h("p", { class: "callout bad" }, icon("fault"), h("span", { dir: "auto" }, post.error)),
    ),
    facts([
      ["Time", moment(post.at)],
      ["Took", milliseconds(post.elapsed_ms)],
      ["Address", copyable(post.url, "address")],
      ["Message", goTo(context, post.message_id, "inbox", post.message_id)],
    ]),
    section("Body", json(post.body, "Body of the post")),
    asJson(post),
  ];
}
