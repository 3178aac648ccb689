/* leanfolio: what if a score were another? Ranks the ranking page's table anew in the reader's browser.
   The rule is that of views/ranking/what_if.py, in whole numbers (BigInt), so that the order is exact.
   First the calculation, which knows of no page: node runs it in tests/test_what_if.py. Then the page. */
(function () {
  "use strict";

  var site = typeof document === "undefined" ? require("./script.js") : window.leanfolio;
  var t = site.t;

  /* ---- The calculation. data: form, unit, scale, parts (their fields), measure, capacity, items in
     published order (id, numbers, stated, last, weight; null where its cost is unknown).
     changes: Map of id -> Map of part -> number; all numbers are BigInts, times the unit. ---- */
  function merit(form, item) {
    var n = item.numbers, size = n[n.length - 1];
    if (form === "money") return { cost: n[0], urgency: item.stated, size: size };
    if (form === "value-urgency") return { cost: n[0] * n[1], urgency: n[1], size: size };
    return { cost: n[0] + n[1] + n[2], urgency: n[1], size: size };
  }

  function falling(a, b) {
    return a > b ? -1 : a < b ? 1 : 0;
  }

  function inOrder(form, items) {
    return items.map(function (item) { return { item: item, merit: merit(form, item) }; }).sort(function (a, b) {
      var x = a.merit, y = b.merit;
      return falling(x.cost * y.size, y.cost * x.size) || falling(x.cost, y.cost) ||
        falling(x.urgency, y.urgency) || falling(y.size, x.size) || falling(b.item.last, a.item.last);
    }).map(function (each) { return each.item; });
  }

  /* How many stand above the cut line. */
  function reach(measure, capacity, items) {
    var used = 0n;
    for (var at = 0; at < items.length; at++) {
      var n = items[at].numbers;
      used += measure === "size" ? n[n.length - 1] : items[at].weight || 0n;
      if (used > capacity) return at;
    }
    return items.length;
  }

  /* Two decimals, half up (away from zero). */
  function rounded(over, under) {
    var minus = over < 0n, a = minus ? -over : over;
    var hundredths = (a * 200n + under) / (2n * under);
    return (minus && hundredths ? "-" : "") + hundredths / 100n + "." + String(hundredths % 100n).padStart(2, "0");
  }

  /* A number with all its decimals; two, where they have no end. */
  function decimal(number, unit) {
    var minus = number < 0n, a = minus ? -number : number, rest = a % unit, digits = "";
    while (rest && digits.length < 40) {
      rest *= 10n;
      digits += rest / unit;
      rest %= unit;
    }
    if (rest) return rounded(number, unit);
    return (minus ? "-" : "") + a / unit + (digits && "." + digits);
  }

  /* What a reader wrote, exactly; null where it is no number, or too fine for the unit. */
  function parsed(text, unit) {
    var found = /^(\d{1,18})(?:\.(\d{1,18}))?$/.exec(text);
    if (!found) return null;
    var digits = found[2] || "", over = BigInt(found[1] + digits) * unit, under = 10n ** BigInt(digits.length);
    return over % under ? null : over / under;
  }

  /* The numbers that a slider steps over: the scale, and what was published. A size is never 0. */
  function ticks(data, item, part) {
    var found = data.scale.concat([item.numbers[part]]).filter(function (each, at, them) {
      return them.indexOf(each) === at && (each > 0n || part < data.parts.length - 1);
    });
    return found.sort(function (a, b) { return falling(b, a); });
  }

  function may(data, item, part, number) {
    if (data.form === "money") return number >= 0n && (number > 0n || part < data.parts.length - 1);
    return ticks(data, item, part).indexOf(number) >= 0;
  }

  function score(form, item, unit) {
    var m = merit(form, item);
    return { over: m.cost, under: form === "value-urgency" ? m.size * unit : m.size };
  }

  /* The score as a reader would type it into a calculator. `terms` were published for the cost of delay. */
  function arithmetic(form, item, unit, terms) {
    var cost = item.numbers.map(function (each) { return local(decimal(each, unit)); }), size = cost.pop();
    if (form === "money") cost = terms || cost[0];
    else if (form === "value-urgency") cost = cost.join(" × ");
    else cost = "(" + cost.join(" + ") + ")";
    var s = score(form, item, unit);
    return cost + " / " + size + " = " + local(rounded(s.over, s.under));
  }

  /* Everything that the page shows of a ranking: order, rank by id, who is above the line, who ties. */
  function rankItems(data, changes) {
    var items = inOrder(data.form, data.items.map(function (item) {
      var own = changes.get(item.id);
      if (!own) return item;
      return Object.assign({}, item, { numbers: item.numbers.map(function (each, part) {
        return own.has(part) ? own.get(part) : each;
      }) });
    }));
    var place = data.measure ? reach(data.measure, data.capacity, items) : items.length;
    var found = { items: items, place: place, rank: new Map(), above: new Map(), ties: new Map() }, same = [], last = null;
    items.forEach(function (item, at) {
      var s = score(data.form, item, data.unit);
      found.rank.set(item.id, at + 1);
      found.above.set(item.id, data.measure && item.weight !== null ? at < place : null);
      if (!last || s.over * last.under !== last.over * s.under) same = [];
      same.push(item.id);
      found.ties.set(item.id, same);
      last = s;
    });
    return found;
  }

  /* "what-if=EP-14.job_size=3,EP-2.business_value=8": what an address carries, and back. */
  function toAddress(data, changes) {
    var entries = [];
    data.items.forEach(function (item) {
      data.parts.forEach(function (part, at) {
        var own = changes.get(item.id);
        if (own && own.has(at)) entries.push(item.id + "." + part + "=" + decimal(own.get(at), data.unit));
      });
    });
    return entries.length ? "what-if=" + entries.join(",") : "";
  }

  function fromAddress(data, text) {
    var changes = new Map(), refused = 0, ids = new Map(), MOST = 20000;
    data.items.forEach(function (item) { ids.set(item.id, item); });
    try { text = decodeURIComponent(text); } catch (e) { return { changes: changes, refused: 1 }; }
    if (text.slice(0, 8) !== "what-if=") return { changes: changes, refused: 0 };
    if (text.length > MOST) return { changes: changes, refused: 1 };
    text.slice(8).split(",").filter(Boolean).forEach(function (each) {
      var found = /^([A-Za-z0-9][A-Za-z0-9.-]{0,63})\.([a-z_]+)=([0-9.]+)$/.exec(each);
      var item = found && ids.get(found[1]), part = found ? data.parts.indexOf(found[2]) : -1;
      var number = item && part >= 0 ? parsed(found[3], data.unit) : null;
      if (number === null || item.hidden || !may(data, item, part, number)) refused++;
      else put(changes, item, part, number);
    });
    return { changes: changes, refused: refused };
  }

  /* A number that is as published is no change. */
  function put(changes, item, part, number) {
    var own = changes.get(item.id) || new Map();
    if (number === item.numbers[part]) own.delete(part);
    else own.set(part, number);
    if (own.size) changes.set(item.id, own);
    else changes.delete(item.id);
  }

  /* A number with the decimal point of the language. */
  function local(text) {
    return text.split(".").join(t("."));
  }

  function few(ids, most) {
    var first = ids.slice(0, most).join(", ");
    return ids.length > most ? t("{items} and {n} more", { items: first, n: ids.length - most }) : first;
  }

  /* What changed, in words. */
  function summary(before, after, changes) {
    var clauses = [], others = 0, up = [], down = [], crossed = false;
    after.items.forEach(function (item) {
      var id = item.id, was = before.rank.get(id), is = after.rank.get(id);
      var comes = after.above.get(id) === true && before.above.get(id) === false;
      var goes = after.above.get(id) === false && before.above.get(id) === true;
      if (changes.has(id) && clauses.length < 6) {
        var moved = t(is < was ? "{id} rises from {was} to {rank}" : is > was ? "{id} falls from {was} to {rank}" : "{id} stays at {rank}",
          { id: id, was: was, rank: is });
        clauses.push(comes ? t("{moved} and comes above the line", { moved: moved }) : goes ? t("{moved}, below the line", { moved: moved }) : moved);
        crossed = crossed || comes || goes;
        return;
      }
      if (is !== was) others++;
      if (comes) up.push(id);
      if (goes) down.push(id);
    });
    if (up.length) clauses.push(t(up.length > 1 ? "{items} come above the line" : "{items} comes above the line", { items: few(up, 6) }));
    if (down.length) clauses.push(t(down.length > 1 ? "{items} fall below the line" : "{items} falls below the line", { items: few(down, 6) }));
    if (after.place !== before.place) clauses.push(t("the line falls after {now}, not after {was}", { now: after.place, was: before.place }));
    if (others) clauses.push(t(others > 1 ? "{n} others move" : "{n} other moves", { n: others }));
    else if (clauses.length && !up.length && !down.length && !crossed) clauses.push(t("no other moves"));
    return clauses.length ? clauses.join("; ") + "." : t("As published.");
  }

  if (typeof document === "undefined") { /* run by a test, without a page */
    module.exports = { arithmetic: arithmetic, decimal: decimal, parsed: parsed, put: put, fromAddress: fromAddress,
      rankItems: rankItems, rounded: rounded, score: score, ticks: ticks, summary: summary, toAddress: toAddress };
    return;
  }

  /* ---- The page ---- */
  var make = site.make;

  function whole(text) {
    return text.split(" ").filter(Boolean).map(BigInt);
  }

  function itemOf(id, numbers, stated, last, weight) {
    return { id: id, numbers: numbers, stated: BigInt(stated), last: BigInt(last), weight: weight === "" ? null : BigInt(weight) };
  }

  /* What the table says of a row before anything is changed; `row` is where to say it anew. */
  function rowOf(row) {
    var why = row.querySelector("th .why"), parts = why.textContent.split(" · ");
    return { row: row, why: why, published: why.textContent, arithmetic: parts[0],
      terms: parts[0].slice(0, parts[0].lastIndexOf(" / ")), title: row.querySelector("th bdi").textContent,
      rank: row.cells[0], score: row.cells[2], tag: row.querySelector("td .tag") };
  }

  function dataOf(body, rows) {
    var set = body.dataset, n = 0;
    var data = { form: set.form, unit: BigInt(set.unit), scale: whole(set.scale), measure: set.measure,
      capacity: BigInt(set.capacity || 0), parts: [], names: [], items: [] };
    set.parts.split(";").forEach(function (each) {
      data.parts.push(each.split(":")[0]);
      data.names.push(each.split(":")[1]);
    });
    n = data.parts.length;
    rows.forEach(function (row) {
      var own = row.dataset;
      data.items.push(itemOf(row.id.slice(5), whole(own.numbers), own.stated, own.last, own.weight));
    });
    set.rest.split(";").filter(Boolean).forEach(function (line) {
      var w = line.split(" "), item = itemOf(w[0], w.slice(1, n + 1).map(BigInt), w[n + 1], w[n + 2], w[n + 3]);
      item.hidden = true; /* it competes, but has no row, and no controls */
      data.items.push(item);
    });
    data.items = inOrder(data.form, data.items);
    return data;
  }

  function whatIf(table) {
    var body = table.tBodies[0], rows = Array.from(body.rows).filter(function (row) { return row.dataset.numbers; });
    var gaps = Array.from(body.rows).filter(function (row) { return !row.dataset.numbers; });
    var data = dataOf(body, rows), views = new Map(), items = new Map();
    var published = rankItems(data, new Map()), changes = new Map(), refused = 0;
    rows.forEach(function (row) { views.set(row.id.slice(5), rowOf(row)); });
    data.items.forEach(function (item) { items.set(item.id, item); });
    /* Where the published order is not found again, something is amiss: offer nothing. */
    if (rows.some(function (row) { return String(published.rank.get(row.id.slice(5))) !== views.get(row.id.slice(5)).rank.textContent.trim(); })) return;

    var cut = rows.find(function (row) { return row.classList.contains("cut"); });
    var select = make("select", { id: "what-if-item", onchange: function () { controls(); } });
    rows.forEach(function (row) {
      var id = row.id.slice(5);
      select.append(make("option", { value: id, content: id + " " + views.get(id).title }));
    });
    select.value = (cut || rows[0]).id.slice(5);
    var fields = make("div", { class: "dials", role: "group" });
    var status = make("p", { role: "status", "aria-live": "polite", class: "said", text: "As published." });
    var list = make("ul", { class: "plain" });
    var reset = make("button", { type: "button", class: "button", text: "Reset", onclick: function () {
      changes = new Map();
      refused = 0;
      show(true);
      controls();
    } });
    var link = make("a", { text: "Link to this what-if" });
    var panel = make("details", { class: "what-if card", id: "what-if" }, [
      make("summary", { text: "What if a score were another?" }),
      make("p", { class: "note", text: t("Change a number, and the table below is ranked anew, in this browser alone. How sure each place is, the sequence, and the rest of the page stay as published.") }),
      make("div", { class: "tools" }, [make("label", { for: "what-if-item", text: "Epic" }), select]),
      fields, status, list, make("div", { class: "tools" }, [reset, link])]);
    var mark = make("span", { class: "tag warn", text: "what if: not as published" });
    var frame = table.closest(".scroll"), tools = frame.previousElementSibling;
    (tools && tools.classList.contains("tools") ? tools : frame).before(panel);

    /* The controls of the chosen item. */
    function controls() {
      var item = items.get(select.value);
      fields.setAttribute("aria-label", t("Numbers of {item}", { item: item.id }));
      fields.replaceChildren.apply(fields, data.parts.map(function (part, at) {
        return data.form === "money" ? field(item, at) : slider(item, at);
      }));
    }

    function present(item, part) {
      var own = changes.get(item.id);
      return own && own.has(part) ? own.get(part) : item.numbers[part];
    }

    function numberWords(item, part) {
      var now = local(decimal(present(item, part), data.unit)), was = local(decimal(item.numbers[part], data.unit));
      return present(item, part) === item.numbers[part] ? now : t("{now}, was {was}", { now: now, was: was });
    }

    function dial(item, part, input) {
      var output = make("output", { for: input.id, text: numberWords(item, part) });
      return { output: output, whole: make("div", { class: "dial" }, [
        make("label", { for: input.id, content: data.names[part] }), output, input]) };
    }

    function slider(item, part) {
      var stops = ticks(data, item, part);
      var input = make("input", { type: "range", id: "what-if-" + data.parts[part], min: "0", max: String(stops.length - 1), step: "1",
        value: String(stops.indexOf(present(item, part))), "aria-valuetext": numberWords(item, part) });
      var found = dial(item, part, input);
      input.addEventListener("input", function () { turn(false); });
      input.addEventListener("change", function () { turn(true); });
      function turn(keep) {
        put(changes, item, part, stops[Number(input.value)]);
        input.setAttribute("aria-valuetext", numberWords(item, part));
        found.output.textContent = numberWords(item, part);
        show(keep);
      }
      return found.whole;
    }

    function field(item, part) {
      var input = make("input", { type: "number", id: "what-if-" + data.parts[part], min: "0", step: "any", inputmode: "decimal",
        value: decimal(present(item, part), data.unit) });
      var found = dial(item, part, input);
      input.addEventListener("input", function () { turn(false); });
      input.addEventListener("change", function () { turn(true); });
      function turn(keep) {
        var number = parsed(input.value, data.unit);
        if (input.value === decimal(item.numbers[part], data.unit)) number = item.numbers[part];
        var good = number !== null && may(data, item, part, number);
        input.setAttribute("aria-invalid", String(!good));
        if (good) put(changes, item, part, number);
        found.output.textContent = good ? numberWords(item, part)
          : t("not a number that can be used: write digits, such as 12500 or 2.5");
        if (good) show(keep);
      }
      return found.whole;
    }

    /* Every change, each with its way back. */
    function changesList() {
      var entries = [];
      changes.forEach(function (own, id) {
        own.forEach(function (number, part) {
          entries.push(make("li", {}, [
            make("span", { text: t("{id}: {part} {now}, was {was}", { id: id, part: data.names[part], now: local(decimal(number, data.unit)), was: local(decimal(items.get(id).numbers[part], data.unit)) }) + " " }),
            make("button", { type: "button", class: "button", text: "Undo", "aria-label": t("Undo {part} of {item}", { part: data.names[part], item: id }), onclick: function () {
              put(changes, items.get(id), part, items.get(id).numbers[part]);
              show(true);
              controls();
              (list.querySelector("button") || select).focus();
            } })]));
        });
      });
      list.replaceChildren.apply(list, entries);
    }

    /* The table, the words and the address, as the changes have it. */
    function show(keep) {
      var any = changes.size > 0, now = any ? rankItems(data, changes) : published, firstBelow = true;
      now.items.forEach(function (item) {
        var view = views.get(item.id);
        if (!view) return;
        var rank = now.rank.get(item.id), was = published.rank.get(item.id), above = now.above.get(item.id);
        var s = score(data.form, item, data.unit), row = view.row, own = changes.get(item.id);
        var ties = now.ties.get(item.id).filter(function (id) { return id !== item.id; });
        row.place = 2 * rank;
        view.rank.dataset.value = rank;
        view.rank.replaceChildren(rank === was ? String(rank)
          : make("div", { text: rank + " " }, [make("small", { class: "why", text: t("was {was}", { was: was }) })]));
        view.score.dataset.value = rounded(s.over, s.under);
        view.score.querySelector("b").textContent = local(rounded(s.over, s.under));
        view.why.textContent = !any ? view.published
          : (own ? t("what if: {arithmetic}", { arithmetic: arithmetic(data.form, item, data.unit, own.has(0) ? "" : view.terms) }) : view.arithmetic) +
            (ties.length ? " · " + t("ties with {items}", { items: few(ties, 5) }) : "");
        row.classList.toggle("tried", Boolean(own));
        var below = data.measure && rank > now.place && now.place > 0;
        row.classList.toggle("cut", Boolean(below && firstBelow));
        if (below) firstBelow = false;
        if (view.tag && above !== null) {
          view.tag.className = "tag " + (above ? "good" : "plain");
          view.tag.querySelector("bdi").textContent = above ? t("above") : t("below");
        }
      });
      gaps.forEach(function (row) { row.place = 2 * Number(row.dataset.after) + 1; });
      table.classList.toggle("trying", any);
      panel.classList.toggle("on", any);
      if (table.classList.contains("sorted")) table.dispatchEvent(new Event("reorder"));
      else Array.from(body.rows).sort(function (a, b) { return a.place - b.place; }).forEach(function (row) { body.append(row); });
      if (!any) mark.remove();
      else if (!mark.parentNode) table.caption.prepend(mark);
      status.textContent = summary(published, now, changes) +
        (refused ? " " + t(refused > 1 ? "Of what the address says, {n} parts do not fit this ranking and were left out."
          : "Of what the address says, {n} part does not fit this ranking and was left out.", { n: refused }) : "");
      changesList();
      reset.disabled = !any;
      link.hidden = !any;
      link.setAttribute("href", "#" + toAddress(data, changes));
      if (keep) address(toAddress(data, changes));
    }

    function address(text) {
      refused = 0;
      try { history.replaceState(history.state, "", location.href.split("#")[0] + (text && "#" + text)); }
      catch (e) { /* a browser that was asked too often: the link still has it */ }
    }

    /* An address that carries changes. */
    function arrive() {
      var hash = location.hash.slice(1);
      if (hash === "what-if") { panel.open = true; panel.scrollIntoView(); }
      if (hash.slice(0, 8) !== "what-if=" || hash === toAddress(data, changes)) return;
      var found = fromAddress(data, hash), first = found.changes.keys().next();
      changes = found.changes;
      refused = found.refused;
      if (!first.done) select.value = first.value;
      panel.open = true;
      show(false);
      controls();
      panel.scrollIntoView();
    }

    controls();
    show(false);
    addEventListener("hashchange", arrive);
    arrive();
  }

  site.all("table.ranking").forEach(function (table) {
    if (typeof BigInt === "function" && table.tBodies[0] && table.tBodies[0].dataset.form) whatIf(table);
  });
})();
