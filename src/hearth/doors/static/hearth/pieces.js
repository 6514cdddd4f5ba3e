// Pages work without it; with it, what is open closes by itself, files are listed before they go, and nothing typed is lost.
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // --- what lies over the page ---------------------------------------------------------------------------------------
  const OVER = "details.clause[open], details.menu[open]";

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    all(OVER).forEach((one) => { if (!one.contains(event.target)) one.open = false; });

    const opener = event.target.closest("[data-opens]");
    const opened = opener && document.getElementById(opener.dataset.opens);
    if (opened && opened.showModal && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (!opened.open) opened.showModal();
    }
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog").close();
    if (event.target instanceof HTMLDialogElement) event.target.close();

    const copier = event.target.closest("[data-copy]");
    const copied = copier && document.getElementById(copier.dataset.copy);
    if (copied && navigator.clipboard) {
      navigator.clipboard.writeText(copied.value || copied.textContent).then(() => {
        if (copier.dataset.done) copier.textContent = copier.dataset.done;
      }, () => {});
    }
    const printer = event.target.closest("[data-prints]");
    if (printer) window.print();
  });

  // --- a request that got no answer -----------------------------------------------------------------------------------
  const unanswered = (is) => {
    const notice = document.getElementById("unanswered");
    if (!notice) return;
    notice.hidden = !is;
    notice.textContent = is ? notice.dataset.says : "";
  };
  document.addEventListener("htmx:sendError", () => unanswered(true));
  document.addEventListener("htmx:timeout", () => unanswered(true));
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status >= 500) unanswered(true); });
  document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.xhr.status < 500) unanswered(false); });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !(event.target instanceof Element)) return;
    const held = event.target.closest(OVER);
    if (!held) return;
    held.open = false;
    held.querySelector("summary").focus();
  });

  // --- files that were chosen ----------------------------------------------------------------------------------------
  const sized = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.dataset.files) return;
    const list = document.getElementById(box.dataset.files);
    if (!list) return;
    const limit = Number(box.dataset.limitMb || Infinity) * 2 ** 20;
    const rows = [...box.files].map((file) => {
      const row = document.createElement("li");
      const size = document.createElement("span");
      row.textContent = file.name;
      size.className = "aside";
      size.textContent = sized(file.size);
      if (file.size > limit) {
        row.className = "wrong";
        size.textContent += ` · ${box.dataset.tooLarge}`;
      }
      row.append(size);
      return row;
    });
    if (box.files.length > Number(box.dataset.most || Infinity)) {
      const row = document.createElement("li");
      row.className = "wrong";
      row.textContent = box.dataset.tooMany;
      rows.unshift(row);
    }
    list.replaceChildren(...rows);
  });

  // --- what was typed outlives a change of language or print ---------------------------------------------------------
  const KEPT = `hearth-kept:${location.pathname}`;
  const boxes = () => all("main form :is(input, select, textarea)").filter(
    (box) => box.name && !["hidden", "password", "file", "submit", "button"].includes(box.type),
  );
  const isTick = (box) => box.type === "checkbox" || box.type === "radio";

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-keeps]")) return;
    const values = boxes().map((box) => [box.name, isTick(box) ? box.checked : box.value]);
    try { sessionStorage.setItem(KEPT, JSON.stringify(values)); } catch { /* no storage: the page comes as it was sent */ }
  });

  const restore = () => {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(KEPT));
      sessionStorage.removeItem(KEPT);
    } catch { return; }
    const now = boxes();
    // Only where the page asks for the same things again.
    if (!Array.isArray(kept) || kept.length !== now.length || kept.some(([name], n) => now[n].name !== name)) return;
    kept.forEach(([, value], n) => { if (isTick(now[n])) now[n].checked = value; else now[n].value = value; });
  };
  restore();
})();
