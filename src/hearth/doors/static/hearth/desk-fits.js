// A finding only proposes: the button lays the line's amount and the source into the boxes of the marks; a person saves them.
"use strict";
(() => {
  const shown = () => document.querySelectorAll("[data-cuts][hidden]").forEach((one) => {
    one.hidden = document.getElementById("marks") === null;
  });
  document.addEventListener("htmx:afterSettle", shown);
  document.addEventListener("htmx:oobAfterSwap", shown);

  document.addEventListener("click", (event) => {
    const one = event.target instanceof Element && event.target.closest("[data-cuts]");
    if (!one) return;
    let last = null;
    one.dataset.cuts.split(" ").forEach((cut) => {
      const [key, amount] = cut.split("=");
      last = document.querySelector(`#marks input[name="cut-${CSS.escape(key)}"]`) || last;
      const box = document.querySelector(`#marks input[name="cut-${CSS.escape(key)}"]`);
      if (box) box.value = amount;
    });
    const why = document.getElementById("marks-why");
    if (why && !why.value.includes(one.dataset.why)) {
      why.value = [why.value.trim(), one.dataset.why].filter(Boolean).join("; ").slice(0, why.maxLength);
    }
    if (last) {
      last.focus();
      last.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
})();
