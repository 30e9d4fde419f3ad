"use strict";
/* The graph: which of its parts are shown, and their picture, in which dagre says where each of them stands. */
const { nodes, edges, roles, groups } = $("graph-data")
  ? JSON.parse($("graph-data").textContent)
  : { nodes: [], edges: [], roles: [], groups: [] };
/* What a part has nothing of is not told of it. */
for (const node of nodes) {
  node.group = groups[node.group];
  node.id ||= `${node.group}#${node.name}`;
  if (node.place && node.place.startsWith(":")) node.place = `${node.group}${node.place}`;
  for (const name of ["findings", "settings"]) node[name] ||= [];
}
for (const edge of edges) for (const name of ["details", "settings", "lost"]) edge[name] ||= [];
const numbers = new Map(nodes.map((node, number) => [node.id, number]));
const leaving = nodes.map(() => []);
const coming = nodes.map(() => []);
for (const edge of edges) {
  leaving[edge.from].push(edge);
  coming[edge.to].push(edge);
}
const controls = $("graph-filters");
const canvas = $("canvas");

/* What is shown: what the filters let through, with what it is tied to. */
const MOST = 100; // parts that can be looked at; of more, the gravest are shown
const MANY = 40; // parts among which those would only stand about that nothing ties to others and nothing was found of
const around = (number, hops) => {
  const found = new Set([number]);
  for (let hop = 0; hop < hops; hop += 1) {
    for (const each of [...found]) {
      for (const edge of leaving[each]) found.add(edge.to);
      for (const edge of coming[each]) found.add(edge.from);
    }
  }
  return found;
};
const rank = (number) => RANKS.indexOf(nodes[number].severity);
const isTied = (number) => nodes[number].severity || leaving[number].length + coming[number].length > 0;
const wanted = () => {
  const text = view.find.toLowerCase();
  const near = numbers.has(view.around) ? around(numbers.get(view.around), 2) : undefined;
  return (node, number) =>
    (!near || near.has(number)) &&
    (!view.group || node.group === view.group) &&
    (!view.kind || node.kind === view.kind) &&
    (!view.found || node.severity) &&
    (!text || `${node.name} ${node.kind}`.toLowerCase().includes(text));
};
const isFiltered = () => Object.keys(OF_GRAPH).some((key) => view[key]);
const chosen = () => {
  const filtered = isFiltered();
  const wants = wanted();
  const matching = [...nodes.keys()].filter((number) => wants(nodes[number], number));
  const looked = filtered || view.whole || nodes.length < MANY ? matching : matching.filter(isTied);
  const shown = new Set();
  for (const number of [...looked].sort((one, two) => rank(two) - rank(one) || one - two)) {
    const added = filtered && !view.around ? around(number, 1) : new Set([number]);
    if (!view.whole && shown.size && new Set([...shown, ...added]).size > MOST) break;
    for (const each of added) shown.add(each);
  }
  const own = looked.filter((number) => shown.has(number)).length;
  return { shown: [...shown].sort((one, two) => one - two), own, alone: matching.length - looked.length, more: looked.length - own };
};

/* Which of them belong together: what edges and groups tie to each other makes a picture of its own. */
const pieces = (shown, within, grouped) => {
  const leads = new Map(shown.map((number) => [number, number]));
  const first = (number) => {
    let at = number;
    while (leads.get(at) !== at) at = leads.get(at);
    return at;
  };
  const join = (one, two) => leads.set(first(one), first(two));
  for (const edge of within) join(edge.from, edge.to);
  const heads = new Map();
  for (const number of grouped ? shown : []) {
    const { group } = nodes[number];
    if (group && heads.has(group)) join(number, heads.get(group));
    else heads.set(group, number);
  }
  const found = new Map();
  for (const number of shown) found.set(first(number), [...(found.get(first(number)) || []), number]);
  return [...found.values()];
};

