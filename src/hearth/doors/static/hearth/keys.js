// Keys: an element with data-key="a" is pressed (a box: focused) by that key, data-key="g q" by the two in a row; j and k
// move through rows. Never while somebody types, never with Ctrl, Alt or Command, and it can be switched off.
"use strict";
(() => {
  const OFF = "hearth-keys-off";
  const WAIT_MS = 1200;
  let begun = "";
  let timer = 0;

  let isOff = false;
  try { isOff = localStorage.getItem(OFF) === "1"; } catch { /* no storage: they are on, page by page */ }

  const isTyping = (target) =>
    target instanceof Element && (target.closest("textarea, select, [contenteditable]") !== null
      || (target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "file"].includes(target.type)));

  const isThere = (one) => one.getClientRects().length > 0 && !one.disabled;
  const keyed = () => [...document.querySelectorAll("[data-key]")].filter(isThere);

  const press = (one) => {
    if (one.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), select, textarea")) {
      one.focus();
      if (one.select) one.select();
    } else {
      one.focus();
      one.click();
    }
  };

  const move = (by) => {
    const links = [...document.querySelectorAll("[data-rows] [data-row]")].filter(isThere);
    if (!links.length) return false;
    const row = document.activeElement && document.activeElement.closest("[data-rows] tr, [data-rows] li");
    const at = links.findIndex((link) => row && row.contains(link));
    const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by));
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
    return true;
  };

  const forget = () => { begun = ""; clearTimeout(timer); };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target instanceof HTMLInputElement && event.target.dataset.key) {
      event.target.blur();
      return;
    }
    if (event.key.length !== 1 || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    // The list of keys opens even when they are off: it is where they are switched on again.
    if (isOff && event.key !== "?") return;
    const found = keyed();
    const typed = begun ? `${begun} ${event.key}` : event.key;
    const one = found.find((each) => each.dataset.key === typed);
    if (one) {
      forget();
      event.preventDefault();
      press(one);
      return;
    }
    if (found.some((each) => each.dataset.key.startsWith(`${typed} `))) {
      forget();
      begun = typed;
      timer = setTimeout(forget, WAIT_MS);
      event.preventDefault();
      return;
    }
    forget();
    if ((typed === "j" && move(1)) || (typed === "k" && move(-1))) event.preventDefault();
  });

  // --- the list of what is really there ------------------------------------------------------------------------------
  const named = (one) => {
    const label = one.id && document.querySelector(`label[for="${CSS.escape(one.id)}"]`);
    if (one.dataset.keySays || one.getAttribute("aria-label")) return one.dataset.keySays || one.getAttribute("aria-label");
    const copy = (label || one).cloneNode(true);
    copy.querySelectorAll("kbd, [aria-hidden], .aside, .may, .tab-count").forEach((part) => part.remove());
    return copy.textContent.trim().replace(/\s+/g, " ");
  };

  const list = () => {
    const box = document.getElementById("keys");
    const rows = box.querySelector(".keys-list");
    rows.querySelectorAll("[data-listed]").forEach((row) => row.remove());
    keyed().filter((one) => one.dataset.key !== "?").forEach((one) => {
      const row = document.createElement("div");
      const keys = document.createElement("dt");
      const says = document.createElement("dd");
      row.dataset.listed = "";
      one.dataset.key.split(" ").forEach((key, n) => {
        const cap = document.createElement("kbd");
        cap.textContent = key;
        keys.append(...(n ? [` ${box.dataset.then} `, cap] : [cap]));
      });
      says.textContent = named(one);
      row.append(keys, says);
      rows.append(row);
    });
  };

  const opener = document.querySelector(".keys-open");
  if (opener) {
    opener.hidden = false;
    opener.addEventListener("click", list);
  }
  const on = document.getElementById("keys-on");
  const shown = () => document.body.classList.toggle("keys-off", isOff);
  if (on) {
    on.checked = !isOff;
    shown();
    on.addEventListener("change", () => {
      isOff = !on.checked;
      shown();
      try { localStorage.setItem(OFF, isOff ? "1" : "0"); } catch { /* no storage: it holds for this page alone */ }
    });
  }
})();
