"use strict";
(() => {
  const root = document.documentElement, note = document.getElementById("note");
  const tabs = [...document.querySelectorAll("[role=tab]")], wide = matchMedia("(min-width: 64rem)");
  const all = (query) => document.querySelectorAll(query);
  root.classList.add("js");

  function show(id) {
    for (const tab of tabs) {
      const name = tab.getAttribute("aria-controls"), chosen = name === id;
      const stays = wide.matches && name === "page";
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      document.getElementById(name).hidden = !chosen && !stays;
    }
    current = id;
  }
  let current = "record";
  const arrange = () => show(wide.matches ? (current === "page" ? "record" : current) : current);

  for (const tab of tabs) {
    tab.addEventListener("click", () => { show(tab.getAttribute("aria-controls")); if (!wide.matches) scrollTo(0, 0); });
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const usable = tabs.filter((one) => one.offsetParent);
      const next = usable[(usable.indexOf(tab) + step + usable.length) % usable.length];
      show(next.getAttribute("aria-controls"));
      next.focus();
      event.preventDefault();
    });
  }

  function heat(element) {
    for (const one of all(".hot")) one.classList.remove("hot");
    note.hidden = true;
    const own = element.closest("[data-b], [data-f]") || document.activeElement.closest("[data-b], [data-f]");
    if (!own) return;
    const block = own.dataset.b, query = block ? `[data-b="${block}"]` : `[data-f="${own.dataset.f}"]`;
    for (const one of all(query)) one.classList.add("hot");
    const told = block && document.querySelector(`[data-note][data-b="${block}"]`);
    if (told) { note.textContent = told.dataset.note; note.hidden = false; }
  }

  function go(id) {
    const target = document.getElementById(id);
    if (!target) return;
    const pane = target.closest("section");
    if (pane.hidden) show(pane.id);
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView({ block: "center" });
    const stop = target.matches("a") ? target : target.querySelector("a") || pane;
    stop.focus({ preventScroll: true });
    heat(target);
  }

  document.addEventListener("mouseover", (event) => heat(event.target));
  document.addEventListener("focusin", (event) => heat(event.target));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go]");
    if (link) { event.preventDefault(); go(link.dataset.go); return; }
    const mark = event.target.closest(".m");
    if (mark && !String(getSelection())) go(mark.dataset.b ? `r${mark.dataset.b}` : `v-${mark.dataset.f}`);
    const entry = event.target.closest(".entry[data-b]");
    if (entry && !String(getSelection())) go(`b${entry.dataset.b}`);
  });
  document.addEventListener("keydown", (event) => {
    const step = { j: 1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...all("#page .chip, #page .pin")].filter((one) => one.offsetParent);
    const at = links.indexOf(document.activeElement);
    const next = links[at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)];
    if (next) { next.focus(); next.scrollIntoView({ block: "center" }); }
  });

  function filter(box) {
    const kind = box.dataset.show;
    if (kind === "rest") { root.classList.toggle("bare", !box.checked); return; }
    for (const one of all(`#page [data-k="${kind}"], #page .pin`)) {
      if (one.matches(".pin") && kind !== "body") continue;
      one.classList.toggle("quiet", !box.checked);
    }
    for (const one of all(`details[data-kind="${kind}"]`)) one.hidden = !box.checked;
  }
  const boxes = [...all("[data-show]")];
  for (const box of boxes) box.addEventListener("change", () => filter(box));
  for (const button of all("[data-all]")) {
    button.addEventListener("click", () => {
      for (const box of boxes) { box.checked = button.dataset.all === "on"; filter(box); }
    });
  }

  wide.addEventListener("change", arrange);
  if (!wide.matches) current = "page";
  arrange();
  const start = document.querySelector(".filters [data-go]");
  if (location.hash.length > 1) go(decodeURIComponent(location.hash.slice(1)));
  else if (start && wide.matches) document.getElementById(start.dataset.go).scrollIntoView({ block: "center" });
})();