const HEIGHT = 42;
const LABELLED = 70; // edges that can be read with what they do
const STORES = new Set(["bucket", "table", "parameter", "secret"]);
const SIGNS = { error: "▲", warning: "◆", note: "●" };
const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const pen = make("canvas").getContext("2d");
const wide = (text, size) => {
  pen.font = `${size}px system-ui, sans-serif`;
  return pen.measureText(text).width;
};
const titled = (node) => cut(node.name, 44);
const marked = (node) => (node.severity ? `${SIGNS[node.severity]} ${node.findings.length}` : "");
const called = (node) =>
  [
    `${node.name}, ${node.kind}`,
    node.severity ? `${counted(node.findings.length, "finding")}, the gravest: ${node.severity}` : "",
    node.unknown ? "which one is not known" : "",
    node.unseen ? "code not seen" : "",
  ].filter(Boolean).join(", ");

const layOut = (shown, within, labelled, grouped) => {
  const laid = new dagre.graphlib.Graph({ multigraph: true, compound: grouped });
  laid.setGraph({ rankdir: "LR", nodesep: 18, ranksep: 46, edgesep: 10, marginx: 16, marginy: 16 });
  for (const number of shown) {
    const node = nodes[number];
    const width = 30 + Math.max(60, wide(titled(node), 13), wide(node.kind, 11) + (node.severity ? 10 + wide(marked(node), 14) : 0));
    laid.setNode(String(number), { width, height: HEIGHT });
    if (grouped && node.group) {
      laid.setNode(`group ${node.group}`, { group: node.group });
      laid.setParent(String(number), `group ${node.group}`);
    }
  }
  within.forEach((edge, number) => {
    const label = labelled ? { width: wide(edge.verb, 11) + 6, height: 14, labelpos: "c" } : {};
    laid.setEdge(String(edge.from), String(edge.to), label, String(number));
  });
  dagre.layout(laid);
  return laid;
};

const shape = (node, width) => {
  if (node.kind === "function") return drawn("rect", { class: "shape", width, height: HEIGHT, rx: 4 });
  if (!STORES.has(node.kind)) return drawn("rect", { class: "shape", width, height: HEIGHT, rx: HEIGHT / 2 });
  const arc = (x) => `A${width / 2},5 0 0 1 ${x},5`;
  const low = HEIGHT - 5;
  return drawn("path", {
    class: "shape",
    d: `M0,5 ${arc(width)} V${low} A${width / 2},5 0 0 1 0,${low} Z M0,5 A${width / 2},5 0 0 0 ${width},5`,
  });
};
const drawNode = (number, at) => {
  const node = nodes[number];
  const down = STORES.has(node.kind) ? 4 : 0;
  return drawn(
    "g",
    {
      class: ["node", node.severity || "", node.unknown || node.unseen ? "unknown" : ""].join(" "),
      transform: `translate(${at.x - at.width / 2},${at.y - at.height / 2})`,
      role: "button", tabindex: -1, "aria-label": called(node), "data-number": number,
    },
    shape(node, at.width),
    drawn("text", { x: 15, y: 19 + down }, `${titled(node)} `),
    drawn("text", { x: 15, y: 33 + down, class: "kind" }, `${node.kind} `),
    node.severity ? drawn("text", { x: at.width - 12, y: 33 + down, class: "sign", "text-anchor": "end" }, marked(node)) : "",
  );
};
const CODE = new Set(["reads", "writes", "calls"]);
const drawEdge = (edge, { points, x, y }) => {
  const [first, ...others] = points;
  const last = others.at(-1);
  const bends = others.slice(0, -1).map((point, number) => {
    const next = others[number + 1];
    return `Q${point.x},${point.y} ${(point.x + next.x) / 2},${(point.y + next.y) / 2}`;
  });
  const kind = CODE.has(edge.verb) ? "code" : edge.verb === "fails to" ? "fails" : "";
  return drawn(
    "g",
    { class: ["edge", edge.severity || "", kind].join(" "), "data-from": edge.from, "data-to": edge.to },
    drawn("title", {}, [edge.verb, ...edge.details].join(", ")),
    drawn("path", {
      d: `M${first.x},${first.y} ${bends.join(" ")} L${last.x},${last.y}`,
      "marker-end": `url(#arrow-${edge.severity || "plain"})`,
    }),
    x ? drawn("text", { x, y: y + 4, "text-anchor": "middle" }, edge.verb) : "",
  );
};
const drawGroup = ({ x, y, width, height, group }) => {
  const [left, top] = [x - width / 2, y - height / 2];
  const most = Math.max(8, Math.floor(width / 7));
  /* The end of a path tells more than its beginning. */
  const name = group.length > most ? `…${group.slice(1 - most)}` : group;
  return drawn(
    "g",
    { class: "group" },
    drawn("rect", { x: left, y: top, width, height, rx: 6 }),
    drawn("text", { x: left + 2, y: top - 4 }, name),
  );
};
const arrow = (name) =>
  drawn(
    "marker",
    { id: `arrow-${name}`, viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 9, markerHeight: 9, orient: "auto", markerUnits: "userSpaceOnUse" },
    drawn("path", { d: "M0,0 L8,4 L0,8 Z" }),
  );
