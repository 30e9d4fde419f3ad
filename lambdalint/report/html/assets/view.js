"use strict";
/* What the scripts of the page share: elements, and the view that the address keeps. */
const $ = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const RANKS = ["note", "warning", "error"];

/* Elements, whose content stays text where it is text; what is "" or undefined is left out. */
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
const counted = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

/* The view: what the address says behind #, so that a link to it restores it. */
const OF_FINDINGS = { q: "", severity: "", pillar: "", rule: "" };
const OF_GRAPH = { find: "", group: "", kind: "", found: "", around: "" };
const KEYS = [...Object.keys(OF_FINDINGS), "sort", "down", "open", ...Object.keys(OF_GRAPH), "whole", "node"];
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
