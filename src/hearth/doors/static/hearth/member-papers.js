// Pages work without it; with it, each photo goes as soon as it is taken, again when the connection drops, and nothing is lost.
"use strict";
(() => {
  const form = document.querySelector("form[data-sends]");
  const input = form && form.querySelector('input[type="file"]');
  if (!input) return;
  const list = document.getElementById(input.dataset.files);
  const limit = Number(input.dataset.limitMb || Infinity) * 1e6;
  // Listed here with their progress, not by the script of the pieces.
  delete input.dataset.files;
  const several = input.multiple;
  const waiting = [];
  let asked = null;
  let current = null;

  // --- which paper is meant ------------------------------------------------------------------------------------------
  const take = (opener) => {
    asked = { kind: opener.dataset.take, instead: opener.dataset.instead || "" };
    const select = form.elements.kind;
    const near = [...select.options].find((one) => one.value === asked.kind)
      || [...select.options].find((one) => one.value.split(":")[0] === asked.kind.split(":")[0]);
    if (near && asked.kind) select.value = near.value;
    if (opener.hasAttribute("data-camera")) input.setAttribute("capture", "environment");
    else input.removeAttribute("capture");
    input.multiple = several && !asked.instead;
    input.click();
  };

  document.addEventListener("click", (event) => {
    const opener = event.target instanceof Element && event.target.closest("[data-take]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    take(opener);
  });

  input.addEventListener("change", () => {
    const meant = asked && asked.kind ? asked : { kind: form.elements.kind.value, instead: form.elements.instead.value };
    [...input.files].forEach((file, place) => add(file, meant.kind, place ? "" : meant.instead));
    form.elements.instead.value = "";
    asked = null;
    input.value = "";
    input.multiple = several;
    next();
  });

  // --- one after the other -------------------------------------------------------------------------------------------
  const add = (file, kind, instead) => {
    const row = document.createElement("li");
    const says = document.createElement("span");
    const bar = document.createElement("progress");
    row.append(file.name, says, bar);
    says.className = "aside";
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `${form.dataset.sending}: ${file.name}`);
    list.append(row);
    const job = { file, kind, instead, row, says, bar, tries: 0 };
    if (file.size > limit) refuse(job, input.dataset.tooLarge);
    else waiting.push(job);
  };

  const refuse = (job, why) => {
    job.row.className = "wrong";
    job.says.textContent = why;
    job.bar.remove();
  };

  const next = () => {
    if (current || !waiting.length) return;
    current = waiting.shift();
    send(current);
  };

  const done = () => {
    current = null;
    next();
  };

  const again = (job) => {
    job.tries += 1;
    job.bar.value = 0;
    job.says.textContent = form.dataset.waiting;
    // The same bytes are the same paper: to send them twice does no harm.
    let timer = 0;
    const retry = () => {
      clearTimeout(timer);
      window.removeEventListener("online", retry);
      send(job);
    };
    timer = setTimeout(retry, Math.min(30, 1.5 ** job.tries) * 1000);
    window.addEventListener("online", retry);
  };

  const send = (job) => {
    const data = new FormData(form);
    data.set("kind", job.kind);
    data.set("instead", job.instead);
    data.delete("files");
    data.append("files", job.file, job.file.name);
    const asks = new XMLHttpRequest();
    asks.open("POST", location.pathname);
    asks.setRequestHeader("X-Hearth-One", "1");
    asks.timeout = 120000;
    asks.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) job.bar.value = event.loaded / event.total;
    });
    asks.addEventListener("error", () => again(job));
    asks.addEventListener("timeout", () => again(job));
    asks.addEventListener("load", () => {
      if (asks.status >= 500) return again(job);
      if (asks.status >= 400) {
        const isSentence = (asks.getResponseHeader("Content-Type") || "").startsWith("text/plain");
        refuse(job, isSentence ? asks.responseText : form.dataset.refused);
      } else if (put(asks.responseText)) {
        job.row.remove();
        show(asks.getResponseHeader("X-Hearth-Paper"));
      } else {
        // Somebody has to sign in again, or the claim has gone on.
        current = null;
        waiting.length = 0;
        location.reload();
        return;
      }
      done();
    });
    job.says.textContent = form.dataset.sending;
    asks.send(data);
  };

  // --- what changed --------------------------------------------------------------------------------------------------
  let changes = 0;
  const put = (text) => {
    const held = document.createElement("template");
    held.innerHTML = text;
    const parts = [...held.content.querySelectorAll("[hx-swap-oob]")];
    parts.forEach((part) => {
      const old = document.getElementById(part.id);
      part.removeAttribute("hx-swap-oob");
      if (!old) return;
      old.replaceWith(part);
      if (window.htmx) window.htmx.process(part);
    });
    if (parts.length) changes += 1;
    dress();
    return parts.length > 0;
  };

  const show = (paper) => {
    const card = paper && document.getElementById(`paper-${paper}`);
    if (!card) return;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "center" });
  };

  form.classList.add("scripted");
  const dress = () => {
    document.querySelectorAll("button[data-says]").forEach((button) => { button.textContent = button.dataset.says; });
    document.querySelectorAll(".unscripted").forEach((one) => { one.hidden = true; });
  };

  // What was asked before a photo arrived knows nothing of it.
  document.addEventListener("htmx:beforeRequest", (event) => { event.detail.xhr.changes = changes; });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.changes !== changes) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:oobAfterSwap", dress);
  window.addEventListener("beforeunload", (event) => {
    if (current || waiting.length) event.preventDefault();
  });
  dress();
})();