const drawPiece = (shown, within, labelled, grouped) => {
  let laid;
  try {
    laid = layOut(shown, within, labelled, grouped);
  } catch {
    /* Groups that edges tie to each other in circles are more than dagre takes at times. */
    laid = layOut(shown, within, labelled, false);
  }
  const { width, height } = laid.graph();
  const picture = drawn(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Part of the graph" },
    ...laid.nodes().map((name) => laid.node(name)).filter((at) => at && at.group).map(drawGroup),
    ...within.map((edge, number) => drawEdge(edge, laid.edge(String(edge.from), String(edge.to), String(number)))),
    ...shown.map((number) => drawNode(number, laid.node(String(number)))),
  );
  Object.assign(picture.dataset, { width, height });
  return picture;
};
const drawGraph = () => {
  const { shown, own, alone, more } = chosen();
  const held = new Set(shown);
  const within = edges.filter((edge) => held.has(edge.from) && held.has(edge.to));
  const grouped = new Set(shown.map((number) => nodes[number].group).filter(Boolean)).size > 1;
  const pictures = pieces(shown, within, grouped).map((piece) => {
    const own = new Set(piece);
    return drawPiece(piece, within.filter((edge) => own.has(edge.from)), within.length <= LABELLED, grouped);
  });
  const arrows = drawn("svg", { class: "hidden", "aria-hidden": "true" }, drawn("defs", {}, ...["plain", ...RANKS].map(arrow)));
  canvas.replaceChildren(arrows, ...pictures);
  const first = canvas.querySelector(".node");
  if (first) first.setAttribute("tabindex", 0);
  $("graph-count").textContent =
    `${own} of ${counted(nodes.length, "part")} shown` +
    (shown.length > own ? `, with ${shown.length - own} that they are tied to` : "") +
    (alone ? `; ${alone} that stand alone are left out` : "") +
    (more ? `; ${more} more would be too many to look at: choose a template or a kind` : "");
  controls.elements.whole.hidden = own === nodes.length;
};

/* Its size, and what of it is in sight. */
let zoom = 1;
const resize = () => {
  for (const picture of all("[data-width]", canvas)) {
    picture.setAttribute("width", Math.ceil(picture.dataset.width * zoom));
    picture.setAttribute("height", Math.ceil(picture.dataset.height * zoom));
  }
};
const zoomBy = (times) => {
  zoom = Math.max(0.1, Math.min(4, zoom * times));
  resize();
};
const fit = () => {
  const pictures = all("[data-width]", canvas);
  const widest = Math.max(1, ...pictures.map((each) => Number(each.dataset.width)));
  const high = pictures.length === 1 ? (canvas.clientHeight - 4) / pictures[0].dataset.height : 1;
  zoom = Math.max(0.6, Math.min(1.1, (canvas.clientWidth - 20) / widest, high));
  resize();
  bring([...RANKS].reverse().map((each) => canvas.querySelector(`.node.${each}`)).find(Boolean));
};
const bring = (part) => {
  if (!part) return;
  const [at, held] = [part.getBoundingClientRect(), canvas.getBoundingClientRect()];
  if (at.left < held.left || at.right > held.right || at.top < held.top || at.bottom > held.bottom) {
    canvas.scrollBy((at.left + at.right - held.left - held.right) / 2, (at.top + at.bottom - held.top - held.bottom) / 2);
  }
};

