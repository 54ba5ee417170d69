/**
 * The tab "Campaigns": those that were defined, and what triggered them.
 */

import { copyable } from "../copying.js";
import { facts, goTo, moment, properties, section, tag } from "../details.js";
import { button, h, icon, show, text } from "../dom.js";
import { exchange } from "../exchange.js";
import { clockToTheSecond, count, plural } from "../format.js";
import { campaignsHelp } from "../help.js";
import { asJson } from "../json.js";
import { RecordsView } from "../records-view.js";

const MOST_TARGETS = 50;

export function campaignsView(context) {
  const shelf = campaignShelf(context);
  return new RecordsView(context, {
    tab: "campaigns",
    title: "Campaigns",
    noun: "trigger",
    detailsTitle: "Trigger",
    className: "campaigns",
    source: context.store.triggers,
    key: (trigger) => trigger.trigger_id,
    texts: (trigger) => [
      trigger.campaign_id,
      trigger.trigger_id,
      ...trigger.targets,
      JSON.stringify(trigger.properties),
    ],
    row: (trigger) => triggerRow(context, trigger),
    describe: (trigger) =>
      `${trigger.campaign_id}, ${audienceOf(trigger)}, ${plural(trigger.delivered, "delivery", "deliveries")}`,
    details: (trigger) => triggerDetails(context, trigger),
    empty: () => campaignsHelp(context),
    header: shelf,
    columns: ["Campaign", "Audience", "Outcome", "Time"],
  });
}

/** The defined campaigns, side by side. */
function campaignShelf(context) {
  const shelf = h("div", {
    class: "shelf",
    role: "group",
    "aria-label": "Defined campaigns",
    hidden: true,
    tabindex: 0,
  });
  const { campaigns } = context.store;
  const draw = () => {
    shelf.replaceChildren(...campaigns.records.map((campaign) => campaignCard(context, campaign)));
    show(shelf, campaigns.records.length > 0);
  };
  campaigns.onChange(draw);
  draw();
  return shelf;
}

function campaignCard(context, campaign) {
  const conditions = campaign.segment ?? [];
  return h(
    "article",
    { class: "campaign-card" },
    text("h2", "campaign-name", campaign.name ?? campaign.id),
    campaign.title && text("p", "campaign-title", campaign.title),
    campaign.body && text("p", "campaign-body", campaign.body),
    h(
      "p",
      { class: "campaign-segment" },
      conditions.length === 0
        ? "For everybody"
        : conditions.map(({ attribute, operator = "equals", value }) =>
            tag(
              "plain",
              null,
              [attribute, operator.replaceAll("_", " "), value]
                .filter((part) => part !== undefined)
                .join(" "),
            ),
          ),
    ),
    button("Trigger for everybody", { kind: "small", onClick: () => context.triggerCampaign(campaign.id) }),
  );
}

function audienceOf(trigger) {
  if (trigger.broadcast || trigger.targets.length === 0) return "everybody in the segment";
  return trigger.targets.length === 1 ? trigger.targets[0] : plural(trigger.targets.length, "target");
}

const nameOf = (context, trigger) =>
  context.store.campaigns.byId.get(trigger.campaign_id)?.name ?? trigger.campaign_id;

function outcomeOf(trigger) {
  if (!trigger.is_defined) return "not defined here, delivers nothing";
  return `${count(trigger.delivered)} delivered${trigger.failed ? `, ${count(trigger.failed)} failed` : ""}${trigger.is_finished ? "" : " so far"}`;
}

function triggerRow(context, trigger) {
  return [
    h("span", { class: "row-mark" }, icon("campaign")),
    h(
      "span",
      { class: "row-text" },
      h(
        "span",
        { class: "row-line" },
        text("span", "row-first", nameOf(context, trigger)),
        h("time", { class: "row-time", datetime: trigger.at }, clockToTheSecond(trigger.at)),
      ),
      h(
        "span",
        { class: "row-line" },
        text("span", "row-second", audienceOf(trigger)),
        h("span", { class: "row-user" }, outcomeOf(trigger)),
      ),
    ),
  ];
}

function triggerDetails(context, trigger) {
  return [
    h(
      "div",
      { class: "details-lead" },
      trigger.is_defined
        ? tag("good", "check", outcomeOf(trigger))
        : tag("warn", "fault", outcomeOf(trigger)),
      text("p", "details-title", nameOf(context, trigger)),
    ),
    facts([
      ["Time", moment(trigger.at)],
      ["Audience", text("span", "", audienceOf(trigger))],
      ["Campaign id", copyable(trigger.campaign_id, "campaign id")],
      ["Trigger id", copyable(trigger.trigger_id, "trigger id")],
      ["Request", goTo(context, trigger.request_id, "requests", trigger.request_id)],
    ]),
    h(
      "div",
      { class: "details-actions" },
      button("Its messages", { symbol: "search", onClick: () => context.searchInbox(trigger.trigger_id) }),
    ),
    section("Properties", properties(trigger.properties)),
    trigger.targets.length > 1 &&
      section(
        "Targets",
        h(
          "div",
          { class: "links" },
          trigger.targets.slice(0, MOST_TARGETS).map((target) => copyable(target, "target")),
        ),
      ),
    exchange(trigger.request_id),
    asJson(trigger),
  ];
}
