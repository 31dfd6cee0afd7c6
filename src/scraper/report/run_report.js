"use strict";
(() => {
  const root = document.documentElement, note = document.getElementById("note"), map = document.getElementById("map");
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  root.classList.add("js");
  function tell(text) { note.textContent = text; note.hidden = !text; }

  for (const button of all("[data-copy]")) {
    button.addEventListener("click", async () => {
      const code = button.previousElementSibling;
      getSelection().selectAllChildren(code);
      try { await navigator.clipboard.writeText(code.textContent); tell("copied: " + code.textContent); }
      catch { tell("selected: copy it with Ctrl+C"); }
    });
  }

  for (const button of all("[data-sort]")) {
    button.addEventListener("click", () => {
      const head = button.closest("th"), body = head.closest("table").tBodies[0];
      const place = head.cellIndex, numbers = button.dataset.sort === "num";
      const down = head.getAttribute("aria-sort") !== (numbers ? "descending" : "ascending") ? numbers : !numbers;
      for (const other of all("[aria-sort]", head.parentElement)) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = (row) => numbers ? Number(row.cells[place].dataset.v || -1) : row.cells[place].textContent;
      const rows = all("tr[data-site]", body);
      rows.sort((a, b) => numbers ? value(a) - value(b) : value(a).localeCompare(value(b)));
      if (down) rows.reverse();
      body.append(...rows);
    });
  }

  const find = document.getElementById("find");
  if (find) find.addEventListener("input", () => {
    const part = find.value.trim().toLowerCase();
    const rows = all("[data-site]"), shown = new Set();
    for (const row of rows) {
      row.hidden = !row.dataset.site.toLowerCase().includes(part);
      if (!row.hidden) shown.add(row.dataset.site);
    }
    tell(part ? `${shown.size} sites` : "");
  });

  if (!map) return;
  const labels = map.dataset.labels.split("|");
  const [cell, height, left, offset, rows] = ["cell", "height", "left", "offset", "rows"].map((name) => Number(map.dataset[name]));
  const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  box.setAttribute("class", "cursor");
  let chosen = null, at = 0;

  function show(image, number) {
    const values = image.dataset.values.split(" ");
    if (number < 0 || number >= values.length) return false;
    [chosen, at] = [image, number];
    const place = number + offset, column = Math.floor(place / rows), row = rows === 1 ? 0 : place % 7;
    for (const [name, value] of [["x", left + column * cell], ["y", row * height], ["width", cell - 1], ["height", height - 1]]) box.setAttribute(name, value);
    image.append(box);
    const site = image.closest("tr").dataset.site || "all sites", said = values[number].split("/");
    const [articles, visits, skips] = said;
    tell(`${site}, ${labels[number]}: ` + (said.length < 3 ? "not asked for yet" : visits === "0" ? "nothing was asked"
      : `${articles} articles of ${visits} visits, ${skips} skipped`));
    return true;
  }
  function under(event) {
    const image = event.target.closest("svg[data-values]");
    if (!image) return;
    const edge = image.getBoundingClientRect();
    const column = Math.floor((event.clientX - edge.left - left) / cell), row = Math.floor((event.clientY - edge.top) / height);
    if (column >= 0) show(image, rows === 1 ? column : column * 7 + Math.min(Math.max(row, 0), 6) - offset);
  }
  map.addEventListener("pointermove", under);
  map.addEventListener("pointerdown", under);
  map.addEventListener("pointerleave", () => { tell(""); box.remove(); });
  map.addEventListener("keydown", (event) => {
    if (event.target !== map) return;
    const images = all("tr:not([hidden]) svg[data-values]", map);
    if (event.key === "Escape") { tell(""); box.remove(); return; }
    const steps = rows === 1 ? { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }
      : { ArrowLeft: [0, -7], ArrowRight: [0, 7], ArrowUp: [0, -1], ArrowDown: [0, 1], PageUp: [-1, 0], PageDown: [1, 0] };
    const step = { ...steps, Home: [0, -at], End: [0, labels.length - 1 - at] }[event.key];
    if (!step || !images.length) return;
    event.preventDefault();
    const now = images.indexOf(chosen);
    const image = now < 0 ? images[0] : images[Math.min(Math.max(now + step[0], 0), images.length - 1)];
    show(image, now < 0 ? labels.length - 1 : Math.min(Math.max(at + step[1], 0), labels.length - 1));
    box.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  map.scrollLeft = map.scrollWidth;
})();
