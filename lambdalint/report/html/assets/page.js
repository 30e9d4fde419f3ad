"use strict";
/* Of the page what a change of the view touches, and the view that the address asks for. */
const show = (changed) => {
  const touches = (keys) => !changed || changed.some((key) => keys.includes(key));
  if (table) {
    if (touches(["sort", "down"])) sortFindings();
    if (touches([...Object.keys(OF_FINDINGS), "sort", "down", "open"])) listFindings();
    if (touches(["open"])) openFindings();
    $("link").href = address();
  }
  const drawing = () => {
    if (!canvas) return;
    const drew = touches([...Object.keys(OF_GRAPH), "whole"]);
    if (drew) drawGraph();
    if (touches(["node", "around"])) tellNode();
    if (drew) fit();
    choose();
  };
  /* What was found is there before the graph is laid out. */
  if (changed) drawing();
  else requestAnimationFrame(() => setTimeout(drawing));
};
const restore = () => {
  const asked = readView();
  if (table) setFilters();
  if (canvas) setControls();
  show();
  if (asked.get("page")) openPage(asked.get("page"));
  else if (asked.get("node")) $("graph").scrollIntoView();
  else if ([...Object.keys(OF_FINDINGS), "open"].some((key) => asked.get(key))) $("findings").scrollIntoView();
};
addEventListener("hashchange", () => {
  if (location.hash.includes("=")) restore();
});
restore();
