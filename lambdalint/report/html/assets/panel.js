"use strict";
/* What is told of the chosen part of the graph: what was found, its settings, what triggers it, what it does. */
const panel = $("panel");

/* Where findings lead into the graph, and parts to each other. */
const found = new Map();
nodes.forEach((node, number) => {
  for (const each of node.findings) {
    const [told] = [each].flat();
    found.set(told, [...(found.get(told) || []), number]);
  }
});
const partsOf = (told) => found.get(told) || [];
const goTo = (number) => {
  change({ node: nodes[number].id });
  if (!partAt(number)) change({ ...OF_GRAPH, around: nodes[number].id });
  $("panel-heading").focus();
};
const toPart = (number) => make("button", { type: "button", class: "link", on: { click: () => goTo(number) } }, nodes[number].name);

const listed = (items) => (items.length ? make("ul", {}, ...items) : "");
const section = (heading, ...content) => {
  const held = content.filter(Boolean);
  return held.length ? [make("h4", {}, heading), ...held] : [];
};
const pairs = (rows) =>
  rows.length ? make("dl", {}, ...rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])) : "";

const hop = (edge, other, before, ...further) => {
  const more = [...edge.details, ...edge.settings].join("; ");
  return make(
    "li",
    {},
    before, " ", toPart(other), ` (${nodes[other].kind})`, more ? make("span", { class: "quiet" }, ` ${more}`) : "",
    ...edge.lost.map((each) => make("div", { class: "lost" }, `can be lost: ${each}`)),
    ...further,
  );
};
/* What hands events on to a part, and what to that. */
const BY = { invokes: "invoked by", "may invoke": "may be invoked by", "sends to": "gets what is sent by" };
const triggers = (number, seen) =>
  listed(
    coming[number].filter((edge) => edge.verb in BY).map((edge) => {
      const before = seen.size > 1 ? "from" : BY[edge.verb];
      if (seen.has(edge.from)) return hop(edge, edge.from, before, ", as above");
      return hop(edge, edge.from, before, triggers(edge.from, new Set([...seen, edge.from])));
    }),
  );

const role = ({ name, managed = [], statements = [] }) => {
  const used = ([use, action], number) => [
    number ? ", " : "", make("code", {}, action), use ? make("span", { class: use === "unused" ? "lost" : "quiet" }, ` (${use})`) : "",
  ];
  const given = managed.map((each) => make("li", {}, "AWS's policy ", make("code", {}, each)));
  const allowed = statements.map(([effect, actions, resources, place]) =>
    make(
      "li",
      {},
      `${effect} `, ...actions.flatMap(used), resources.length ? " on " : "", make("code", {}, resources.join(", ")),
      make("div", { class: "quiet" }, place),
    ),
  );
  return section(name ? `Its role ${name}` : "Its role", listed([...given, ...allowed]));
};

/* A finding, as it is told of this part: by its number, with the name that its message is to have, or the message. */
const finding = (told) => {
  const [number, owner, own] = [told].flat();
  const entry = $(`f${number}`);
  const { severity, rule } = columns.get(entry);
  const message = make("span", {}, ...(own ? [own.replaceAll("`", "")] : entry.querySelector(".opening").cloneNode(true).childNodes));
  if (owner) message.querySelector("code").textContent = owner;
  const places = placesOf(entry).cloneNode(true);
  for (const each of all(".further", places)) each.remove();
  const page = $(`page-${rule}`);
  return make(
    "details",
    {},
    make("summary", {}, make("span", { class: severity }, severity), " ", message),
    ...places.childNodes,
    page ? make("details", {}, make("summary", {}, "Why it matters, and what to do"), page.querySelector(".page").cloneNode(true)) : "",
  );
};

const close = () => {
  const number = numbers.get(view.node);
  change({ node: "" });
  if (partAt(number)) partAt(number).focus();
};
const tellNode = () => {
  const number = numbers.get(view.node);
  const inside = panel.contains(document.activeElement);
  panel.hidden = number === undefined;
  if (panel.hidden) return;
  const node = nodes[number];
  const near = view.around === node.id;
  panel.replaceChildren(
    make("button", { type: "button", class: "close", "aria-label": "Close", on: { click: close } }, "×"),
    make("h3", { id: "panel-heading", tabindex: -1 }, node.name),
    make("p", { class: "quiet" }, [node.kind, node.place].filter(Boolean).join(" · ")),
    node.unknown ? make("p", {}, "Which one it is only a deployment knows, or was not followed.") : "",
    node.unseen ? make("p", { class: "lost" }, `Judged without its code: ${node.unseen}`) : "",
    make("button", { type: "button", on: { click: () => change({ around: near ? "" : node.id }) } }, near ? "Show all parts" : "Show only what is around it"),
    ...section("Findings", ...node.findings.map(finding)),
    ...section("Settings", pairs(node.card || []), node.card ? "" : node.settings.join("; ")),
    ...section("What triggers it", triggers(number, new Set([number]))),
    ...section("What it does", listed(leaving[number].map((edge) => hop(edge, edge.to, edge.verb)))),
    ...section("What else uses it", listed(coming[number].filter((edge) => !(edge.verb in BY)).map((edge) => hop(edge, edge.from, `${edge.verb}:`)))),
    ...(node.card ? role(roles[node.role]) : []),
  );
  /* Whoever came by a button that is gone now is not to begin at the top of the page. */
  if (inside) $("panel-heading").focus();
};
if (panel) {
  $("graph").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && view.node && !event.target.closest("form")) close();
  });
}
