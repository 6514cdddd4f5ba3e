// Pages work without it; with it, a field that is touched lights its place in the picture, and a place its field.
"use strict";
(() => {
  const form = document.querySelector("form[data-reads]");
  const pane = document.querySelector(".read-window");
  if (!form || !pane) return;
  form.classList.add("scripted");
  form.querySelectorAll(".unscripted").forEach((one) => { one.hidden = true; });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

  const light = (place) => {
    document.querySelectorAll(".lit").forEach((one) => one.classList.remove("lit"));
    const field = form.querySelector(`[data-place="${place}"]`);
    if (field) field.classList.add("lit");
    const rect = pane.querySelector(`rect[data-place="${place}"]`);
    if (!rect) return;
    rect.classList.add("lit");
    pane.classList.add("close-up");
    const at = rect.getBoundingClientRect();
    const around = pane.getBoundingClientRect();
    pane.scrollTo({
      left: pane.scrollLeft + at.left - around.left - Math.max(8, (around.width - at.width) / 2),
      top: pane.scrollTop + at.top - around.top - (around.height - at.height) / 2,
      behavior: calm,
    });
  };

  const open = (field) => {
    field.classList.add("open");
    const change = field.querySelector(".read-change");
    if (change) change.hidden = true;
    const box = field.querySelector("input, select");
    if (box) box.focus();
  };

  form.querySelectorAll(".read-field").forEach((field) => {
    const change = field.querySelector(".read-change");
    if (change && !field.classList.contains("open")) change.hidden = false;
  });

  form.addEventListener("click", (event) => {
    const field = event.target.closest("[data-place]");
    if (!field) return;
    light(field.dataset.place);
    if (event.target.closest(".read-change")) open(field);
  });
  form.addEventListener("focusin", (event) => {
    const field = event.target.closest("[data-place]");
    if (field) light(field.dataset.place);
  });
  pane.addEventListener("click", (event) => {
    const rect = event.target.closest("rect[data-place]");
    if (!rect) {
      pane.classList.toggle("close-up");
      return;
    }
    light(rect.dataset.place);
    const field = form.querySelector(`[data-place="${rect.dataset.place}"]`);
    if (field) {
      const details = field.closest("details");
      if (details) details.open = true;
      field.scrollIntoView({ block: "center", behavior: calm });
    }
  });
})();
