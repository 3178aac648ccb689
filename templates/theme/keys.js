/* leanfolio: keys with a sheet that lists them, and links to copy. Nothing here is needed to read a page.
   Parts: links to sections and rows; where the reader is; keys; the sheet. Words of the content are set as text. */
(function () {
  "use strict";

  var site = window.leanfolio, make = site.make, all = site.all, t = site.t;

  /* ---- Links to copy: to each heading, row, card and figure that has an anchor ---- */
  var ANCHORED = "main tr[id], main .tile[id], main .problem[id], main .figure[id], main .branch[id], main .story[id], main dl > div[id]";
  var status = make("p", { class: "copied no-print", role: "status" });
  var field = make("input", { type: "text", readonly: "", "aria-label": "Link" });
  var byHand = make("dialog", { class: "dialog no-print", "aria-labelledby": "by-hand" }, [
    make("h2", { id: "by-hand", text: "Copy this link" }), field,
    make("button", { type: "button", class: "button", text: "Close", onclick: function () { byHand.close(); } })]);

  /* Where others find it: the published address of a page that was opened from a disk, if it has one. */
  function addressOf(id) {
    var published = location.protocol === "file:" && document.querySelector("a[rel=bookmark]");
    var address = (published ? published.href : location.href).split("#")[0];
    return address + (id ? "#" + encodeURIComponent(id) : "");
  }

  function say(text) {
    status.textContent = text;
    status.classList.add("on");
    setTimeout(function () { status.classList.remove("on"); }, 2500);
  }

  function copy(id) {
    var address = addressOf(id);
    function show() {
      field.value = address;
      byHand.showModal();
      field.focus();
      field.select();
    }
    if (!navigator.clipboard) { show(); return; }
    navigator.clipboard.writeText(address).then(function () { say(t("Link copied")); }, show);
  }

  function heading(element) {
    if (element.closest("summary, dialog, .col > header")) return;
    var words = make("span", { id: element.id + "-words" });
    words.append.apply(words, Array.from(element.childNodes));
    element.append(words, make("button", { type: "button", class: "anchor no-print", "aria-label": "Copy link", onclick: function () { copy(element.id); } }));
    all('[aria-labelledby~="' + CSS.escape(element.id) + '"]').forEach(function (section) {
      var ids = section.getAttribute("aria-labelledby").split(/\s+/).map(function (id) { return id === element.id ? words.id : id; });
      section.setAttribute("aria-labelledby", ids.join(" "));
    });
    element.setAttribute("aria-labelledby", words.id); /* in a list of headings the button says nothing */
  }

  /* One button for all rows: it moves to the row that is pointed at, or that holds the focus. */
  var mover = make("button", { type: "button", class: "anchor no-print", "aria-label": "Copy link", onclick: function () {
    var row = mover.closest(ANCHORED);
    if (row) copy(row.id);
  } });

  function move(event) {
    var row = event.target.closest && event.target.closest(ANCHORED);
    if (!row || row.contains(mover) && mover.closest(ANCHORED) === row) return;
    if (mover === document.activeElement) return;
    var cell = row.tagName === "TR" ? row.querySelector("th") || row.cells[0] : row.querySelector("dt, .label") || row;
    if (cell) cell.append(mover);
  }

  /* ---- Where the reader is: the row with the focus, the section that is on the screen, or the page ---- */
  var HERE = "main table tbody tr, main .found > li, main .tile, main .problem, main .decisions > li";

  function section() {
    var top = all("main h2[id], main h3[id]").filter(function (each) { return each.getBoundingClientRect().top < innerHeight / 3; });
    return top.length ? top[top.length - 1].id : "";
  }

  function here() {
    var row = document.activeElement && document.activeElement.closest(ANCHORED);
    return row ? row.id : section();
  }

  function step(way) {
    var rows = all(HERE).filter(function (row) { return row.getClientRects().length; });
    if (!rows.length) return;
    var at = rows.findIndex(function (row) { return row.contains(document.activeElement); });
    if (at < 0) at = rows.findIndex(function (row) { return row.getBoundingClientRect().top > 0; }) - (way > 0 ? 1 : 0);
    var row = rows[Math.min(Math.max(at + way, 0), rows.length - 1)];
    row.tabIndex = -1;
    row.focus();
  }

  function open() {
    var row = document.activeElement && document.activeElement.closest(HERE);
    var link = row && document.activeElement === row && row.querySelector("a[href]");
    if (link) link.click();
    return Boolean(link);
  }

  /* ---- Keys. Pages: the letter after g, and the address that the navigation has ---- */
  var PAGES = { h: "index", m: "meetings/index", s: "strategy", o: "objectives", b: "board", r: "ranking", e: "epics", w: "roadmap",
    i: "increments", k: "risks", $: "funding", f: "flow", c: "changes", d: "decisions", p: "problems", a: "data" };
  var ACTS = [
    { key: "/", does: t("Search"), act: function () { var box = document.querySelector("#find, #search"); if (box) { box.focus(); box.select(); } } },
    { key: "j", does: t("Next row or card"), act: function () { step(1); } },
    { key: "k", does: t("Row or card before"), act: function () { step(-1); } },
    { key: "Enter", does: t("Open the row"), act: null },
    { key: "c", does: t("Copy the link to the row or section"), act: function () { copy(here()); } },
    { key: "t", does: t("Theme: as the system, light, dark"), act: function () { var button = document.querySelector(".button.theme"); if (button) button.click(); } },
    { key: "?", does: t("Show or close these keys"), act: function () { toggle(); } }];
  var KEPT = "leanfolio-keys", on = true, waiting = 0;

  function kept() {
    try { return localStorage.getItem(KEPT) !== "off"; } catch (e) { return true; }
  }

  function keep(value) {
    on = value;
    try { if (value) localStorage.removeItem(KEPT); else localStorage.setItem(KEPT, "off"); } catch (e) { /* for this page only */ }
  }

  /* The links of the navigation by their letter: of the pages that this portfolio has. */
  function targets() {
    var found = [];
    all(".rail li a").forEach(function (link) {
      Object.keys(PAGES).forEach(function (letter) {
        if (link.pathname.slice(-PAGES[letter].length - 6) === "/" + PAGES[letter] + ".html") found.push([letter, link]);
      });
    });
    var first = new Map(); /* the page of a view stands before prose that is called the same */
    found.forEach(function (each) { if (!first.has(each[0])) first.set(each[0], each[1]); });
    return first;
  }

  function typing(target) {
    return target.closest && target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  function pressed(event) {
    var dialog = document.querySelector("dialog[open]");
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!on || typing(event.target) || dialog && !(dialog === sheet && event.key === "?")) return;
    if (Date.now() < waiting) {
      var link = targets().get(event.key);
      waiting = 0;
      if (link) { event.preventDefault(); link.click(); return; }
    }
    if (event.key === "g") { waiting = Date.now() + 1500; return; }
    if (event.key === "Enter") { if (open()) event.preventDefault(); return; }
    var found = ACTS.find(function (each) { return each.key === event.key; });
    if (found && found.act) { event.preventDefault(); found.act(); }
  }

  /* ---- The sheet ---- */
  var sheet = null, from = null;

  function line(keys, text) {
    var names = make("dt");
    keys.split(" ").forEach(function (key) {
      var name = make("kbd");
      name.textContent = key;
      names.append(name, " ");
    });
    return make("div", {}, [names, make("dd", {}, [make("bdi", { dir: "auto", content: text })])]);
  }

  function made() {
    var lines = ACTS.map(function (act) { return line(act.key, act.does); });
    lines.push(line("Esc", t("Close what is open")));
    var pages = Array.from(targets()).map(function (each) { return line("g " + each[0], each[1].textContent.trim()); });
    var box = make("input", { type: "checkbox", onchange: function () { keep(box.checked); } });
    box.checked = on;
    var close = make("button", { type: "button", class: "button", autofocus: "", text: "Close", onclick: function () { sheet.close(); } });
    return make("dialog", { class: "dialog no-print", "aria-labelledby": "keys-title", onclose: function () { if (from && from.isConnected) from.focus(); } }, [
      make("h2", { id: "keys-title", text: "Keys" }),
      make("dl", { class: "keys" }, lines),
      make("h3", { text: "Go to a page" }),
      make("dl", { class: "keys" }, pages),
      make("label", { class: "switch" }, [box, t("Keys work on this site (kept by this browser)")]), close]);
  }

  function toggle() {
    if (sheet && sheet.open) { sheet.close(); return; }
    if (sheet) sheet.remove();
    from = document.activeElement;
    sheet = made();
    document.body.append(sheet);
    sheet.showModal();
  }

  var top = document.querySelector(".top");
  on = kept();
  if (top) top.append(make("button", { type: "button", class: "button keys-button", "aria-label": "Keys", "aria-haspopup": "dialog", text: "?", onclick: toggle }));
  document.body.append(status, byHand);
  all("main h2[id], main h3[id]").forEach(heading);
  var main = document.querySelector("main");
  if (main) ["pointerover", "focusin"].forEach(function (name) { main.addEventListener(name, move); });
  document.addEventListener("keydown", pressed);
})();
