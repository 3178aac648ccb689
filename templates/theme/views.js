/* leanfolio: what tables, boards, trees and drawings gain when scripts run: columns to choose, heads that
   stay in sight, filters, zoom, and a card about what is pointed at. All of it is in the page without.
   Needs script.js. Content reaches the page as text only; nothing is styled here but by class. */
(function () {
  "use strict";
  var leanfolio = window.leanfolio;
  if (!leanfolio) return;
  var make = leanfolio.make, all = leanfolio.all, many = leanfolio.many, t = leanfolio.t;

  /* ---- Tables: the columns that are shown. What a row is about cannot be hidden ---- */
  function nameOf(head) {
    return (head.querySelector("button span") || head).textContent.trim();
  }

  function ownCells(row) {
    var at = 0;
    return Array.from(row.cells).map(function (cell) {
      cell.spans = cell.spans || cell.colSpan;
      var first = at;
      at += cell.spans;
      return { cell: cell, first: first };
    });
  }

  function hideColumns(table, hidden) {
    Array.from(table.rows).forEach(function (row) {
      ownCells(row).forEach(function (each) {
        var left = each.cell.spans;
        for (var i = 0; i < each.cell.spans; i += 1) if (hidden.has(each.first + i)) left -= 1;
        each.cell.hidden = left === 0;
        if (each.cell.spans > 1 && left) each.cell.colSpan = left;
      });
    });
  }

  function keyColumns(table) {
    var keys = new Set();
    all("tbody tr", table).forEach(function (row) {
      ownCells(row).forEach(function (each) { if (each.cell.tagName === "TH") keys.add(each.first); });
    });
    return keys;
  }

  function choosing(table) {
    var heads = all("thead th", table), keys = keyColumns(table);
    var named = heads.map(nameOf);
    var free = heads.map(function (head, i) { return i; }).filter(function (i) { return named[i] && !keys.has(i); });
    var large = table.classList.contains("filterable") || heads.length > 4 && table.rows.length > 5;
    if (!large || table.tHead.rows.length !== 1 || heads.length < 4 || !keys.size) return;
    var hidden = new Set(leanfolio.kept(table, "hide").split(".").map(Number)
      .filter(function (n) { return free.indexOf(n - 1) >= 0; }).map(function (n) { return n - 1; }));
    var boxes = free.map(function (column) {
      var box = make("input", { type: "checkbox", onchange: function () {
        if (box.checked) hidden.delete(column);
        else hidden.add(column);
        apply();
      } });
      return { column: column, box: box, label: make("label", {}, [box, make("bdi", { content: named[column] })]) };
    });
    var summary = make("summary", { class: "button" });
    var everything = make("button", { type: "button", class: "button", text: "Show all", onclick: function () {
      hidden.clear();
      apply();
      boxes[0].box.focus();
    } });
    var panel = make("div", { class: "panel", role: "group", "aria-label": "Columns that are shown" },
      boxes.map(function (each) { return each.label; }).concat(everything));
    var menu = make("details", { class: "menu-of" }, [summary, panel]);
    function apply() {
      hideColumns(table, hidden);
      boxes.forEach(function (each) { each.box.checked = !hidden.has(each.column); });
      everything.disabled = !hidden.size;
      summary.textContent = hidden.size ? t("Columns, {n} hidden", { n: hidden.size }) : t("Columns");
      leanfolio.keep(table, { hide: Array.from(hidden).sort(function (a, b) { return a - b; })
        .map(function (n) { return n + 1; }).join(".") });
    }
    closing(menu, summary);
    var tools = leanfolio.toolsOf(table), status = tools.querySelector("[role=status]");
    if (status) status.before(menu);
    else tools.append(menu);
    apply();
  }

  /* A menu closes on Escape, and when the reader goes elsewhere. */
  function closing(menu, summary) {
    menu.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      summary.focus();
    });
    menu.addEventListener("focusout", function (event) {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
    document.addEventListener("click", function (event) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  }

  /* ---- Tables: heads stay in sight, in the window where all columns fit, else in a box of its height ---- */
  function sticking(frame) {
    var table = frame.querySelector("table");
    if (!table || !table.tHead || frame.classList.contains("tall")) return;
    function fit() {
      var wide = frame.scrollWidth > frame.clientWidth + 1;
      var heads = getComputedStyle(table.tHead).display !== "none";
      frame.classList.toggle("fits", heads && !wide);
      frame.classList.toggle("tall", heads && wide && table.offsetHeight > 0.9 * window.innerHeight);
    }
    new ResizeObserver(fit).observe(frame);
    addEventListener("resize", fit);
  }

  /* ---- Tables: on a phone a long one shows its first rows. Whoever filters, or comes to a row, sees all ---- */
  var FIRST = 10, FIRST_OF_ROADMAP = 6; /* as in style.css; a page has a roadmap for each value stream */

  function folding(table) {
    var rows = all("tbody tr", table), frame = table.closest(".scroll") || table;
    var first = table.classList.contains("roadmap") ? FIRST_OF_ROADMAP : FIRST;
    if (table.tBodies.length !== 1 || rows.length < first + 3) return;
    var more = make("button", { type: "button", class: "button unfold", onclick: function () {
      open();
      frame.focus();
    } });
    function open() {
      table.classList.remove("folds");
      more.remove();
    }
    function arrive() {
      if (location.hash.length > 1 && table.querySelector(":target")) open();
    }
    more.textContent = t("Show all {n} rows", { n: rows.length });
    table.classList.add("folds");
    frame.after(more);
    if (table.classList.contains("filterable")) {
      if (leanfolio.kept(table, "filter") || leanfolio.kept(table, "stream")) open();
      leanfolio.toolsOf(table).addEventListener("input", open);
    }
    table.addEventListener("reorder", open); /* ranked anew: who moved is to be seen */
    addEventListener("hashchange", arrive);
    arrive();
  }

  /* ---- Tables: the same as a file, beside the filter ---- */
  function saving(table) {
    var files = all(".foot a[href$='.csv']");
    if (files.length !== 1 || table !== document.querySelector("table.filterable")) return;
    leanfolio.toolsOf(table).append(make("a", { href: files[0].getAttribute("href"), content: files[0].textContent }));
  }

  /* ---- Boards, trees and lists of rows: those of one value stream, owner, tag ---- */
  var FACETS = { stream: t("Value stream"), theme: t("Theme"), owner: t("Owner"), tag: t("Tag"), state: t("State"), type: t("Type") };
  var COUNTED = {
    card: function (n) { return many(n, "card", "cards"); },
    line: function (n) { return many(n, "line", "lines"); },
    row: function (n) { return many(n, "row", "rows"); },
    result: function (n) { return many(n, "key result", "key results"); }
  };
  var IN_LISTS = { tag: "tags", theme: "themes" };

  function valuesOf(entry, facet) {
    var text = entry.dataset[IN_LISTS[facet] || facet] || "";
    return text ? text.split("\n") : [];
  }

  /* None where every entry has the same values: a choice would leave all of them. */
  function options(entries, facet) {
    var counts = new Map();
    entries.forEach(function (entry) {
      valuesOf(entry, facet).forEach(function (value) { counts.set(value, (counts.get(value) || 0) + 1); });
    });
    var tells = Array.from(counts.values()).some(function (n) { return n < entries.length; });
    return tells ? leanfolio.choices(counts) : [];
  }

  function pageOf(link) {
    return link ? link.getAttribute("href").split("#")[0] : "";
  }

  function narrowing(frame) {
    var entries = all("[data-type]", frame), groups = all("[data-group]", frame), folds = all("details", frame);
    var counted = COUNTED[frame.dataset.filter], given = new URLSearchParams(location.search);
    var left = all("[data-left]", frame).reduce(function (sum, each) { return sum + Number(each.dataset.left); }, 0);
    var selects = [], before = null, drawn = all(".node > a", frame);
    Object.keys(FACETS).forEach(function (facet) {
      var found = options(entries, facet);
      if (!found.length || facet === "state" && frame.querySelector(".col")) return; /* the columns tell it */
      var select = make("select", { onchange: choose }, found);
      select.value = given.get(facet) || facet === "stream" && given.get("lane") || "";
      if (select.selectedIndex < 0) select.value = ""; /* what is no more */
      selects.push({ facet: facet, name: FACETS[facet], select: select });
    });
    var room = frame.previousElementSibling; /* kept free, so that what is below stays where it is */
    if (!room || !room.classList.contains("room")) frame.before(room = make("div", { class: "tools" }));
    if (entries.length < 2 || !selects.length) { room.remove(); return; }
    var status = make("span", { role: "status", "aria-live": "polite" });
    var clear = make("button", { type: "button", class: "button", text: "Clear", onclick: function () {
      selects.forEach(function (each) { each.select.value = ""; });
      choose();
      selects[0].select.focus();
    } });
    var none = make("p", { class: "empty" });
    room.classList.remove("room");
    room.setAttribute("role", "group");
    room.setAttribute("aria-label", t("Show only"));
    room.append.apply(room, selects.map(function (each) { return make("label", {}, [each.name, each.select]); }).concat(clear, status));
    frame.before(none);

    function show(matched, set) {
      var chosen = new Set(matched), shown = new Set();
      if (set && !before) before = folds.map(function (fold) { return fold.open; });
      matched.forEach(function (entry) {
        for (var up = entry; up !== frame; up = up.parentElement) shown.add(up);
      });
      entries.forEach(function (entry) {
        entry.hidden = set && !shown.has(entry);
        entry.classList.toggle("around", set && !entry.hidden && !chosen.has(entry));
      });
      groups.forEach(function (group) { group.hidden = set && !shown.has(group); });
      var pages = new Set(set ? matched.map(function (entry) { return pageOf(entry.querySelector("a")); }) : []);
      drawn.forEach(function (link) { link.parentNode.classList.toggle("picked", pages.has(pageOf(link))); });
      if (before) folds.forEach(function (fold, i) { fold.open = set && fold.closest("[data-type], .fold") ? shown.has(fold) || before[i] : before[i]; });
      if (!set) before = null;
    }

    function choose() {
      var set = selects.filter(function (each) { return each.select.value; });
      var matched = entries.filter(function (entry) {
        return set.every(function (each) { return valuesOf(entry, each.facet).indexOf(each.select.value) >= 0; });
      });
      var values = { lane: "" }; /* an older name of the stream */
      selects.forEach(function (each) { values[each.facet] = each.select.value; });
      leanfolio.put(values);
      show(matched, set.length > 0);
      var whole = counted(entries.length);
      clear.hidden = !set.length;
      frame.classList.toggle("narrowed", set.length > 0);
      status.textContent = [
        set.length ? t("{n} of {whole}", { n: matched.length, whole: whole }) : whole,
        left ? t("{n} more are not on this page", { n: left }) : "",
        set.length && drawn.length ? t("in drawings with a thick line") : "",
        set.length && frame.querySelector(".col") ? t("counts and limits of columns are of all") : ""
      ].filter(Boolean).join("; ");
      none.hidden = matched.length > 0;
      none.textContent = t("Nothing on this page is of all these: {values}.", { values: set.map(function (each) {
        return each.name + " " + each.select.value;
      }).join(", ") });
    }
    choose();
  }

  /* ---- Drawings: zoom by buttons and by keys; arrows move what is larger than its frame ---- */
  var STEPS = [1, 1.5, 2, 3, 4];

  function zooming(figure) {
    var svg = figure.querySelector("svg"), frame = figure.querySelector(".scroll"), at = 0, size = null;
    if (!svg || !frame) return;
    var own = [svg.getAttribute("width"), svg.getAttribute("height")];
    var say = make("span", { role: "status", text: "100 %" });
    var less = button("−", t("Smaller"), function () { zoom(at - 1); });
    var whole = button("1:1", t("As published"), function () { zoom(0); });
    var more = button("+", t("Larger"), function () { zoom(at + 1); });
    function button(text, name, act) {
      var made = make("button", { type: "button", class: "button", "aria-label": text + " " + name, title: name, onclick: act });
      made.textContent = text;
      return made;
    }
    function attribute(name, value) {
      if (value === null) svg.removeAttribute(name);
      else svg.setAttribute(name, value);
    }
    function zoom(next) {
      var middle = [frame.scrollLeft + frame.clientWidth / 2, frame.scrollTop + frame.clientHeight / 2], was = STEPS[at];
      if (!at) size = svg.getBoundingClientRect();
      at = Math.min(Math.max(next, 0), STEPS.length - 1);
      frame.classList.toggle("zoomed", at > 0);
      attribute("width", at ? Math.round(size.width * STEPS[at]) : own[0]);
      attribute("height", at ? Math.round(size.height * STEPS[at]) : own[1]);
      frame.scrollLeft = middle[0] * STEPS[at] / was - frame.clientWidth / 2;
      frame.scrollTop = middle[1] * STEPS[at] / was - frame.clientHeight / 2;
      less.disabled = whole.disabled = at === 0;
      more.disabled = at === STEPS.length - 1;
      say.textContent = STEPS[at] * 100 + " %";
    }
    frame.addEventListener("keydown", function (event) {
      var next = { "+": at + 1, "=": at + 1, "-": at - 1, "0": 0 }[event.key];
      if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      zoom(next);
    });
    less.disabled = whole.disabled = true;
    var here = svg.querySelector(".here");
    if (here) { /* what the page is about stands in the middle, where not all fits */
      var a = here.getBoundingClientRect(), b = frame.getBoundingClientRect();
      frame.scrollLeft += a.left + a.width / 2 - b.left - b.width / 2;
    }
    figure.prepend(make("div", { class: "tools zoomer", role: "group", "aria-label": "Size of the drawing, keys + − 0" }, [less, say, more, whole]));
  }

  /* ---- Drawings: a card about what is pointed at or has the focus. Arrows go through marks without a link ---- */
  function describing(figure) {
    var svg = figure.querySelector("svg"), texts = new Map(), walk = [];
    if (!svg) return;
    all("title", svg).forEach(function (title) {
      var mark = title.parentNode, more = mark.querySelector(":scope > desc");
      if (mark === svg) return;
      texts.set(mark, [title.textContent].concat(more ? more.textContent.split("\n") : []));
      if (!mark.hasAttribute("aria-label")) mark.setAttribute("aria-label", title.textContent);
      title.remove(); /* else the browser shows it a second time */
      if (mark.closest("a") || mark.querySelector("a")) return;
      mark.setAttribute("role", "img");
      mark.setAttribute("tabindex", walk.length ? "-1" : "0");
      walk.push(mark);
    });
    if (!texts.size) return;
    var card = make("div", { class: "about", hidden: "", "aria-hidden": "true" });
    figure.append(card);

    function markAt(element) {
      for (var up = element; up && up !== svg; up = up.parentNode) if (texts.has(up)) return up;
      var inside = element && element.closest && element.closest("g");
      return inside && texts.has(inside) ? inside : null;
    }
    function show(mark) {
      card.hidden = !mark;
      if (!mark) return;
      var box = mark.getBoundingClientRect();
      card.classList.toggle("up", box.bottom > window.innerHeight * 0.6);
      card.replaceChildren.apply(card, texts.get(mark).map(function (line) { return make("p", { dir: "auto", content: line }); }));
    }
    svg.addEventListener("pointerover", function (event) { show(markAt(event.target)); });
    svg.addEventListener("pointerleave", function () { show(markAt(svg.contains(document.activeElement) ? document.activeElement : null)); });
    svg.addEventListener("focusin", function (event) { show(markAt(event.target)); });
    svg.addEventListener("focusout", function () { show(null); });
    document.addEventListener("keydown", function (event) { if (event.key === "Escape") show(null); });
    svg.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key], from = walk.indexOf(event.target);
      if (!step || from < 0) return;
      event.preventDefault();
      var to = (from + step + walk.length) % walk.length;
      walk[from].setAttribute("tabindex", "-1");
      walk[to].setAttribute("tabindex", "0");
      walk[to].focus();
    });
  }

  all("table.sortable, table.filterable").forEach(choosing);
  all("table.filterable").forEach(saving);
  all("table.cards").forEach(folding);
  all(".scroll").forEach(sticking);
  all("[data-filter]").forEach(narrowing);
  all(".zoomable").forEach(zooming);
  all(".drawing").forEach(describing);
})();
