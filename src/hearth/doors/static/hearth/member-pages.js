// Pages work without it; with it, a box is marked as its sentence comes and goes, and files go as soon as they are chosen.
"use strict";
(() => {
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    const says = event.detail.target;
    if (!says.matches(".beside")) return;
    const box = document.querySelector(`[aria-describedby="${CSS.escape(says.id)}"]`);
    if (!box) return;
    if (says.querySelector(".says-wrong")) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
  });
})();
