/* leanfolio: the search, as a box in the head of every page and as a page of its own.
   First the matching, which knows of no page: node runs it in tests/test_search.py. Then the pages.
   The index is search.js; output/search.py says how it is written. Hits are set as text, never as markup. */
(function () {
  "use strict";

  var site = typeof document === "undefined" ? require("./script.js") : window.leanfolio;
  var make = site.make, plain = site.plain, tight = site.tight, many = site.many, t = site.t;

  /* ---- The index ---- */
  var DIGITS = Array.from({ length: 94 }, function (_, i) { return String.fromCharCode(33 + i); })
    .filter(function (digit) { return '"&<\\'.indexOf(digit) < 0; }).join("");
  var HALF = DIGITS.length / 2;
  /* What a word is worth by the field that holds it: the whole word, its beginning, within a word, with a slip. */
  var FIELDS = { id: [1000, 600, 0, 0], title: [400, 300, 200, 8], owner: [150, 120, 90, 6], more: [80, 70, 20, 4], prose: [40, 30, 10, 2] };

  function rowsOf(steps) {
    var rows = [], row = -1, step = 0, place = 1;
    for (var i = 0; i < steps.length; i += 1) {
      var digit = DIGITS.indexOf(steps[i]);
      step += (digit % HALF) * place;
      if (digit >= HALF) { place *= HALF; continue; }
      row += step;
      rows.push(row);
      step = 0;
      place = 1;
    }
    return rows;
  }

  /* The runs of a text without blanks, without the marks around them; those of C++ and C# belong to the name. */
  function runsOf(text) {
    return text.split(/\s+/).map(function (run) { return run.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}+#]+$/gu, ""); }).filter(Boolean);
  }

  /* A run without blanks as it is, without marks, and each of its words: "Follow-up," is follow-up, followup, follow and up. */
  function tokens(text) {
    var found = new Set();
    runsOf(text).forEach(function (word) {
      found.add(word).add(tight(word) || word);
      word.split(/[^\p{L}\p{N}]+/u).forEach(function (part) { if (part) found.add(part); });
    });
    return found;
  }

  /* Every word with the fields and rows that hold it. */
  function index(data) {
    var words = new Map();
    function add(word, field, row) {
      var entry = words.get(word);
      if (!entry) words.set(word, entry = {});
      (entry[field] = entry[field] || []).push(row);
    }
    var rows = data.rows.map(function (shown, at) {
      function field(i) { return plain(shown[i] || ""); }
      var texts = { id: shown[0] === shown[1] ? "" : field(0), title: field(1), owner: field(4),
        more: [field(2), field(5), field(6), field(7)].join(" ") };
      Object.keys(texts).forEach(function (name) {
        tokens(texts[name]).forEach(function (word) { add(word, name, at); });
      });
      return { at: at, shown: shown, tightId: tight(texts.id), tightTitle: tight(texts.title) };
    });
    Object.keys(data.words).forEach(function (word) {
      var at = rowsOf(data.words[word]);
      tokens(plain(word)).forEach(function (form) { at.forEach(function (row) { add(form, "prose", row); }); });
    });
    return { rows: rows, words: words };
  }

  /* ---- Matching ---- */

  /* How many letters are more, less, other, or two in each other's place between a word and the
     beginning of another, counted up to `most`: what is typed may not be whole yet. */
  function slips(word, known, most) {
    if (known.length < word.length - most) return most + 1;
    var width = Math.min(known.length, word.length + most), before = null, line = [], next;
    for (var j = 0; j <= width; j += 1) line.push(j);
    for (var i = 1; i <= word.length; i += 1) {
      next = [i];
      var least = i;
      for (j = 1; j <= width; j += 1) {
        var same = word[i - 1] === known[j - 1];
        next[j] = Math.min(line[j] + 1, next[j - 1] + 1, line[j - 1] + (same ? 0 : 1));
        if (before && j > 1 && word[i - 1] === known[j - 2] && word[i - 2] === known[j - 1])
          next[j] = Math.min(next[j], before[j - 2] + 1);
        least = Math.min(least, next[j]);
      }
      if (least > most) return most + 1;
      before = line;
      line = next;
    }
    return Math.min.apply(null, line);
  }

  /* Slips that a word may hold: one from four letters on, two from eight. Numbers and ids are never taken for others. */
  function allowed(word) {
    return /\d/.test(word) ? 0 : word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0;
  }

  function way(word, known, most) {
    if (known === word) return 0;
    if (known.indexOf(word) === 0) return 1;
    if ((word.length > 2 || /[^\u0000-\u024f]/.test(word)) && known.indexOf(word) > 0) return 2;
    return most && slips(word, known, most) <= most ? 3 : -1;
  }

  /* What a word is worth in each row: the most of its fields; 0 where the row does not hold it. */
  function holding(table, word, most) {
    var worth = new Uint16Array(table.rows.length);
    table.words.forEach(function (entry, known) {
      var how = way(word, known, most);
      if (how < 0) return;
      Object.keys(entry).forEach(function (field) {
        var value = FIELDS[field][how], rows = entry[field];
        for (var i = 0; i < rows.length; i += 1) if (worth[rows[i]] < value) worth[rows[i]] = value;
      });
    });
    return worth;
  }

  function every(table, words, slip) {
    var each = words.map(function (word) { return holding(table, word, slip ? allowed(word) : 0); }), hits = new Map();
    if (each.length) table.rows.forEach(function (row) {
      var sum = 0, whole = each.every(function (worth) { sum += worth[row.at]; return worth[row.at]; });
      if (whole) hits.set(row.at, sum);
    });
    return hits;
  }

  /* Rows that hold all words, best first. Slips are forgiven only where nothing is spelled as the reader wrote it. */
  function find(table, query) {
    var text = plain(query), runs = runsOf(text), whole = tight(text);
    if (!runs.length) return [];
    var words = runs.join(" ").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    var hits = every(table, runs, false);
    if (!hits.size) hits = every(table, words, false);
    table.rows.forEach(function (row) {
      if (whole && row.tightId === whole) hits.set(row.at, 9999);
      else if (!hits.has(row.at) && whole.length > 3 && row.tightTitle.indexOf(whole) >= 0) hits.set(row.at, 10);
    });
    if (!hits.size) hits = every(table, words, true);
    return Array.from(hits.keys()).sort(function (a, b) { return hits.get(b) - hits.get(a) || a - b; })
      .map(function (at) { return table.rows[at]; });
  }

  /* ---- Filters: the place of each in a row of the index ---- */
  var FILTERS = [
    { name: "type", label: t("Type"), at: 2 },
    { name: "state", label: t("State"), at: 5 },
    { name: "stream", label: t("Value stream"), at: 6 }];

  function filtered(rows, wanted, but) {
    return rows.filter(function (row) {
      return FILTERS.every(function (each) { return each.name === but || !wanted[each.name] || row.shown[each.at] === wanted[each.name]; });
    });
  }

  /* How many of the rows each value of a filter would leave, the other filters being as they are. */
  function counts(rows, wanted, filter) {
    var found = new Map();
    filtered(rows, wanted, filter.name).forEach(function (row) {
      var value = row.shown[filter.at];
      if (value) found.set(value, (found.get(value) || 0) + 1);
    });
    return found;
  }

  /* The piece of a prose around the first word that the query asks for, as [text, whether it was asked for]. */
  function snippet(text, query, most) {
    var words = Array.from(tokens(plain(query))), at = -1, marks = [];
    function mark(slip) {
      Array.from(text.matchAll(/[\p{L}\p{N}]+/gu)).forEach(function (match) {
        var known = plain(match[0]);
        if (!words.some(function (word) { return way(word, known, slip ? allowed(word) : 0) >= 0; })) return;
        if (at < 0) at = match.index;
        marks.push([match.index, match.index + match[0].length]);
      });
    }
    mark(false);
    if (at < 0) mark(true);
    var start = at < most / 2 ? 0 : text.lastIndexOf(" ", at - most / 3) + 1, end = start + most;
    if (end < text.length) end = text.lastIndexOf(" ", end) > at ? text.lastIndexOf(" ", end) : end;
    var last = start, pieces = [];
    marks.forEach(function (mark) {
      if (mark[1] > end) return;
      pieces.push([text.slice(last, mark[0]), false], [text.slice(mark[0], mark[1]), true]);
      last = mark[1];
    });
    pieces.push([text.slice(last, end), false]);
    if (start) pieces.unshift(["… ", false]);
    if (end < text.length) pieces.push([" …", false]);
    return pieces.filter(function (each) { return each[0]; });
  }

  /* Where an address without a page leads: to the item that its anchor or its file names, if that stands elsewhere. */
  function moved(table, path, hash) {
    var named = /^[a-z-]+\/([^/]+?)(\/stories-\d+)?(\.html)?$/.exec(path);
    var row = named && [hash.slice(1).split(":")[0], named[1]].map(function (id) {
      return table.rows.find(function (each) { return id && each.shown[0] === id && each.shown[1] !== id; });
    }).find(Boolean);
    return row && row.shown[3].split("#")[0] !== path ? row.shown[3] : "";
  }

  if (typeof document === "undefined") { /* run by a test, without a page */
    module.exports = { index: index, find: find, filtered: filtered, counts: counts, snippet: snippet, moved: moved, FILTERS: FILTERS };
    return;
  }

  /* ---- The index of this site, read when it is first needed ---- */
  var table = null, waiting = null;

  function load(root, ready, failed) {
    if (table) { ready(); return; }
    if (waiting) { waiting.push([ready, failed]); return; }
    waiting = [[ready, failed]];
    function tell(place) {
      var all = waiting;
      waiting = null;
      all.forEach(function (each) { each[place](); });
    }
    document.head.append(make("script", { src: root + "search.js", onload: function () {
      var data = window.leanfolio_search || { rows: [], words: {} };
      table = index({ words: data.words, rows: data.rows.map(function (row) {
        /* pages of this site only */
        return /^\s*([a-z][a-z0-9+.-]*:|[\\/]{2})/i.test(row[3]) ? ["", "", "", "index.html"] : row;
      }) });
      tell(0);
    }, onerror: function () { tell(1); } }));
  }

  function streamTitle(id) {
    var row = table.rows.find(function (each) { return each.shown[0] === id; });
    return row ? row.shown[1] : id;
  }

  function about(row) {
    return [row.shown[2], row.shown[5], row.shown[4]].filter(Boolean).join(" · ");
  }

  function title(row) {
    var named = row.shown[0] !== row.shown[1];
    return [make("span", { class: "id", content: named ? row.shown[0] : "" }), named ? " " : "", make("bdi", { dir: "auto", content: row.shown[1] })];
  }

  function step(event, n, chosen) {
    var way = event.key === "ArrowDown" ? 1 : -1;
    return chosen < 0 ? (way > 0 ? 0 : n - 1) : (chosen + way + n) % n;
  }

  /* ---- The box in the head: a combobox with the first hits ---- */
  function box(place) {
    var root = place.dataset.root, shown = [], chosen = -1, MOST = 12;
    var input = make("input", { type: "search", id: "search", role: "combobox", autocomplete: "off", spellcheck: "false",
      placeholder: "Search items and pages", "aria-label": "Search items and pages",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "hits-list" });
    var list = make("div", { role: "listbox", id: "hits-list", "aria-label": "Hits" });
    var status = make("p", { role: "status" }), further = make("p");
    var panel = make("div", { class: "hits", id: "hits", hidden: "" }, [list, status, further]);
    place.replaceChildren(input, panel);

    function close() {
      panel.hidden = true;
      input.setAttribute("aria-expanded", "false");
      choose(-1);
    }

    function choose(at) {
      chosen = at;
      shown.forEach(function (link, i) { link.setAttribute("aria-selected", String(i === at)); });
      if (at < 0) input.removeAttribute("aria-activedescendant");
      else {
        input.setAttribute("aria-activedescendant", shown[at].id);
        shown[at].scrollIntoView({ block: "nearest" });
      }
    }

    function show() {
      if (!input.value.trim()) { close(); return; }
      if (!table) { panel.hidden = false; return; }
      var hits = find(table, input.value);
      shown = hits.slice(0, MOST).map(function (hit, i) {
        return make("a", { role: "option", id: "hit-" + i, tabindex: "-1", "aria-selected": "false", href: root + hit.shown[3] },
          title(hit).concat(make("small", { content: about(hit) })));
      });
      list.replaceChildren.apply(list, shown);
      list.hidden = !shown.length;
      status.textContent = !hits.length ? t("Nothing matches all of these words.")
        : hits.length > MOST ? t("The first {n} of {whole} hits.", { n: MOST, whole: hits.length }) : many(hits.length, "hit", "hits");
      further.replaceChildren(make("a", { href: root + "search.html?q=" + encodeURIComponent(input.value.trim()),
        text: "Filter these hits on the search page" }));
      further.hidden = hits.length < 2;
      panel.hidden = false;
      input.setAttribute("aria-expanded", String(shown.length > 0));
      choose(-1);
    }

    input.addEventListener("focus", function () {
      load(root, show, function () {
        status.textContent = t("The search table (search.js) could not be read.");
        if (input.value) panel.hidden = false;
      });
    });
    input.addEventListener("input", show);
    input.addEventListener("keydown", function (event) {
      var n = shown.length;
      if (event.key === "Escape") {
        if (!panel.hidden) { event.preventDefault(); close(); } else input.value = "";
      } else if (event.key === "Enter" && !panel.hidden && n) {
        event.preventDefault();
        shown[Math.max(chosen, 0)].click();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && n) {
        event.preventDefault();
        if (panel.hidden) { show(); return; }
        choose(step(event, n, chosen));
      }
    });
    place.addEventListener("focusout", function (event) {
      if (!place.contains(event.relatedTarget)) close();
    });
    panel.addEventListener("mousedown", function (event) { event.preventDefault(); }); /* keeps the focus in the field */
    addEventListener("hashchange", close); /* the hit is on this page */
  }

  /* ---- The search page: filters, all hits, and the question in the address ---- */
  function finder(place) {
    var root = place.dataset.root, query = new URLSearchParams(location.search), MOST = 50, most = MOST;
    var wanted = {}, selects = {};
    var input = make("input", { type: "search", id: "find", autocomplete: "off", spellcheck: "false", "aria-describedby": "find-status" });
    var status = make("p", { role: "status", id: "find-status", class: "note" });
    var list = make("ol", { class: "found", id: "found" });
    var more = make("button", { type: "button", class: "button", text: "Show more", hidden: "", onclick: function () {
      var last = list.children.length;
      most += MOST;
      show();
      list.children[last].querySelector("a").focus();
    } });
    var tools = make("div", { class: "tools", role: "search" }, [make("label", { class: "wide" }, [t("Search for"), input])]);
    FILTERS.forEach(function (filter) {
      wanted[filter.name] = query.get(filter.name) || "";
      var select = selects[filter.name] = make("select", { onchange: function () { wanted[filter.name] = select.value; again(); } });
      tools.append(make("label", {}, [filter.label, select]));
    });
    place.append(tools, status, list, more);
    document.querySelectorAll(".scriptless").forEach(function (each) { each.hidden = true; });
    input.value = query.get("q") || "";

    function options(rows) {
      FILTERS.forEach(function (filter) {
        var found = counts(rows, wanted, filter), now = wanted[filter.name], select = selects[filter.name];
        if (now && !found.has(now)) found.set(now, 0);
        select.replaceChildren.apply(select, site.choices(found, filter.name === "stream" && streamTitle));
        select.value = now;
      });
    }

    function entry(hit) {
      var pieces = snippet(hit.shown[8] || "", input.value, 160);
      return make("li", {}, [make("a", { href: root + hit.shown[3] }, title(hit)), " ", make("small", { content: about(hit) }),
        make("p", { class: "note", dir: "auto" }, pieces.map(function (piece) { return make(piece[1] ? "mark" : "span", { content: piece[0] }); }))]);
    }

    function show() {
      if (!table) return;
      var asked = Boolean(input.value.trim()), set = FILTERS.some(function (filter) { return wanted[filter.name]; });
      var rows = asked ? find(table, input.value) : table.rows;
      options(rows);
      var hits = asked || set ? filtered(rows, wanted) : [];
      list.replaceChildren.apply(list, hits.slice(0, most).map(entry));
      more.hidden = hits.length <= most;
      status.textContent = !asked && !set ? many(table.rows.length, "item or page", "items and pages")
        : !hits.length && set && rows.length ? t("Nothing matches; without the filters: {n}.", { n: rows.length })
        : !hits.length ? t("Nothing matches all of these words.")
        : hits.length > most ? t("The first {n} of {whole} hits.", { n: most, whole: hits.length }) : many(hits.length, "hit", "hits");
    }

    function again() {
      most = MOST;
      site.put(Object.assign({ q: input.value.trim() }, wanted));
      show();
    }

    input.addEventListener("input", again);
    place.addEventListener("keydown", function (event) {
      var links = Array.from(list.querySelectorAll("a")), at = links.indexOf(document.activeElement);
      if (event.key === "Escape" && at >= 0) { event.preventDefault(); input.focus(); }
      else if (event.key === "Enter" && event.target === input && links.length) { event.preventDefault(); links[0].click(); }
      else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && links.length && (at >= 0 || event.target === input)) {
        event.preventDefault();
        if (event.key === "ArrowUp" && at === 0) input.focus();
        else links[step(event, links.length, at)].focus();
      }
    });
    load(root, show, function () { status.textContent = t("The search table (search.js) could not be read."); });
    if (!location.hash) input.focus({ preventScroll: true });
  }

  /* ---- The page for an address without a page ---- */
  function leading(place) {
    var root = place.dataset.root, path = location.pathname;
    if (path.indexOf(root)) return;
    load(root, function () {
      var now = moved(table, path.slice(root.length), location.hash);
      if (now) location.replace(root + now);
    }, function () { /* the words of the page are all there is */ });
  }

  var page = document.querySelector(".finder"), head = document.querySelector(".search"), lost = document.getElementById("lost");
  if (page) {
    if (head) { /* the page has the field */
      head.replaceChildren();
      head.removeAttribute("role");
    }
    finder(page);
  } else if (head) box(head);
  if (lost) leading(lost);
})();
