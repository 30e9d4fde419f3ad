"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const RANKS = ["note", "warning", "error"];
  document.documentElement.classList.add("js");

  /* Elements; whatever is text stays text. */
  const filled = (element, attributes, content) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "on") for (const [event, heard] of Object.entries(value)) element.addEventListener(event, heard);
      else if (value !== undefined && value !== false) element.setAttribute(name, value);
    }
    element.append(...content.filter((each) => each !== undefined && each !== ""));
    return element;
  };
  const make = (name, attributes = {}, ...content) => filled(document.createElement(name), attributes, content);
  const drawn = (name, attributes = {}, ...content) =>
    filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, content);

  /* The view: what the address says behind #, so that a link to it restores it. */
  const KEYS = ["q", "severity", "pillar", "rule", "sort", "down", "open", "find", "group", "kind", "found", "around", "whole", "node"];
  const view = {};
  const readView = () => {
    const asked = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    for (const key of KEYS) view[key] = asked.get(key) || "";
    return asked;
  };
  const address = () => {
    const asked = new URLSearchParams();
    for (const key of KEYS) if (view[key]) asked.set(key, view[key]);
    return `#${asked.toString() || "all="}`;
  };
  const change = (changed) => {
    Object.assign(view, changed);
    history.replaceState(null, "", address());
    show(Object.keys(changed));
  };

  /* Findings. */
  const table = $("findings-table");
  const entries = table ? [...table.tBodies] : [];
  const words = new Map();
  const said = (entry) => words.get(entry) || words.set(entry, entry.textContent.toLowerCase()).get(entry);
  const filters = $("filters");
  const cells = new Map(entries.map((entry) => [entry, [...entry.rows[0].cells].map((cell) => cell.textContent)]));
  const told = {
    severity: (entry) => RANKS.length - RANKS.indexOf(cells.get(entry)[0]),
    rule: (entry) => cells.get(entry)[1],
    pillar: (entry) => cells.get(entry)[2],
    finding: (entry) => cells.get(entry)[3],
    place: (entry) => cells.get(entry)[4],
  };
  for (const entry of entries) {
    const cell = entry.rows[0].cells[3];
    cell.replaceChildren(make("button", { type: "button", class: "opening", "aria-expanded": "false" }, ...cell.childNodes));
  }
  const collator = new Intl.Collator("en", { numeric: true });
  const listFindings = () => {
    if (!table) return;
    const text = view.q.toLowerCase();
    const severities = view.severity ? view.severity.split(",") : [];
    let shown = 0;
    for (const entry of entries) {
      const [severity, rule, pillar] = cells.get(entry);
      entry.hidden =
        (severities.length > 0 && !severities.includes(severity)) ||
        (view.pillar && pillar !== view.pillar) ||
        (view.rule && rule !== view.rule) ||
        (text && !said(entry).includes(text)) ||
        false;
      if (!entry.hidden) shown += 1;
    }
    $("count").textContent = `${shown} of ${entries.length} findings shown`;
    $("link").href = address();
  };
  let order = " ";
  const sortFindings = () => {
    if (!table || order === view.sort + view.down + " ") return;
    const given = !view.sort && order === " ";
    order = `${view.sort}${view.down} `;
    if (given) return;
    const by = told[view.sort];
    const sorted = [...entries];
    if (by) {
      sorted.sort((one, two) => {
        const [first, second] = [by(one), by(two)];
        return typeof first === "number" ? first - second : collator.compare(first, second);
      });
      if (view.down) sorted.reverse();
    }
    table.append(...sorted);
    for (const button of all("[data-sort]", table)) {
      const head = button.parentElement;
      if (button.dataset.sort === view.sort) head.setAttribute("aria-sort", view.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  };
  const tellWhy = (entry) => {
    const place = entry.rows[1].cells[0];
    const rule = cells.get(entry)[1];
    if (place.querySelector(".page-link") || !$(`page-${rule}`)) return;
    const link = make("a", { href: `#page-${rule}`, class: "page-link" }, `${rule}: why it matters, and what to do`);
    place.append(make("p", {}, link));
  };
  const openFindings = () => {
    const open = new Set(view.open.split(","));
    for (const entry of entries) {
      if (open.has(entry.id) === entry.classList.contains("open")) continue;
      entry.classList.toggle("open", open.has(entry.id));
      tellWhy(entry);
      entry.querySelector(".opening").setAttribute("aria-expanded", String(open.has(entry.id)));
    }
  };
  const setFilters = () => {
    if (!filters) return;
    const severities = view.severity.split(",");
    for (const box of all("[name=severity]", filters)) box.checked = severities.includes(box.value);
    for (const name of ["q", "pillar", "rule"]) filters.elements[name].value = view[name];
  };
  if (table) {
    filters.addEventListener("input", () => {
      const severity = all("[name=severity]:checked", filters).map((each) => each.value).join(",");
      const { q, pillar, rule } = filters.elements;
      change({ q: q.value, pillar: pillar.value, rule: rule.value, severity });
    });
    filters.addEventListener("reset", (event) => {
      event.preventDefault();
      change({ q: "", pillar: "", rule: "", severity: "", sort: "", down: "", open: "" });
      setFilters();
    });
    filters.addEventListener("submit", (event) => event.preventDefault());
    table.addEventListener("click", (event) => {
      const sort = event.target.closest("[data-sort]");
      if (sort) change({ sort: sort.dataset.sort, down: view.sort === sort.dataset.sort && !view.down ? "1" : "" });
      if (!event.target.closest(".opening")) return;
      const { id } = event.target.closest("tbody");
      const open = new Set(view.open.split(",").filter(Boolean));
      if (!open.delete(id)) open.add(id);
      change({ open: [...open].join(",") });
    });
  }
  const openPage = (name) => {
    const page = $(`page-${name}`);
    if (!page) return;
    page.open = true;
    page.scrollIntoView();
    page.querySelector("summary").focus({ preventScroll: true });
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".page-link");
    if (!link) return;
    event.preventDefault();
    openPage(link.hash.slice("#page-".length));
  });

  /* The graph: of what is shown dagre says where it stands. */
  const graph = $("graph-data") ? JSON.parse($("graph-data").textContent) : { nodes: [], edges: [], roles: [], groups: [] };
  const { nodes, edges, roles, groups } = graph;
  for (const node of nodes) {
    node.group = groups[node.group];
    node.id ||= `${node.group}#${node.name}`;
    if (node.place && node.group) node.place = `${node.group}${node.place}`;
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
  const rank = (one) => RANKS.indexOf(one.severity);
  const controls = $("graph-filters");
  const canvas = $("canvas");
  const panel = $("panel");
  const MOST = 120;
  const MANY = 40;
  const LABELLED = 70;
  let zoom = 1;

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
  /* What the filters let through; what it is tied to with it, and the gravest of more than can be looked at. */
  const chosenNodes = () => {
    const text = view.find.toLowerCase();
    const near = view.around && numbers.has(view.around) ? around(numbers.get(view.around), 2) : undefined;
    const filtered = text || view.group || view.kind || view.found;
    /* Of many parts, those that nothing ties to others and nothing was found of would only stand about. */
    const tied = (number) =>
      nodes.length < MANY || nodes[number].severity || leaving[number].length + coming[number].length > 0;
    const own = nodes.map((_, number) => number).filter((number) => {
      const node = nodes[number];
      return (
        (near || filtered || view.whole || tied(number)) &&
        (!near || near.has(number)) &&
        (!view.group || node.group === view.group) &&
        (!view.kind || node.kind === view.kind) &&
        (!view.found || node.severity) &&
        (!text || `${node.name} ${node.kind}`.toLowerCase().includes(text))
      );
    });
    const shown = new Set();
    const ordered = view.whole ? own : [...own].sort((one, two) => rank(nodes[two]) - rank(nodes[one]) || one - two);
    for (const number of ordered) {
      const added = [number, ...(filtered ? around(number, 1) : [])].filter((each) => !shown.has(each));
      if (!view.whole && shown.size + added.length > MOST && shown.size) break;
      for (const each of added) shown.add(each);
    }
    const own_shown = own.filter((each) => shown.has(each)).length;
    const alone = near || filtered || view.whole ? 0 : nodes.filter((_, number) => !tied(number)).length;
    return { shown: [...shown].sort((one, two) => one - two), own: own.length, own_shown, alone };
  };
  const STORES = new Set(["bucket", "table", "parameter", "secret"]);
  const HEIGHT = 42;
  const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  const SIGNS = { error: "▲", warning: "◆", note: "●" };
  const counted = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
  const marked = (node) => (node.severity ? `${SIGNS[node.severity]} ${node.findings.length}` : "");
  const called = (node) =>
    [
      `${node.name} ${node.kind} ${marked(node)}`.trim() + (node.severity ? ` found, the gravest ${node.severity}` : ""),
      node.unknown ? "which one is not known" : "",
      node.unseen ? "code not seen" : "",
    ].filter(Boolean).join(", ");
  const shape = (node, width) => {
    if (node.kind === "function") return drawn("rect", { class: "shape", width, height: HEIGHT, rx: 4 });
    if (!STORES.has(node.kind)) return drawn("rect", { class: "shape", width, height: HEIGHT, rx: HEIGHT / 2 });
    const [right, low] = [width, HEIGHT - 5];
    const half = width / 2;
    return drawn("path", {
      class: "shape",
      d: `M0,5 A${half},5 0 0 1 ${right},5 V${low} A${half},5 0 0 1 0,${low} Z M0,5 A${half},5 0 0 0 ${right},5`,
    });
  };
  const drawNode = (number, at) => {
    const node = nodes[number];
    const left = at.x - at.width / 2;
    const top = at.y - at.height / 2;
    const mark = marked(node);
    return drawn(
      "g",
      {
        class: ["node", node.severity || "", node.unknown || node.unseen ? "unknown" : ""].join(" "),
        transform: `translate(${left},${top})`,
        role: "button", tabindex: -1, "aria-label": called(node), "data-number": number,
      },
      shape(node, at.width),
      drawn("text", { x: 12, y: STORES.has(node.kind) ? 24 : 20 }, `${cut(node.name, 44)} `),
      drawn("text", { x: 12, y: STORES.has(node.kind) ? 36 : 34, class: "kind" }, `${node.kind} `),
      mark ? drawn("text", { x: at.width - 10, y: 34, class: "sign", "text-anchor": "end" }, mark) : "",
    );
  };
  const CODE = new Set(["reads", "writes", "calls"]);
  const drawEdge = (edge, points, at, labelled) => {
    const [first, ...others] = points;
    const last = others[others.length - 1];
    const middles = others.slice(0, -1).map((point, number) => {
      const next = others[number + 1];
      return `Q${point.x},${point.y} ${(point.x + next.x) / 2},${(point.y + next.y) / 2}`;
    });
    const kind = CODE.has(edge.verb) ? "code" : edge.verb === "fails to" ? "fails" : "";
    return drawn(
      "g",
      { class: ["edge", edge.severity || "", kind].join(" "), "data-from": edge.from, "data-to": edge.to },
      drawn("title", {}, [edge.verb, ...edge.details].join(", ")),
      drawn("path", {
        d: `M${first.x},${first.y} ${middles.join(" ")} L${last.x},${last.y}`,
        "marker-end": `url(#arrow-${edge.severity || "plain"})`,
      }),
      labelled && at.x ? drawn("text", { x: at.x, y: at.y + 4, "text-anchor": "middle" }, edge.verb) : "",
    );
  };
  const layOut = (shown, grouped) => {
    const laid = new dagre.graphlib.Graph({ multigraph: true, compound: grouped });
    laid.setGraph({ rankdir: "LR", nodesep: 18, ranksep: 46, edgesep: 10, marginx: 16, marginy: 16 });
    const held = new Set(shown);
    const within = edges.filter((edge) => held.has(edge.from) && held.has(edge.to));
    const labelled = within.length <= LABELLED;
    for (const number of shown) {
      const node = nodes[number];
      const width = Math.max(104, Math.min(node.name.length, 44) * 7.4 + 26);
      laid.setNode(String(number), { width, height: HEIGHT });
      if (grouped && node.group) {
        laid.setNode(`group ${node.group}`, { group: node.group });
        laid.setParent(String(number), `group ${node.group}`);
      }
    }
    within.forEach((edge, number) => {
      const label = labelled ? { width: edge.verb.length * 6.4, height: 14, labelpos: "c" } : {};
      laid.setEdge(String(edge.from), String(edge.to), label, String(number));
    });
    dagre.layout(laid);
    return { laid, within, labelled };
  };
  const drawGraph = () => {
    if (!canvas || !nodes.length) return;
    const { shown, own, own_shown, alone } = chosenNodes();
    const grouped = new Set(shown.map((number) => nodes[number].group).filter(Boolean)).size > 1;
    let made;
    try {
      made = layOut(shown, grouped);
    } catch {
      made = layOut(shown, false);
    }
    const { laid, within, labelled } = made;
    const { width = 0, height = 0 } = shown.length ? laid.graph() : {};
    const arrows = ["plain", ...RANKS].map((name) =>
      drawn(
        "marker",
        { id: `arrow-${name}`, viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 9, markerHeight: 9, orient: "auto", markerUnits: "userSpaceOnUse" },
        drawn("path", { d: "M0,0 L8,4 L0,8 Z" }),
      ),
    );
    const groups = laid.nodes().filter((name) => laid.node(name) && laid.node(name).group).map((name) => {
      const at = laid.node(name);
      const [left, top] = [at.x - at.width / 2, at.y - at.height / 2];
      return drawn(
        "g",
        { class: "group" },
        drawn("rect", { x: left, y: top, width: at.width, height: at.height, rx: 6 }),
        drawn("text", { x: left + 2, y: top - 4 }, cut(at.group, Math.max(8, Math.floor(at.width / 7)))),
      );
    });
    const picture = drawn(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "The application: press an arrow key to go from part to part" },
      drawn("defs", {}, ...arrows),
      ...groups,
      ...within.map((edge, number) => {
        const at = laid.edge(String(edge.from), String(edge.to), String(number));
        return drawEdge(edge, at.points, at, labelled);
      }),
      ...shown.map((number) => drawNode(number, laid.node(String(number)))),
    );
    canvas.replaceChildren(picture);
    picture.dataset.width = width;
    picture.dataset.height = height;
    const first = picture.querySelector(".node");
    if (first) first.setAttribute("tabindex", 0);
    const left = own - own_shown;
    $("graph-count").textContent =
      `${own_shown} of ${counted(nodes.length, "part")} shown` +
      (alone ? `; ${alone} that stand alone are left out` : "") +
      (left ? `; ${left} more would be too many to look at: choose a group or a kind, or show the whole` : "");
    if (controls.elements.whole) controls.elements.whole.hidden = !left && !alone;
    resize();
    choose();
  };
  const resize = () => {
    const picture = canvas.firstElementChild;
    if (!picture) return;
    picture.setAttribute("width", Math.ceil(picture.dataset.width * zoom));
    picture.setAttribute("height", Math.ceil(picture.dataset.height * zoom));
  };
  const fit = () => {
    const picture = canvas.firstElementChild;
    if (!picture || !Number(picture.dataset.width)) return;
    const wide = (canvas.clientWidth - 4) / picture.dataset.width;
    const high = (canvas.clientHeight - 4) / picture.dataset.height;
    zoom = Math.max(0.6, Math.min(1.1, wide, high));
    resize();
    bring(["error", "warning", "note"].map((each) => picture.querySelector(`.node.${each}`)).find(Boolean));
  };
  /* Have a part of the picture in sight. */
  const bring = (part) => {
    if (!part) return;
    const [at, held] = [part.getBoundingClientRect(), canvas.getBoundingClientRect()];
    if (at.left < held.left || at.right > held.right || at.top < held.top || at.bottom > held.bottom) {
      canvas.scrollBy((at.left + at.right - held.left - held.right) / 2, (at.top + at.bottom - held.top - held.bottom) / 2);
    }
  };
  /* The chosen part, its edges, and what is told of it. */
  const choose = () => {
    const picture = canvas && canvas.firstElementChild;
    if (!picture) return;
    const number = numbers.get(view.node);
    picture.classList.toggle("chosen-one", number !== undefined);
    for (const each of all(".node", picture)) {
      const own = Number(each.dataset.number) === number;
      each.classList.toggle("chosen", own);
      each.setAttribute("aria-pressed", String(own));
    }
    bring(picture.querySelector(".node.chosen"));
    for (const each of all(".edge", picture)) {
      each.classList.toggle("near", Number(each.dataset.from) === number || Number(each.dataset.to) === number);
    }
  };
  const to = (number) =>
    make("button", { type: "button", on: { click: () => change({ node: nodes[number].id }) } }, nodes[number].name);
  const hop = (edge, other, before) => {
    const more = [...edge.details, ...edge.settings].join("; ");
    const node = nodes[other];
    return [
      before, " ", to(other), ` (${node.kind})`, more ? make("span", { class: "quiet" }, ` ${more}`) : "",
      ...edge.lost.map((each) => make("div", { class: "lost" }, `can be lost: ${each}`)),
    ].filter((each) => each !== "");
  };
  const ON = new Set(["invokes", "may invoke", "sends to"]);
  const triggers = (number, seen) => {
    const items = coming[number].filter((edge) => ON.has(edge.verb)).map((edge) => {
      const again = seen.has(edge.from);
      const further = again ? undefined : triggers(edge.from, new Set([...seen, edge.from]));
      const verb = seen.size > 1 ? "from" : `${edge.verb.replace("invokes", "invoked").replace("may invoke", "may be invoked").replace("sends to", "sent to")} by`;
      return make("li", {}, ...hop(edge, edge.from, verb), again ? ", as above" : "", further || "");
    });
    return items.length ? make("ul", {}, ...items) : undefined;
  };
  const section = (heading, ...content) => {
    const held = content.filter((each) => each !== undefined && each !== "");
    return held.length ? [make("h4", {}, heading), ...held] : [];
  };
  const pairs = (items) =>
    items.length ? make("dl", {}, ...items.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])) : "";
  const role = ({ name, managed = [], statements = [] }) => {
    const allowed = statements.map(([effect, actions, resources, place]) =>
      make(
        "li",
        {},
        `${effect} `,
        ...actions.flatMap(([use, action], number) => [
          number ? ", " : "", make("code", {}, action), make("span", { class: use === "unused" ? "lost" : "quiet" }, use ? ` (${use})` : ""),
        ]),
        resources.length ? " on " : "", make("code", {}, resources.join(", ")),
        make("div", { class: "quiet" }, place),
      ),
    );
    const given = managed.map((each) => make("li", {}, "AWS's policy ", make("code", {}, each)));
    const all = [...given, ...allowed];
    return section(`Its role ${name}`, all.length ? make("ul", {}, ...all) : "");
  };
  const finding = (found) => {
    const [number, owner, own] = Array.isArray(found) ? found : [found];
    const entry = $(`f${number}`);
    if (!entry) return "";
    const [severity, rule] = cells.get(entry);
    const message = make("span", {}, ...(own ? [own.replaceAll("`", "")] : entry.rows[0].cells[3].firstElementChild.cloneNode(true).childNodes));
    if (owner) message.querySelector("code").textContent = owner;
    const body = make("div", {}, ...entry.rows[1].cells[0].cloneNode(true).childNodes);
    for (const link of all(".page-link", body)) link.parentElement.remove();
    const page = $(`page-${rule}`);
    const why = page
      ? make("details", {}, make("summary", {}, "Why it matters, and what to do"), page.querySelector(".page").cloneNode(true))
      : "";
    return make(
      "details",
      {},
      make("summary", {}, make("span", { class: severity }, severity), " ", message),
      body,
      why,
    );
  };
  const tellNode = () => {
    if (!panel) return;
    const number = numbers.get(view.node);
    panel.hidden = number === undefined;
    if (panel.hidden) return;
    const node = nodes[number];
    const { card } = node;
    const near = view.around === node.id;
    const chain = triggers(number, new Set([number]));
    panel.replaceChildren(
      make("button", { type: "button", class: "close", "aria-label": "Close", on: { click: () => change({ node: "" }) } }, "×"),
      make("h3", { id: "panel-heading", tabindex: -1 }, node.name),
      make("p", { class: "quiet" }, [node.kind, node.group, node.place].filter(Boolean).join(" · ")),
      ...(node.unknown ? [make("p", {}, "Which one it is only a deployment knows, or was not followed.")] : []),
      ...(node.unseen ? [make("p", { class: "lost" }, `Judged without its code: ${node.unseen}`)] : []),
      make(
        "p",
        {},
        make("button", { type: "button", on: { click: () => change({ around: near ? "" : node.id }) } }, near ? "Show all parts" : "Show only what is around it"),
      ),
      ...section("Findings", ...node.findings.map(finding)),
      ...section("Settings", pairs(card || []), card ? "" : node.settings.join("; ")),
      ...section("What triggers it", chain),
      ...section(
        "What it does",
        leaving[number].length ? make("ul", {}, ...leaving[number].map((edge) => make("li", {}, ...hop(edge, edge.to, edge.verb)))) : "",
      ),
      ...section(
        "What else uses it",
        (() => {
          const others = coming[number].filter((edge) => !ON.has(edge.verb));
          return others.length
            ? make("ul", {}, ...others.map((edge) => make("li", {}, ...hop(edge, edge.from, `${edge.verb}:`))))
            : "";
        })(),
      ),
      ...(card ? role(roles[node.role]) : []),
    );
  };
  /* The nearest part in the direction of an arrow key. */
  const step = (from, key) => {
    const box = (each) => {
      const { left, top, width, height } = each.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    };
    const at = box(from);
    const along = key === "ArrowLeft" || key === "ArrowRight" ? "x" : "y";
    const across = along === "x" ? "y" : "x";
    const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    let best;
    for (const each of all(".node", canvas)) {
      const place = box(each);
      const forward = (place[along] - at[along]) * sign;
      if (forward < 4) continue;
      const cost = forward + 2 * Math.abs(place[across] - at[across]);
      if (!best || cost < best.cost) best = { each, cost };
    }
    return best && best.each;
  };
  if (canvas) {
    canvas.addEventListener("click", (event) => {
      const node = event.target.closest(".node");
      if (node) change({ node: nodes[Number(node.dataset.number)].id });
    });
    canvas.addEventListener("keydown", (event) => {
      const node = event.target.closest(".node");
      if (!node) return;
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        change({ node: nodes[Number(node.dataset.number)].id });
        $("panel-heading").focus();
      } else if (event.key.startsWith("Arrow")) {
        event.preventDefault();
        const next = step(node, event.key);
        if (!next) return;
        node.setAttribute("tabindex", -1);
        next.setAttribute("tabindex", 0);
        next.focus();
      } else if (event.key === "+" || event.key === "-") {
        zoomBy(event.key === "+" ? 1.25 : 0.8);
      }
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
    const zoomBy = (times) => {
      zoom = Math.max(0.1, Math.min(4, zoom * times));
      resize();
    };
    controls.addEventListener("click", (event) => {
      const { name } = event.target;
      if (name === "larger") zoomBy(1.25);
      if (name === "smaller") zoomBy(0.8);
      if (name === "fit") fit();
      if (name === "whole") change({ whole: "1" });
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
  const setControls = () => {
    if (!controls) return;
    for (const name of ["find", "group", "kind"]) controls.elements[name].value = view[name];
    controls.elements.found.checked = Boolean(view.found);
  };

  /* What depends on which part of the view. */
  const show = (changed) => {
    const touches = (...keys) => !changed || changed.some((key) => keys.includes(key));
    if (touches("q", "severity", "pillar", "rule", "sort", "down", "open")) listFindings();
    if (touches("sort", "down")) sortFindings();
    if (touches("open")) openFindings();
    const drawing = () => {
      if (touches("find", "group", "kind", "found", "around", "whole")) {
        drawGraph();
        if (canvas) fit();
      }
      if (touches("node", "around")) {
        tellNode();
        choose();
      }
    };
    /* What was found is there before the graph is laid out. */
    if (changed) drawing();
    else requestAnimationFrame(() => setTimeout(drawing));
  };
  const restore = () => {
    const asked = readView();
    setFilters();
    setControls();
    show();
    if (asked.get("page")) openPage(asked.get("page"));
    else if (asked.get("node")) $("graph").scrollIntoView();
    else if (["q", "severity", "pillar", "rule", "open"].some((key) => asked.get(key))) $("findings").scrollIntoView();
  };
  addEventListener("hashchange", () => {
    if (location.hash.includes("=")) restore();
  });
  restore();
})();