/* The chosen part and its edges; only one part at a time is reached by the tabulator. */
const partAt = (number) => canvas.querySelector(`.node[data-number="${number}"]`);
const reach = (part) => {
  for (const each of all(".node[tabindex='0']", canvas)) each.setAttribute("tabindex", -1);
  part.setAttribute("tabindex", 0);
};
const choose = () => {
  const number = numbers.get(view.node);
  canvas.classList.toggle("chosen-one", number !== undefined);
  for (const each of all(".node", canvas)) {
    const own = Number(each.dataset.number) === number;
    each.classList.toggle("chosen", own);
    each.setAttribute("aria-pressed", String(own));
    if (own) reach(each);
  }
  for (const each of all(".edge", canvas)) {
    each.classList.toggle("near", Number(each.dataset.from) === number || Number(each.dataset.to) === number);
  }
  bring(canvas.querySelector(".node.chosen"));
};
/* The nearest part in the direction of an arrow key. */
const next = (from, key) => {
  const middle = (each) => {
    const { left, top, width, height } = each.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  };
  const at = middle(from);
  const [along, across] = key === "ArrowLeft" || key === "ArrowRight" ? ["x", "y"] : ["y", "x"];
  const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
  let best;
  for (const each of all(".node", canvas)) {
    const place = middle(each);
    const forward = (place[along] - at[along]) * sign;
    const cost = forward + 2 * Math.abs(place[across] - at[across]);
    if (forward >= 4 && (!best || cost < best.cost)) best = { each, cost };
  }
  return best && best.each;
};

const setControls = () => {
  for (const name of ["find", "group", "kind"]) controls.elements[name].value = view[name];
  controls.elements.found.checked = Boolean(view.found);
};
if (canvas) {
  const chooseBy = (node) => change({ node: nodes[Number(node.dataset.number)].id });
  canvas.addEventListener("click", (event) => {
    const node = event.target.closest(".node");
    if (node) chooseBy(node);
  });
  canvas.addEventListener("keydown", (event) => {
    const node = event.target.closest(".node") || canvas.querySelector(".node[tabindex='0']");
    if (!node) return;
    if (event.key === "Enter" || event.key === " ") {
      chooseBy(node);
      $("panel-heading").focus();
    } else if (event.key.startsWith("Arrow")) {
      const found = event.target === canvas ? node : next(node, event.key);
      if (found) {
        reach(found);
        found.focus();
      }
    } else if (event.key === "+" || event.key === "-") {
      zoomBy(event.key === "+" ? 1.25 : 0.8);
    } else {
      return;
    }
    event.preventDefault();
  });
  /* A mouse takes the picture along; fingers and wheels scroll it by themselves. */
  let held;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && !event.target.closest(".node")) {
      held = { x: event.clientX + canvas.scrollLeft, y: event.clientY + canvas.scrollTop };
    }
  });
  canvas.addEventListener("pointermove", (event) => {
    if (held) canvas.scrollTo(held.x - event.clientX, held.y - event.clientY);
  });
  addEventListener("pointerup", () => { held = undefined; });
  controls.addEventListener("click", (event) => {
    const { name } = event.target;
    if (name === "larger") zoomBy(1.25);
    if (name === "smaller") zoomBy(0.8);
    if (name === "fit") fit();
    if (name === "whole") {
      change(isFiltered() ? OF_GRAPH : { whole: "1" });
      setControls();
    }
  });
  let soon;
  controls.addEventListener("input", () => {
    clearTimeout(soon);
    const { find, group, kind, found } = controls.elements;
    soon = setTimeout(
      () => change({ find: find.value, group: group.value, kind: kind.value, found: found.checked ? "1" : "", whole: "" }),
      120,
    );
  });
  controls.addEventListener("submit", (event) => event.preventDefault());
}
