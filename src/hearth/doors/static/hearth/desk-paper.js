// A paper beside what was read of it: whoever reaches a field sees its place in the picture lit, on whatever page it stands.
// Without this script each field is a link to its page with the place lit, and each box a form of its own.
"use strict";
(() => {
  const ZOOMS = [1, 1.5, 2, 3];
  const READABLE_PX = 18;
  let zoom = 0;
  let isChosen = false;
  let wanted = "";
  let left = null;

  const frame = document.querySelector("[data-frame]");
  if (!frame) return;
  const figure = () => frame.querySelector("figure.paper-large");
  const lefts = () => [...document.querySelectorAll("[data-left]")];
  const of = (key) => `[data-box="${CSS.escape(key)}"]`;

  const zoomTo = (level) => {
    zoom = Math.min(ZOOMS.length - 1, Math.max(0, level));
    const stage = figure().querySelector(".paper-stage");
    stage.dataset.zoom = String(ZOOMS[zoom]);
  };

  const show = (key) => {
    document.querySelectorAll(".lit").forEach((one) => one.classList.remove("lit"));
    document.querySelectorAll(`[data-lights="${CSS.escape(key)}"]`).forEach((one) => {
      const row = one.closest("li, td");
      if (row) row.classList.add("lit");
    });
    const box = figure().querySelector(of(key));
    if (!box) return;
    box.classList.add("lit");
    const tall = () => box.getBoundingClientRect().height;
    // Print that is too small to be compared is made larger, until somebody chose a size.
    while (!isChosen && tall() > 0 && tall() < READABLE_PX && zoom < ZOOMS.length - 1) zoomTo(zoom + 1);
    const seen = frame.getBoundingClientRect();
    const place = box.getBoundingClientRect();
    frame.scrollBy({
      left: place.left + place.width / 2 - seen.left - seen.width / 2,
      top: place.top + place.height / 2 - seen.top - seen.height / 2,
    });
  };

  // A cell that is looked at stands in the form below the lines, ready to be put right.
  const lay = (key) => {
    const form = document.getElementById("read-cell");
    const found = form && /^lines\[(\d+)\]\.(.+)$/.exec(key);
    if (!found || ![...form.cell.options].some((one) => one.value === found[2])) return;
    const link = document.querySelector(`a[data-lights="${CSS.escape(key)}"]`);
    form.line.value = String(Number(found[1]) + 1);
    form.cell.value = found[2];
    form.value.value = link ? link.firstChild.textContent.replace(/^—$/, "") : "";
  };

  const light = (key, on) => {
    wanted = key;
    lay(key);
    const now = figure();
    if (!on || now.dataset.page === on || !window.htmx) return show(key);
    return window.htmx.ajax("GET", `${now.dataset.url}?page=${on}`, {
      target: now, swap: "outerHTML", select: "figure.paper-large",
    }).then(() => {
      zoomTo(zoom);
      if (wanted === key) show(key);
    });
  };

  const nextLeft = () => {
    const boxes = lefts();
    if (!boxes.length) return;
    const at = boxes.findIndex((one) => one.dataset.lights === wanted);
    boxes[(at + 1) % boxes.length].focus();
  };

  document.addEventListener("focusin", (event) => {
    const one = event.target instanceof Element && event.target.closest("[data-lights]");
    if (!one) return;
    if (one.matches("input")) one.select();
    light(one.dataset.lights, one.dataset.on);
  });

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const box = event.target.closest("rect[data-box]");
    const link = event.target.closest("a[data-lights]");
    if (box) {
      const one = document.querySelector(`input[data-lights="${CSS.escape(box.dataset.box)}"], a[data-lights="${CSS.escape(box.dataset.box)}"]`);
      const field = document.querySelector(`input[data-lights="${CSS.escape(box.dataset.box)}"]`) || one;
      if (field) field.focus();
    } else if (link) {
      event.preventDefault();
      const field = document.querySelector(`input[data-lights="${CSS.escape(link.dataset.lights)}"]`);
      if (field) field.focus();
      else light(link.dataset.lights, link.dataset.on);
    } else if (event.target.closest("[data-next]")) {
      event.preventDefault();
      nextLeft();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !(event.target instanceof HTMLInputElement) || !event.target.dataset.lights) return;
    const row = event.target.closest("li");
    const name = row && row.querySelector("a[data-row]");
    event.target.value = event.target.defaultValue;
    if (name) name.focus();
  });

  // What was said comes back with the whole list: the next one to compare, or the field itself, is focused again.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const box = event.target instanceof Element && event.target.matches(".read-say") && event.target.querySelector("[data-lights]");
    if (box) left = { key: box.dataset.lights, at: lefts().indexOf(box) };
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!left) return;
    const { key, at } = left;
    left = null;
    const boxes = lefts();
    const next = at >= 0 && boxes.length ? boxes[Math.min(at, boxes.length - 1)] : null;
    const same = document.querySelector(`a[data-row][data-lights="${CSS.escape(key)}"]`);
    if (next) next.focus();
    else if (same) same.focus();
  });

  const zooms = document.querySelector("[data-zooms]");
  if (zooms) {
    zooms.hidden = false;
    zooms.addEventListener("click", (event) => {
      const by = event.target instanceof Element && event.target.closest("[data-zoom-by]");
      if (!by) return;
      isChosen = true;
      zoomTo(zoom + Number(by.dataset.zoomBy));
      if (wanted) show(wanted);
    });
  }

  const asked = new URLSearchParams(location.search).get("field");
  if (asked) {
    const one = document.querySelector(`input[data-lights="${CSS.escape(asked)}"], a[data-lights="${CSS.escape(asked)}"]`);
    const field = document.querySelector(`input[data-lights="${CSS.escape(asked)}"]`) || one;
    if (field) field.focus();
  }
})();
