// The bench without it works by its buttons; with it, errors move beside their boxes and what was open stays open.
"use strict";
(() => {
  const open = new Map();

  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  const remember = () => {
    open.clear();
    each("details[id]", (one) => open.set(one.id, one.open));
  };

  const restore = () => {
    each("details[id]", (one) => {
      if (open.has(one.id) && !one.classList.contains("menu")) one.open = one.open || open.get(one.id);
    });
    const wanted = document.querySelector("[autofocus]");
    if (wanted && document.activeElement === document.body) wanted.focus();
  };

  // What is wrong stands once in the list of problems; each sentence is put beside the box it names.
  const tellBeside = () => {
    each("#the-case .says-wrong[data-told]", (one) => one.remove());
    const told = [...document.querySelectorAll("#problems [data-box]")];
    const wrong = new Set(told.map((one) => one.dataset.box));
    each("#the-case [aria-invalid]", (box) => {
      if (wrong.has(box.id)) return;
      box.removeAttribute("aria-invalid");
      const beside = document.getElementById(box.id + "-says");
      if (beside) beside.querySelectorAll(".says-wrong").forEach((one) => one.remove());
    });
    told.forEach((one) => {
      const box = document.getElementById(one.dataset.box);
      const beside = document.getElementById(one.dataset.box + "-says");
      if (!box || !beside) return;
      beside.querySelectorAll(".says-wrong").forEach((old) => old.remove());
      box.setAttribute("aria-invalid", "true");
      const says = document.createElement("span");
      says.className = "says-wrong";
      says.dataset.told = "";
      says.textContent = one.dataset.says;
      beside.prepend(says);
    });
    const outcome = document.getElementById("outcome");
    const isWrong = told.length > 0 || !!document.querySelector("#problems.problems");
    if (outcome) outcome.classList.toggle("stale", isWrong && !!outcome.querySelector(".paper"));
    const tally = document.getElementById("tally");
    if (tally) tally.classList.toggle("stale", isWrong);
  };

  const show = (id) => {
    const target = document.getElementById(id);
    if (!target) return;
    for (let up = target.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    target.focus();
  };

  const unanswered = (is) => {
    const notice = document.getElementById("unanswered");
    notice.hidden = !is;
    notice.textContent = is ? notice.dataset.says : "";
  };

  document.addEventListener("htmx:sendError", () => unanswered(true));
  document.addEventListener("htmx:responseError", () => unanswered(true));
  document.addEventListener("htmx:beforeSwap", () => unanswered(false));
  document.addEventListener("htmx:beforeSwap", remember);
  document.addEventListener("htmx:afterSettle", () => {
    restore();
    tellBeside();
  });

  document.addEventListener("click", (event) => {
    const problem = event.target.closest("[data-box]");
    if (problem) {
      event.preventDefault();
      show(problem.dataset.box);
    }
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const field = document.getElementById(copy.dataset.copy);
      field.select();
      const done = () => { copy.textContent = copy.dataset.done; };
      if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done, () => {});
      else if (document.execCommand("copy")) done();
    }
    each("details.menu[open], details.clause[open]", (one) => { if (!one.contains(event.target)) one.open = false; });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const held = event.target.closest && event.target.closest("details.clause[open], details.menu[open]");
    if (held) {
      held.open = false;
      held.querySelector("summary").focus();
    }
  });

  // A chosen file is opened at once; it is no change of the case that is shown.
  document.addEventListener("input", (event) => {
    if (event.target.id === "file") event.stopPropagation();
  }, true);

  document.addEventListener("change", (event) => {
    if (event.target.id === "file" && event.target.files.length) {
      event.stopPropagation();
      event.target.form.requestSubmit(event.target.form.querySelector("[value=load]"));
    }
  }, true);
})();
