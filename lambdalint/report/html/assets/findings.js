"use strict";
/* The table of findings: filtered, sorted, and each opened to its places. */
const table = $("findings-table");
const filters = $("filters");
const entries = table ? [...table.tBodies] : [];
const columns = new Map(
  entries.map((entry) => {
    const [severity, rule, message, place] = [...entry.rows[0].cells].map((cell) => cell.textContent);
    return [entry, { severity, rule, finding: message, place }];
  }),
);
const pillars = new Map(table ? all("optgroup option", filters).map((each) => [each.value, each.parentElement.label]) : []);
for (const entry of entries) {
  const cell = entry.rows[0].cells[2];
  cell.replaceChildren(make("button", { type: "button", class: "opening", "aria-expanded": "false" }, ...cell.childNodes));
}

const words = new Map();
const said = (entry) => words.get(entry) || words.set(entry, entry.textContent.toLowerCase()).get(entry);
/* Whether more rows are laid out than the page begins with. */
let everyRow = false;
const listFindings = () => {
  const open = new Set(view.open.split(","));
  const text = view.q.toLowerCase();
  const severities = view.severity ? view.severity.split(",") : RANKS;
  let found = 0;
  let shown = 0;
  for (const entry of table.tBodies) {
    const { severity, rule } = columns.get(entry);
    const wanted =
      severities.includes(severity) &&
      (!view.rule || rule === view.rule) &&
      (!view.pillar || pillars.get(rule) === view.pillar) &&
      (!text || said(entry).includes(text));
    entry.hidden = !wanted || !(everyRow || found < $("more").dataset.first || open.has(entry.id));
    if (wanted) found += 1;
    if (!entry.hidden) shown += 1;
  }
  $("count").textContent = `${found} of ${counted(entries.length, "finding")} shown`;
  $("more").hidden = shown === found;
  $("more").textContent = `Show ${found - shown} more`;
};
const listAll = () => {
  everyRow = true;
  listFindings();
};

const collator = new Intl.Collator("en", { numeric: true });
const grave = (entry) => RANKS.length - RANKS.indexOf(columns.get(entry).severity);
let sorted = "";
const sortFindings = () => {
  const wanted = view.sort + view.down;
  if (wanted === sorted) return;
  sorted = wanted;
  const inOrder = [...entries];
  if (view.sort === "severity") inOrder.sort((one, two) => grave(one) - grave(two));
  else if (view.sort) inOrder.sort((one, two) => collator.compare(columns.get(one)[view.sort], columns.get(two)[view.sort]));
  if (view.down) inOrder.reverse();
  table.append(...inOrder);
  for (const button of all("[data-sort]", table)) {
    const head = button.parentElement;
    if (button.dataset.sort === view.sort) head.setAttribute("aria-sort", view.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
};

/* The cell that has the places of a finding; the first of them is where its row says. */
const placesOf = (entry) => {
  if (!entry.rows[1]) {
    const left = make("p", { class: "quiet" }, "Its lines were left out to keep this page small; as text they are told.");
    entry.append(make("tr", {}, make("td", { colspan: 4 }, left)));
  }
  const cell = entry.rows[1].cells[0];
  const first = cell.querySelector("li:first-child");
  if (first && !first.querySelector("b")) first.prepend(make("b", {}, columns.get(entry).place));
  return cell;
};
const tellMore = (entry) => {
  const cell = placesOf(entry);
  if (cell.querySelector(".further")) return;
  const { rule } = columns.get(entry);
  const parts = partsOf(Number(entry.id.slice(1)));
  cell.append(
    make("p", { class: "further" }, $(`page-${rule}`) ? make("a", { href: `#page-${rule}`, class: "page-link" }, `Why ${rule} matters, and what to do`) : "",
      ...(parts.length ? [" In the graph: ", ...parts.flatMap((part, number) => [number ? ", " : "", toPart(part)])] : [])),
  );
};
const openFindings = () => {
  const open = new Set(view.open.split(","));
  for (const entry of entries) {
    const wanted = open.has(entry.id);
    if (wanted === entry.classList.contains("open")) continue;
    entry.classList.toggle("open", wanted);
    tellMore(entry);
    entry.querySelector(".opening").setAttribute("aria-expanded", String(wanted));
  }
};

const setFilters = () => {
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
    change({ ...OF_FINDINGS, sort: "", down: "", open: "" });
    setFilters();
  });
  filters.addEventListener("submit", (event) => event.preventDefault());
  $("more").addEventListener("click", listAll);
  addEventListener("beforeprint", listAll);
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

/* The pages of rules. */
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
