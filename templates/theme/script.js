/* leanfolio: what a page gains when scripts run. Every number is in the page without it.
   One part per function; each looks for its own elements and leaves the page alone without them.
   Content reaches the page as text only (textContent), never as markup. */
(function () {
  "use strict";

  /* Words of the scripts, as words.js of the site's language has them. Parts stand in braces. A literal that is
     given to t(), to many(), or to make() as a text, a label, a placeholder or a child is a message for translators.
     What authors wrote is given to make() as content, and stays as it is, be it the word of a message. */
  function t(words, parts) {
    var known = typeof window === "undefined" ? {} : window.leanfolio_words || {};
    var text = Object.prototype.hasOwnProperty.call(known, words) ? known[words] : String(words);
    return parts ? text.replace(/\{(\w+)\}/g, function (all, name) { return name in parts ? parts[name] : all; }) : text;
  }

  function make(tag, properties, children) {
    var element = document.createElement(tag);
    Object.keys(properties || {}).forEach(function (name) {
      var value = properties[name];
      if (name === "text") element.textContent = t(value);
      else if (name === "content") element.textContent = value;
      else if (name.slice(0, 2) === "on") element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, name === "aria-label" || name === "placeholder" ? t(value) : value);
    });
    (children || []).forEach(function (child) { element.append(typeof child === "string" ? t(child) : child); });
    return element;
  }

  /* Letters that are whole in Unicode: no normal form takes their stroke or their pair apart. */
  var WHOLE = { "ł": "l", "ß": "ss", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ħ": "h", "ŧ": "t" };

  function all(selector, within) {
    return Array.from((within || document).querySelectorAll(selector));
  }

  /* Letters without case and accents, so that "resume" finds "Résumé" and "lodz" finds "Łódź". */
  function plain(text) {
    return String(text).toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "")
      .replace(/[łßøđðæœıþħŧ]/g, function (letter) { return WHOLE[letter]; });
  }

  /* Letters and digits alone: "EP1" and "ep 1" are EP-1, "followup" is "follow-up". */
  function tight(text) {
    return text.replace(/[^\p{L}\p{N}]+/gu, "");
  }

  function many(n, one, more) {
    return n + " " + t(n === 1 ? one : more);
  }

  /* The choices of a select: all, then each value in order, with how often it is there. */
  function choices(counts, nameOf) {
    var order = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true });
    return [make("option", { value: "", text: "all" })].concat(Array.from(counts.keys()).sort(order.compare).map(function (value) {
      return make("option", { value: value, content: (nameOf ? nameOf(value) : value) + " (" + counts.get(value) + ")" });
    }));
  }

  var shared = { make: make, t: t, all: all, plain: plain, tight: tight, many: many, choices: choices,
    put: put, keep: keep, kept: kept, toolsOf: toolsOf };
  if (typeof document === "undefined") { /* run by a test, without a page */
    module.exports = shared;
    return;
  }
  window.leanfolio = shared; /* what the other scripts use */

  /* ---- Theme: as the system has it, light, or dark ---- */
  var html = document.documentElement;
  var THEMES = ["auto", "light", "dark"];

  function keptTheme() {
    try { return localStorage.getItem("leanfolio-theme"); } catch (e) { return null; }
  }

  function setTheme(theme) {
    if (theme === "auto") html.removeAttribute("data-theme");
    else html.setAttribute("data-theme", theme);
    try { localStorage.setItem("leanfolio-theme", theme); } catch (e) { /* kept for this page only */ }
  }

  function themeSwitch() {
    var header = document.querySelector(".top");
    if (!header) return;
    var theme = html.dataset.theme || "auto";
    var word = make("span");
    var button = make("button", { type: "button", class: "button theme", onclick: function () {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      setTheme(theme);
      say();
    } }, [make("span", { class: "sr", text: "Theme: " }), word]);
    function say() {
      button.dataset.is = theme;
      word.textContent = { auto: t("auto"), light: t("light"), dark: t("dark") }[theme];
    }
    say();
    header.append(button);
  }

  /* ---- Tables: what is sorted and filtered stands in the address, so that "back" and a link keep it ---- */
  function keyOf(table, name) {
    var n = all("table.sortable, table.filterable").indexOf(table);
    return n ? name + "-" + (n + 1) : name;
  }

  function kept(table, name) {
    return new URLSearchParams(location.search).get(keyOf(table, name)) || "";
  }

  function keep(table, values) {
    var named = {};
    Object.keys(values).forEach(function (name) { named[keyOf(table, name)] = values[name]; });
    put(named);
  }

  /* Browsers refuse an address that is written too often: all values at once, and only where one is new. */
  function put(values) {
    var query = new URLSearchParams(location.search), before = query.toString();
    Object.keys(values).forEach(function (name) {
      if (values[name]) query.set(name, values[name]);
      else query.delete(name);
    });
    var text = query.toString(); /* the hash is the what-if's, and stays */
    if (text === before) return;
    try { history.replaceState(history.state, "", location.pathname + (text && "?" + text) + location.hash); }
    catch (e) { /* a browser that was asked too often, or that keeps no state of files */ }
  }

  /* ---- Tables: sort ---- */
  function fixed(row) {
    return /\b(group|sum|total)\b/.test(row.className);
  }

  function valueOf(row, column) {
    var cell = row.cells[column];
    if (!cell) return "";
    return cell.dataset.value !== undefined ? cell.dataset.value : cell.textContent.trim();
  }

  var collator = new Intl.Collator(html.lang || undefined, { numeric: true, sensitivity: "base" });

  function compare(a, b) {
    var x = Number(a), y = Number(b);
    return isNaN(x) || isNaN(y) ? collator.compare(a, b) : x - y;
  }

  function sortRows(table, column, direction) {
    Array.from(table.tBodies).forEach(function (body) {
      var rows = Array.from(body.rows), loose = rows.filter(function (row) { return !fixed(row); });
      if (direction) loose.sort(function (r, s) {
        var a = valueOf(r, column), b = valueOf(s, column);
        if (!a || !b) return !a - !b; /* what is empty goes last, either way */
        return direction * compare(a, b) || r.place - s.place;
      });
      else loose.sort(function (r, s) { return r.place - s.place; });
      rows.sort(function (r, s) { return r.place - s.place; }).forEach(function (row) {
        body.append(fixed(row) ? row : loose.shift());
      });
    });
    table.classList.toggle("sorted", Boolean(direction)); /* hides the cut line: it belongs to the first order */
  }

  function sorting(table) {
    var heads = all("thead tr:last-child th", table);
    if (all("tbody tr", table).filter(function (row) { return !fixed(row); }).length < 3) return;
    all("tbody tr", table).forEach(function (row, i) { row.place = i; });
    var last = [0, 0];
    table.addEventListener("reorder", function () { sortRows(table, last[0], last[1]); }); /* its places are new */
    function sort(column, direction) {
      last = [column, direction];
      heads.forEach(function (head, i) {
        if (direction && i === column) head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
        else head.removeAttribute("aria-sort");
      });
      sortRows(table, column, direction);
      keep(table, { sort: direction ? (direction < 0 ? "-" : "") + (column + 1) : "" });
      if (select) select.value = direction ? column + " " + direction : "0 0";
    }
    function arrive() {
      var wanted = /^(-?)([1-9][0-9]?)$/.exec(kept(table, "sort"));
      if (wanted && heads[wanted[2] - 1]) sort(wanted[2] - 1, wanted[1] ? -1 : 1);
    }
    var select = null;
    heads.forEach(function (head, column) {
      if (!head.textContent.trim() || head.classList.contains("nosort")) return;
      var button = make("button", { type: "button", onclick: function () {
        var now = head.getAttribute("aria-sort");
        sort(column, !now ? 1 : now === "ascending" ? -1 : 0);
      } });
      var text = make("span");
      text.append.apply(text, Array.from(head.childNodes));
      button.append(text);
      head.append(button);
    });
    /* On a phone the head is gone, and a choice stands in for it. */
    if (!table.classList.contains("cards")) { arrive(); return; }
    select = make("select", { onchange: function () {
      var chosen = select.value.split(" ");
      sort(Number(chosen[0]), Number(chosen[1]));
    } }, [make("option", { value: "0 0", text: "as published" })]);
    heads.forEach(function (head, column) {
      var name = head.querySelector("button span");
      if (!name) return;
      select.append(
        make("option", { value: column + " 1", text: t("{column}, lowest first", { column: name.textContent }) }),
        make("option", { value: column + " -1", text: t("{column}, highest first", { column: name.textContent }) }));
    });
    toolsOf(table).append(make("label", { class: "by" }, ["Sort", select]));
    arrive();
  }

  function toolsOf(table) {
    var frame = table.closest(".scroll") || table;
    var tools = frame.previousElementSibling;
    if (!tools || !tools.classList.contains("tools")) {
      tools = make("div", { class: "tools" });
      frame.before(tools);
    }
    return tools;
  }

  /* ---- Tables: filter ---- */
  function filtering(table) {
    var rows = all("tbody tr", table), items = rows.filter(function (row) { return !fixed(row); });
    var sums = rows.some(function (row) { return /\b(sum|total)\b/.test(row.className); });
    var streams = Array.from(new Set(items.map(function (row) { return row.dataset.stream; }).filter(Boolean)));
    var field = make("input", { type: "search", oninput: filter, autocomplete: "off" });
    var select = make("select", { onchange: filter }, [make("option", { value: "", text: "all" })]);
    var status = make("span", { role: "status", "aria-live": "polite" });
    var tools = toolsOf(table);
    streams.forEach(function (stream) { select.append(make("option", { value: stream, content: stream })); });
    tools.prepend(make("label", {}, ["Filter", field]));
    if (streams.length > 1) tools.children[0].after(make("label", {}, ["Value stream", select]));
    tools.append(status);
    field.value = kept(table, "filter");
    select.value = kept(table, "stream");
    if (select.selectedIndex < 0) select.value = ""; /* a stream that is no more */
    function filter() {
      keep(table, { filter: field.value.trim(), stream: select.value });
      var words = plain(field.value).split(/\s+/).filter(Boolean), n = 0;
      var set = words.length > 0 || select.value !== "";
      items.forEach(function (row) {
        var text = plain(row.textContent);
        row.hidden = !((!select.value || row.dataset.stream === select.value) &&
          words.every(function (word) { return text.indexOf(word) >= 0; }));
        n += !row.hidden;
      });
      rows.filter(fixed).forEach(function (row) {
        var body = Array.from(row.parentNode.rows);
        row.hidden = set && (!row.classList.contains("group") ||
          !body.some(function (other) { return !fixed(other) && !other.hidden; }));
      });
      status.textContent = !set ? many(items.length, "row", "rows")
        : t(sums ? "{n} of {rows} shown; sums are hidden while a filter is set" : "{n} of {rows} shown",
          { n: n, rows: many(items.length, "row", "rows") });
    }
    filter();
  }

  /* ---- Trees and stories: open and close all ---- */
  function opening(tree) {
    function set(open) {
      return function () { all("details", tree).forEach(function (details) { details.open = open; }); };
    }
    if (all("details", tree).length < 2) return;
    var room = tree.previousElementSibling, kept = room && room.classList.contains("room");
    var tools = kept && tree.classList.contains("stories") ? room : make("div", { class: "tools" });
    tools.append(
      make("button", { type: "button", class: "button", text: "Expand all", onclick: set(true) }),
      make("button", { type: "button", class: "button", text: "Collapse all", onclick: set(false) }));
    if (tools !== room) (kept ? room : tree).before(tools);
  }

  /* ---- An address with an anchor opens what it is folded into; paper shows everything ---- */
  function reveal() {
    var target = null;
    try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch (e) { /* no such name */ }
    if (!target) return;
    for (var up = target; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    target.scrollIntoView();
  }

  /* ---- Long sections are folded on a phone alone; there is nothing to fold in a wide window ---- */
  function folding() {
    var wide = matchMedia("(min-width: 40.01rem)"), folds = all("details.fold");
    function fit() {
      folds.forEach(function (fold) {
        fold.open = wide.matches;
        fold.firstElementChild.tabIndex = wide.matches ? -1 : 0;
      });
    }
    folds.forEach(function (fold) {
      fold.firstElementChild.addEventListener("click", function (event) { if (wide.matches) event.preventDefault(); });
    });
    wide.addEventListener("change", fit);
    if (wide.matches) fit();
  }

  function printing() {
    var folded = [];
    addEventListener("beforeprint", function () {
      folded = all("details:not([open]):not(.how)");
      folded.forEach(function (details) { details.open = true; });
    });
    addEventListener("afterprint", function () {
      folded.forEach(function (details) { details.open = false; });
    });
  }

  /* ---- Published increments: the same page of another one, where it has such a page ---- */
  function editions() {
    var nav = document.querySelector(".editions");
    if (!nav) return;
    var root = nav.dataset.root, own = nav.dataset.edition;
    var way = decodeURIComponent(location.pathname).split("/pi/" + own + "/");
    var here = way.length > 1 ? way[way.length - 1] : "";
    function ready() {
      var others = (window.leanfolio_increments || []).filter(function (row) { return row[0] !== own; });
      if (!others.length) return;
      var links = others.map(function (row) {
        var page = row[2].indexOf(here) < 0 ? "index.html" : here;
        return make("li", {}, [make("a", { href: root + encodeURIComponent(row[0]) + "/" + page }, [make("bdi", { dir: "auto", content: row[1] })])]);
      });
      var same = others.some(function (row) { return row[2].indexOf(here) >= 0; });
      var words = same ? t("This page in another increment") : t("Another increment");
      nav.append(make("details", {}, [make("summary", { text: words }), make("ul", {}, links)]));
    }
    document.head.append(make("script", { src: root + "increments.js", onload: ready }));
  }

  if (keptTheme() === "light" || keptTheme() === "dark") html.setAttribute("data-theme", keptTheme());
  editions();
  themeSwitch();
  all("table.sortable").forEach(sorting);
  all("table.filterable").forEach(filtering);
  all(".tree, .stories").forEach(opening);
  folding();
  addEventListener("hashchange", reveal);
  document.addEventListener("click", function (event) { /* a second time: the address is the same */
    var link = event.target.closest && event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) reveal();
  });
  reveal();
  printing();
})();
