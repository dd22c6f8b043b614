/* global conedrills */
/**
 * Leads through a layout on a phone: cones one by one, the run leg by leg, the clock, calls.
 *
 * It only adds: without it the page shows everything. Words and numbers come with the page, in the block
 * `page`; text is set as text. What can be reckoned without a document is in `reckon.js`.
 */
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const PAUSE = 0.35;
  const app = /** @type {HTMLElement} */ (document.getElementById("app"));
  const sheet = /** @type {HTMLElement} */ (document.getElementById("sheet"));
  /** @type {Page} */
  const page = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("page")).textContent || "{}");
  const back = button(page.words.home, "", () => home());
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  /** @type {Object<string, string>} */
  const memory = {};
  let keeps = true;
  /** @type {(() => void)[]} */
  let leaving = [];
  let stacked = false;
  let inView = false;
  let units = page.units;
  let screenKept = false;
  /** @type {{release: () => Promise<void>} | null} */
  let lock = null;

  /**
   * @param {string} key
   * @param {Object<string, string | number>} [fields]
   */
  function say(key, fields) {
    return conedrills.fill(page.words[key], fields);
  }

  /** @param {Said | undefined} said */
  function unit(said) {
    if (said === undefined) { return ""; }
    return typeof said === "string" ? said : units === "m" ? said.m : said.ft;
  }

  function bits() {
    return crypto.getRandomValues(new Uint32Array(1))[0];
  }

  // a file on a phone may have no storage, or one that throws
  /** @param {string} name */
  function kept(name) {
    const key = `conedrills:${page.id}:${name}`;
    try {
      const value = localStorage.getItem(key);
      return value === null ? memory[key] : value;
    } catch (problem) {
      keeps = false;
      return memory[key];
    }
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  function keep(name, value) {
    const key = `conedrills:${page.id}:${name}`;
    memory[key] = value;
    try {
      localStorage.setItem(key, value);
    } catch (problem) {
      keeps = false;
    }
  }

  /** @returns {Time[]} */
  function times() {
    try {
      const known = JSON.parse(kept("times") || "[]");
      return Array.isArray(known) ? known.filter((one) => one && typeof one.seconds === "number" && typeof one.drill === "string") : [];
    } catch (problem) {
      return [];
    }
  }

  /**
   * An element with its attributes, what it does when it is pressed, and what is in it.
   * @param {string} tag
   * @param {Object<string, string>} attributes
   * @param {...(string | Node | null)} inside
   * @returns {HTMLElement}
   */
  function el(tag, attributes, ...inside) {
    const made = document.createElement(tag);
    Object.keys(attributes).forEach((name) => made.setAttribute(name, attributes[name]));
    inside.forEach((part) => { if (part !== null) { made.append(part); } });
    return made;
  }

  /**
   * @param {string} tag
   * @param {Object<string, string | number>} attributes
   * @returns {SVGElement}
   */
  function shape(tag, attributes) {
    const made = document.createElementNS(SVG, tag);
    Object.keys(attributes).forEach((name) => made.setAttribute(name, String(attributes[name])));
    return made;
  }

  /**
   * @param {string} text
   * @param {string} kind
   * @param {() => void} press
   */
  function button(text, kind, press) {
    const made = /** @type {HTMLButtonElement} */ (el("button", { type: "button", class: kind }, text));
    made.addEventListener("click", press);
    return made;
  }

  /**
   * Words as large as fit across.
   * @param {HTMLElement} element
   * @param {string} text
   * @param {number} most pixels
   */
  function fit(element, text, most) {
    element.textContent = text;
    const longest = Math.max(...text.split(/[\s]/).map((word) => word.length), 1);
    const room = Math.min(window.innerWidth, 480) - 32;
    element.style.fontSize = `${Math.min(most, Math.floor(room / (0.74 * longest)))}px`;
  }

  // --- screen, voice ---

  function wake() {
    const able = /** @type {{wakeLock?: {request: (kind: string) => Promise<{release: () => Promise<void>}>}}} */ (/** @type {unknown} */ (navigator));
    if (!screenKept || lock || document.visibilityState !== "visible" || !able.wakeLock) { return; }
    able.wakeLock.request("screen").then((got) => {
      lock = got;
      if (!screenKept) { sleep(); }
    }).catch(() => { lock = null; });
  }

  function sleep() {
    if (lock) { lock.release().catch(() => undefined); }
    lock = null;
  }

  // a phone's own way back leads to the list of drills first
  window.addEventListener("popstate", () => {
    stacked = false;
    if (inView) { home(); }
  });

  document.addEventListener("visibilitychange", () => {
    // the lock is gone whenever the page is hidden
    lock = null;
    wake();
  });

  /** @param {string} text */
  function speak(text) {
    if (kept("voice") === "off" || !("speechSynthesis" in window)) { return; }
    try {
      const words = new SpeechSynthesisUtterance(text);
      words.lang = page.language;
      words.rate = 1.15;
      speechSynthesis.cancel();
      speechSynthesis.speak(words);
    } catch (problem) {
      // no voice: the call is on the screen
    }
  }

  function light() {
    const chosen = kept("screen");
    if (chosen) { document.documentElement.setAttribute("data-screen", chosen); }
  }

  /** @returns {string} */
  function screenNow() {
    const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    return document.documentElement.getAttribute("data-screen") || (dark ? "dark" : "bright");
  }

  function measure() {
    document.querySelectorAll("[data-m]").forEach((element) => {
      element.textContent = element.getAttribute(`data-${units}`) || element.getAttribute("data-m");
    });
    sheet.querySelectorAll("text[data-other]").forEach(remeasure);
  }

  /**
   * A text in a picture in the units that are chosen: it has its own and the others.
   * @param {Element} text
   */
  function remeasure(text) {
    const own = text.getAttribute("data-own") || text.textContent || "";
    text.setAttribute("data-own", own);
    text.textContent = units === page.units ? own : text.getAttribute("data-other");
    text.removeAttribute("textLength");
  }

  // --- views ---

  /**
   * Show a view in place of the last one.
   * @param {HTMLElement | null} view null for the whole sheet
   * @param {{awake?: boolean, leave?: () => void, keys?: Object<string, () => void>}} [manners]
   */
  function show(view, manners) {
    leaving.forEach((leave) => leave());
    leaving = [];
    const how = manners || {};
    if (how.leave) { leaving.push(how.leave); }
    if (how.keys) {
      const keys = how.keys;
      const press = (/** @type {KeyboardEvent} */ event) => {
        const at = event.target;
        const typing = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement;
        if (!typing && !event.altKey && !event.ctrlKey && !event.metaKey && keys[event.key]) {
          event.preventDefault();
          keys[event.key]();
        }
      };
      document.addEventListener("keydown", press);
      leaving.push(() => document.removeEventListener("keydown", press));
    }
    screenKept = Boolean(how.awake);
    if (screenKept) { wake(); } else { sleep(); }
    app.textContent = "";
    app.hidden = !view;
    sheet.hidden = Boolean(view);
    inView = Boolean(how.keys);
    if (inView && !stacked) {
      try { history.pushState("view", ""); stacked = true; } catch (ignored) { stacked = false; }
    }
    if (view) {
      app.append(view);
      const heading = /** @type {HTMLElement | null} */ (view.querySelector("[tabindex='-1']"));
      window.scrollTo(0, 0);
      if (heading) { heading.focus({ preventScroll: true }); }
    }
  }

  /**
   * @param {number} index
   * @param {() => void} close
   */
  function head(index, close) {
    const title = el("h1", { tabindex: "-1" }, page.drills[index].title);
    return el("div", { class: "top" }, el("span", { class: "square" }, String(index + 1)), title, button(say("close"), "plain", close));
  }

  /**
   * Pieces of progress and their count in words.
   * @param {number} count
   */
  function progress(count) {
    const bar = el("ol", { "aria-hidden": "true" });
    for (let at = 0; at < Math.min(count, 24); at += 1) { bar.append(el("li", {})); }
    const words = el("span", {});
    return {
      element: el("div", { class: "parts" }, bar, words),
      /**
       * @param {number} at
       * @param {string} text
       */
      set(at, text) {
        words.textContent = text;
        Array.from(bar.children).forEach((part, place) => part.classList.toggle("done", place <= at));
      },
    };
  }

  /**
   * A picture of the page, to be changed.
   * @param {string} name
   * @returns {SVGElement[]}
   */
  function pictures(name) {
    const holder = /** @type {HTMLTemplateElement | null} */ (document.getElementById(name));
    const found = holder ? /** @type {SVGElement[]} */ (Array.from(holder.content.children).map((one) => one.cloneNode(true))) : [];
    if (units !== page.units) {
      found.forEach((one) => one.querySelectorAll("text[data-other]").forEach(remeasure));
    }
    return found;
  }

  /**
   * A row of choices of which one holds.
   * @param {string} name
   * @param {[string, string][]} choices
   * @param {() => string} chosen
   * @param {(value: string) => void} choose
   */
  function choice(name, choices, chosen, choose) {
    const row = el("div", { class: "choice", role: "group", "aria-label": name }, el("span", { class: "name", "aria-hidden": "true" }, name));
    const buttons = choices.map(([value, words]) => {
      const made = button(words, "", () => { choose(value); mark(); });
      made.setAttribute("data-choice", value);
      row.append(made);
      return made;
    });
    function mark() {
      buttons.forEach((made) => made.setAttribute("aria-pressed", String(made.getAttribute("data-choice") === chosen())));
    }
    mark();
    return row;
  }

  function home() {
    const view = el("div", { class: "view" });
    const title = el("h1", { tabindex: "-1" }, (sheet.querySelector("h1") || sheet).textContent || "");
    view.append(title, el("p", { class: "note" }, (sheet.querySelector(".identity") || sheet).textContent || ""));
    page.drills.forEach((drill, index) => {
      const row = el("div", { class: "row" });
      if (drill.setout.length) { row.append(button(say("set_out"), "", () => setOut(index))); }
      row.append(button(say("run"), "", () => run(index)));
      if (drill.calls.length > 1) { row.append(button(say("call_outs"), "", () => callOuts(index))); }
      Array.from(row.children).forEach((one) => one.setAttribute("aria-label", `${one.textContent}: ${drill.title}`));
      const heading = el("h2", { class: "drill-title" }, el("span", { class: "square" }, String(index + 1)), el("span", {}, drill.title));
      view.append(el("section", { class: "card" }, heading, el("p", { class: "note" }, `${drill.size} · ${drill.pace}`), row));
    });
    const more = el("div", { class: "card" });
    more.append(
      el("div", { class: "row" }, button(say("sheet"), "", () => whole()), button(say("times"), "", () => timeTable())),
      choice(say("units"), [["m", say("units_m")], ["ft", say("units_ft")]], () => units, (value) => {
        units = value;
        keep("units", value);
        measure();
      }),
      choice(say("brightness"), [["bright", say("bright")], ["dark", say("dark")]], screenNow, (value) => {
        keep("screen", value);
        light();
      }),
      paste(),
    );
    view.append(more);
    show(view);
  }

  function whole() {
    show(null, { keys: { Escape: home } });
    window.scrollTo(0, 0);
    back.focus({ preventScroll: true });
  }

  /**
   * The number of a cone farther off, where a ring is drawn round the cone.
   * @param {Element} cone
   * @param {boolean} ringed
   */
  function aside(cone, ringed) {
    const ring = /** @type {Element} */ (cone.querySelector("circle"));
    const number = /** @type {Element} */ (cone.querySelector("text"));
    const dx = Number(number.getAttribute("x")) - Number(ring.getAttribute("cx"));
    const dy = Number(number.getAttribute("y")) - 1.95 - Number(ring.getAttribute("cy"));
    const by = ringed ? 3 / Math.max(Math.hypot(dx, dy), 1) : 0;
    number.setAttribute("transform", `translate(${(dx * by).toFixed(2)} ${(dy * by).toFixed(2)})`);
  }

  /** @param {number} index */
  function setOut(index) {
    const drill = page.drills[index];
    const jobs = drill.setout;
    let at = Number(kept(`step-${index}`)) || 0;
    if (at >= jobs.length) { at = 0; }
    const view = el("div", { class: "view", "data-view": "setout" });
    const bar = progress(jobs.length);
    const task = el("h2", { class: "task" });
    const cells = el("div", { class: "cells" });
    const note = el("p", { class: "note" });
    const said = el("div", { "aria-live": "polite" }, task, cells, note);
    const stage = el("div", { class: "stage" });
    const before = el("span", {});
    const then = el("span", {});
    const stands = button("", "main", () => move(1));
    const backward = button(say("back"), "", () => move(at === jobs.length ? -at : -1));
    const drawings = pictures(`stages-${index + 1}`);
    view.append(head(index, home), bar.element, said, stage, el("div", { class: "sides" }, before, then), el("div", { class: "bar" }, backward, stands));

    /** @param {number} by */
    function move(by) {
      if (at + by > jobs.length) { run(index); return; }
      if (at + by < 0) { home(); return; }
      at += by;
      keep(`step-${index}`, String(at));
      redraw();
    }

    function redraw() {
      const job = jobs[at];
      const last = at === jobs.length;
      bar.set(at, last ? "" : say("step_of", { number: at + 1, of: jobs.length }));
      task.textContent = last ? say("all_stand") : job.title;
      cells.textContent = "";
      const shown = last || !job.cells ? [] : job.cells;
      shown.forEach((cell) => {
        const label = el("span", { class: "label" }, `${cell.label} `);
        if (cell.name) { label.append(el("b", {}, cell.name)); }
        if (cell.what) { label.append(`, ${cell.what}`); }
        const figure = el("span", { class: "figure" }, unit(cell.figure));
        cells.append(el("div", { class: "cell" }, label, figure));
      });
      cells.hidden = !shown.length;
      cells.classList.toggle("long", shown.some((cell) => unit(cell.figure).length > 5));
      note.textContent = last ? say("all_stand_note") : unit(job.note);
      if (!last && job.check) { note.append(` ${job.check} `, el("b", {}, unit(job.checked)), "."); }
      if (!last && shown.length && units !== page.taped) {
        note.append(" ", say(page.taped === "ft" ? "converted" : "converted_ft"));
      }
      before.textContent = at ? say("before", { what: unit(jobs[at - 1].short) }) : say("nothing_before");
      then.textContent = at + 1 < jobs.length ? say("then", { what: unit(jobs[at + 1].short) }) : say("nothing_then");
      then.hidden = last;
      backward.textContent = last ? say("again") : say("back");
      stands.textContent = last ? say("run") : job.cone ? say("it_stands") : say("done");
      picture();
    }

    function picture() {
      const number = Math.min(at, jobs.length - 1);
      const found = drawings.filter((one) => one.querySelector(`[data-step="${number}"]`))[0] || drawings[0];
      stage.textContent = "";
      if (!found) { return; }
      stage.append(found);
      found.querySelectorAll(".step").forEach((step) => {
        const own = step.getAttribute("data-step") === String(number) && at < jobs.length;
        step.setAttribute("visibility", own ? "visible" : "hidden");
      });
      const shown = at < jobs.length ? jobs[at] : null;
      const done = jobs.slice(0, at).map((job) => job.cone);
      found.querySelectorAll(".cone").forEach((cone) => {
        const own = Number(cone.getAttribute("data-cone"));
        aside(cone, Boolean(shown) && own === /** @type {Job} */ (shown).cone);
        cone.setAttribute("class", `cone ${shown && own === shown.cone ? "now" : done.indexOf(own) >= 0 ? "done" : "later"}`);
      });
    }

    redraw();
    show(view, { awake: true, keys: { Escape: home, ArrowRight: () => move(1), ArrowLeft: () => { if (at) { move(-1); } } } });
  }

  /**
   * The line of a leg as its way of moving is drawn.
   * @param {Leg} leg
   * @param {string} state
   * @param {number} width
   */
  function legShape(leg, state, width) {
    const total = conedrills.lengthOf(leg.path);
    const end = Math.max(total - Math.min(4.4, 0.25 * total), 0.1);
    const long = Math.min(2.2 + 1.9 * width, 0.5 * total);
    const line = conedrills.piece(leg.path, Math.min(3.6, 0.2 * total), Math.max(end - long * 0.8, 0.1));
    const d = `M${line.map((spot) => `${spot[0].toFixed(2)} ${spot[1].toFixed(2)}`).join("L")}`;
    const tip = conedrills.along(leg.path, end / total);
    const turn = (tip.heading * Math.PI) / 180;
    const half = long * 0.42;
    const foot = [tip.x - long * Math.cos(turn), tip.y + long * Math.sin(turn)];
    const corners = [
      [tip.x, tip.y],
      [foot[0] + half * Math.sin(turn), foot[1] + half * Math.cos(turn)],
      [foot[0] - half * Math.sin(turn), foot[1] - half * Math.cos(turn)],
    ];
    const group = shape("g", { class: `leg ${leg.way} ${state}` });
    const dash = leg.way === "backward" ? `${3 * width} ${1.5 * width}` : "none";
    group.append(
      shape("path", { class: "casing", d, "stroke-width": width + 1.6 }),
      shape("path", { d, "stroke-width": width, "stroke-dasharray": dash }),
    );
    if (leg.way === "sideways") {
      group.append(shape("path", { d, "stroke-width": 3.2 * width, "stroke-dasharray": `${(0.5 * width).toFixed(2)} ${(1.7 * width).toFixed(2)}` }));
    }
    if (leg.way === "called") { group.append(shape("path", { class: "casing", d, "stroke-width": 0.45 * width })); }
    group.append(shape("polygon", { class: "head", points: corners.map((spot) => `${spot[0].toFixed(2)},${spot[1].toFixed(2)}`).join(" "), "stroke-width": 0.5 * Math.min(width, 1.4) }));
    return group;
  }

  /**
   * A drill's picture with its runner.
   * @param {number} index
   */
  function track(index) {
    const [drawing] = pictures(`running-${index + 1}`);
    const legs = /** @type {Element} */ (drawing.querySelector(".legs"));
    const runner = /** @type {Element} */ (drawing.querySelector(".runner:not(.other)"));
    const other = drawing.querySelector(".runner.other");
    return {
      drawing,
      /**
       * @param {Leg[]} legsOfRun
       * @param {number} now
       * @param {Leg[]} beside what the other athlete runs
       */
      mark(legsOfRun, now, beside) {
        legs.textContent = "";
        const later = legsOfRun.slice(now + 2).map((leg) => legShape(leg, "later", 0.5));
        const past = legsOfRun.slice(0, now).map((leg) => legShape(leg, "past", 0.7));
        const next = legsOfRun.slice(now + 1, now + 2).map((leg) => legShape(leg, "next", 0.9));
        legs.append(...beside.map((leg) => legShape(leg, "later", 0.5)), ...later, ...past, ...next);
        if (legsOfRun[now]) { legs.append(legShape(legsOfRun[now], "now", 2)); }
        const all = page.drills[index].legs;
        drawing.querySelectorAll(".zone").forEach((zone) => {
          const own = all[Number(zone.getAttribute("data-leg"))];
          zone.setAttribute("visibility", own === legsOfRun[now] ? "visible" : "hidden");
        });
        drawing.querySelectorAll(".cone").forEach((cone) => {
          cone.classList.toggle("now", Boolean(legsOfRun[now]) && Number(cone.getAttribute("data-cone")) === legsOfRun[now].end);
        });
      },
      /**
       * @param {Leg} leg
       * @param {number} share
       * @param {boolean} [others] whether it is the other athlete's
       */
      place(leg, share, others) {
        const dot = others && other ? other : runner;
        const at = conedrills.along(leg.path, share);
        const facing = leg.follows ? leg.facing - conedrills.along(leg.path, 0).heading + at.heading : leg.facing;
        dot.setAttribute("transform", `translate(${at.x.toFixed(3)} ${at.y.toFixed(3)}) rotate(${(90 - facing).toFixed(2)})`);
      },
    };
  }

  /**
   * The legs of one run, and what the other of two athletes runs; of legs that are called one each, drawn now.
   * @param {Drill} drill
   * @param {number} who
   */
  function drawRun(drill, who) {
    const call = drill.calls.length ? drill.calls[conedrills.draw(drill.calls.length, bits)] : null;
    const all = drill.legs.filter((leg) => leg.call === null || (call && leg.call === call.key));
    const legs = all.filter((leg) => leg.athlete === who);
    const beside = all.filter((leg) => leg.athlete !== who);
    return { legs, beside, call: call ? call.key : "", word: call ? call.word : "" };
  }

  /** @param {number} index */
  function run(index) {
    const drill = page.drills[index];
    let who = drill.athletes.length && kept(`who-${index}`) === "1" ? 1 : 0;
    let now = drawRun(drill, who);
    let mode = "ready";
    let leg = 0;
    let since = 0;
    let seconds = 0;
    let number = times().filter((one) => one.drill === drill.name).length;
    let session = 0;
    let timer = 0;
    let frame = 0;
    let called = false;
    /** The leg that is called; those after it on the same call are known by then. */
    let first = -1;
    const view = el("div", { class: "view", "data-view": "run" });
    const bar = progress(Math.max(now.legs.length, now.beside.length));
    const shout = el("p", { class: "shout" });
    const to = el("p", { class: "to" });
    const how = el("p", { class: "note" });
    const said = el("div", { class: "under", "aria-live": "polite" }, shout, to, how);
    const stage = el("div", { class: "stage" });
    const huge = el("div", { class: "huge", "aria-live": "assertive" });
    const then = el("p", {});
    const where = el("p", {});
    const time = el("span", { class: "time", role: "timer" });
    const small = button("", "", () => press(false));
    const main = button("", "main", () => press(true));
    const patterns = /** @type {HTMLSelectElement} */ (el("select", {}, ...drill.patterns.map((one) => el("option", {}, one))));
    patterns.addEventListener("change", () => words());
    const pick = el("label", {}, say("pattern"), patterns);
    const follow = choice(say("follow"), drill.athletes.map((one, at) => /** @type {[string, string]} */ ([String(at), one])), () => String(who), (value) => {
      who = Number(value);
      keep(`who-${index}`, value);
      ready();
    });
    follow.classList.add("who");
    const path = track(index);
    stage.append(path.drawing);
    view.append(head(index, home), bar.element, said, stage, huge);
    if (drill.patterns.length) { view.append(pick); }
    if (drill.athletes.length) { view.append(follow); }
    view.append(el("div", { class: "clock" }, el("div", {}, then, where), time), el("div", { class: "bar" }, small, main));

    function counted() {
      const reps = drill.reps;
      if (reps && drill.sets && session < reps * drill.sets) { return say("set_run", { set: Math.floor(session / reps) + 1, number: (session % reps) + 1, of: reps }); }
      return reps && !drill.sets && session < reps ? say("run_of", { number: session + 1, of: reps }) : say("run_number", { number: session + 1 });
    }

    /**
     * How a leg is moved; one that is moved as called, by what is called.
     * @param {Leg} one
     */
    function moved(one) {
      return one.way === "called" && drill.patterns.length ? drill.patterns[patterns.selectedIndex] : one.move;
    }

    function words() {
      const shown = now.legs[leg];
      const hidden = shown.call !== null && !called;
      const part = say("leg_of", { number: leg + 1, of: now.legs.length });
      bar.set(leg, drill.athletes.length ? say("leg_of_whom", { who: drill.athletes[who], leg: part }) : part);
      fit(shout, hidden ? say("wait") : leg === first ? say("call_exclaimed", { call: now.word }) : moved(shown), 56);
      to.textContent = hidden ? "" : leg === first ? `${moved(shown)} ${shown.to}` : shown.to;
      how.textContent = hidden ? "" : `${shown.chest} ${shown.do} ${unit(shown.length).replace(/ /g, "\u00a0")}`;
      const following = now.legs[leg + 1];
      then.textContent = following ? say("then_leg", { what: following.call && !called ? say("the_call") : following.then }) : say("then_leg", { what: say("finish") });
      // a called leg that is not called yet is not drawn: it would give the call away
      const told = called ? now.legs : now.legs.filter((one) => one.call === null);
      path.mark(told, hidden ? told.length : leg, now.beside.filter((one) => called || one.call === null));
    }

    /**
     * @param {string} next
     * @param {string} one
     * @param {string} other
     */
    function turn(next, one, other) {
      mode = next;
      view.setAttribute("data-mode", next);
      small.textContent = one;
      main.textContent = other;
      const counting = next === "countdown" || next === "rest";
      pick.hidden = next !== "ready";
      follow.hidden = next !== "ready";
      huge.hidden = !counting;
      stage.hidden = counting;
      said.hidden = counting;
      where.textContent = counted();
    }

    function halt() {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    }

    function ready() {
      halt();
      now = drawRun(drill, who);
      first = now.legs.findIndex((one) => one.call !== null);
      leg = 0;
      called = false;
      turn("ready", say("step"), say("start"));
      words();
      path.place(now.legs[0], 0);
      if (now.beside.length) { path.place(now.beside[0], 0, true); }
      time.textContent = conedrills.clock(0, say("decimal"));
      how.textContent = `${say("ready_note")} ${say("dot")}`;
    }

    /** The dot on one leg, from its start to its end. */
    function stepOn() {
      halt();
      turn("step", say("back"), leg + 1 < now.legs.length ? say("next") : say("done"));
      called = called || now.legs[leg].call !== null;
      words();
      if (leg === first) { speak(now.word); }
      time.textContent = "";
      const start = performance.now();
      const shown = now.legs[leg];
      const tick = () => {
        const share = calm.matches ? 1 : (performance.now() - start) / 1000 / shown.seconds;
        path.place(shown, share);
        if (now.beside[leg]) { path.place(now.beside[leg], share, true); }
        if (share < 1) { frame = requestAnimationFrame(tick); }
      };
      tick();
    }

    /** @param {number} count whole seconds */
    function countDown(count) {
      if (!count && first === 0) {
        // nobody may learn when to start from the countdown
        fit(huge, say("wait"), 200);
        timer = window.setTimeout(go, 1000 * conedrills.gap(0.8, 2.5, bits));
        return;
      }
      if (!count) { go(); return; }
      turn("countdown", say("back"), say("cancel"));
      fit(huge, String(count), 300);
      speak(String(count));
      timer = window.setTimeout(() => countDown(count - 1), 1000);
    }

    function go() {
      halt();
      // what comes before the call takes longer or shorter each time, or its moment could be learnt
      now.legs = now.legs.map((one, at) => {
        return at + 1 === first ? Object.assign({}, one, { seconds: one.seconds * conedrills.gap(0.7, 1.8, bits) }) : one;
      });
      if (first !== 0) { speak(say("go")); }
      turn("running", say("again"), say("stop"));
      since = performance.now();
      leg = -1;
      const tick = () => {
        seconds = (performance.now() - since) / 1000;
        const at = conedrills.running(now.legs, seconds, PAUSE);
        if (at.leg !== leg) {
          leg = at.leg;
          if (now.legs[leg].call && !called) {
            called = true;
            speak(now.word);
          }
          words();
        }
        path.place(now.legs[leg], at.share);
        if (now.beside.length) {
          const there = conedrills.running(now.beside, seconds, PAUSE);
          path.place(now.beside[there.leg], there.share, true);
        }
        time.textContent = conedrills.clock(seconds, say("decimal"));
        frame = requestAnimationFrame(tick);
      };
      tick();
    }

    function stop() {
      halt();
      seconds = (performance.now() - since) / 1000;
      number += 1;
      session += 1;
      /** @type {Time} */
      const made = {
        drill: drill.name, title: drill.title, size: drill.size, pace: drill.pace, side: drill.side, run: number,
        call: now.word || drill.patterns[patterns.selectedIndex] || "", seconds: Math.round(seconds * 100) / 100, when: new Date().toISOString(),
      };
      keep("times", JSON.stringify(times().concat([made])));
      if (drill.patterns.length) { patterns.selectedIndex = (patterns.selectedIndex + 1) % drill.patterns.length; }
      rest();
    }

    function rest() {
      const pause = drill.reps && drill.sets && session % drill.reps === 0 ? drill.between : drill.rest;
      const best = Math.min(...times().filter((one) => one.drill === drill.name).map((one) => one.seconds));
      turn("rest", say("drop"), say("skip"));
      then.textContent = say("last_time", { time: conedrills.clock(seconds, say("decimal")) });
      where.textContent = say("best_time", { time: conedrills.clock(best, say("decimal")) });
      time.textContent = say("rest");
      const until = performance.now() + pause * 1000;
      const tick = () => {
        const over = (until - performance.now()) / 1000;
        fit(huge, conedrills.left(over), 140);
        if (over <= 0) {
          speak(say("ready"));
          ready();
          return;
        }
        timer = window.setTimeout(tick, 200);
      };
      tick();
    }

    /** @param {boolean} big */
    function press(big) {
      if (mode === "ready") {
        if (big) { countDown(3); } else { stepOn(); }
      } else if (mode === "step") {
        if (big ? leg + 1 === now.legs.length : !leg) { ready(); return; }
        leg += big ? 1 : -1;
        stepOn();
      } else if (mode === "countdown") {
        ready();
      } else if (mode === "running") {
        if (big) { stop(); } else { halt(); called = false; countDown(3); }
      } else if (mode === "rest") {
        if (!big) {
          keep("times", JSON.stringify(times().slice(0, -1)));
          number -= 1;
          session -= 1;
        }
        ready();
      }
    }

    ready();
    show(view, {
      awake: true,
      leave: () => { halt(); if ("speechSynthesis" in window) { speechSynthesis.cancel(); } },
      keys: {
        Escape: home,
        ArrowRight: () => { if (mode === "ready") { press(false); } else if (mode === "step") { press(true); } },
        ArrowLeft: () => { if (mode === "step") { press(false); } },
      },
    });
  }

  /** @param {number} index */
  function callOuts(index) {
    const drill = page.drills[index];
    let timer = 0;
    let number = 0;
    const view = el("div", { class: "view", "data-view": "calls" });
    const huge = el("div", { class: "huge", "aria-live": "assertive" });
    const where = el("p", { class: "note" });
    const note = el("p", { class: "note" }, say(drill.legs[0].call === null ? "calls_note" : "calls_note_set"));
    const main = button(say("start"), "main", () => { if (timer) { reset(); } else { begin(); } });
    const half = Math.max(0.6, Math.round(drill.lead * 5) / 10);
    /**
     * @param {string} key
     * @param {number} value
     * @param {number} least
     * @param {number} most
     * @param {number} step
     */
    function field(key, value, least, most, step) {
      const known = Number(kept(`${key}-${index}`));
      const input = /** @type {HTMLInputElement} */ (el("input", { type: "number", inputmode: "decimal", min: String(least), max: String(most), step: String(step), value: String(known || value) }));
      input.addEventListener("change", () => keep(`${key}-${index}`, String(bounded())));
      function bounded() {
        const typed = Number(input.value);
        return Number.isFinite(typed) && input.value ? Math.min(most, Math.max(least, typed)) : value;
      }
      return { row: el("label", {}, say(key), input), value: bounded };
    }
    const many = field("calls_count", drill.reps || 8, 1, 1000, 1);
    const pause = field("calls_rest", drill.rest, 3, 600, 1);
    const least = field("calls_least", half, 0.3, 20, 0.1);
    const most = field("calls_most", Math.max(half + 1, Math.round(drill.lead * 11) / 10), 0.3, 30, 0.1);
    const fields = el("div", { class: "fields" }, many.row, pause.row, least.row, most.row);
    const voice = choice(say("voice"), [["on", say("on")], ["off", say("off")]], () => (kept("voice") === "off" ? "off" : "on"), (value) => keep("voice", value));
    const settings = el("div", { class: "settings" }, note, fields, voice);
    view.append(head(index, home), where, settings, huge, el("div", { class: "bar" }, main));

    /**
     * @param {number} seconds
     * @param {() => void} next
     */
    function after(seconds, next) {
      timer = window.setTimeout(next, seconds * 1000);
    }

    /**
     * @param {string} phase
     * @param {string} text
     */
    function sayLarge(phase, text) {
      huge.setAttribute("data-phase", phase);
      fit(huge, text, 200);
    }

    function reset() {
      clearTimeout(timer);
      timer = 0;
      settings.hidden = false;
      huge.hidden = true;
      where.textContent = "";
      main.textContent = say("start");
    }

    function begin() {
      number = 0;
      settings.hidden = true;
      huge.hidden = false;
      main.textContent = say("stop");
      wait(5);
    }

    /** @param {number} seconds */
    function wait(seconds) {
      const of = Math.round(many.value());
      where.textContent = say("call_of", { number: number + 1, of });
      if (seconds > 0) {
        sayLarge("rest", conedrills.left(seconds));
        after(Math.min(1, seconds), () => wait(seconds - 1));
        return;
      }
      sayLarge("set", say("get_set"));
      speak(say("get_set"));
      // nobody may learn when to start either
      after(conedrills.gap(0.8, 2.5, bits), () => {
        if (drill.legs[0].call !== null) { call(); return; }
        sayLarge("go", say("go"));
        speak(say("go"));
        after(conedrills.gap(least.value(), most.value(), bits), call);
      });
    }

    function call() {
      const word = drill.calls[conedrills.draw(drill.calls.length, bits)].word;
      sayLarge("call", say("call_exclaimed", { call: word }));
      speak(word);
      number += 1;
      after(2.5, () => {
        if (number >= Math.round(many.value())) {
          reset();
          where.textContent = say("calls_done");
          return;
        }
        wait(pause.value());
      });
    }

    reset();
    show(view, {
      awake: true,
      leave: () => { clearTimeout(timer); if ("speechSynthesis" in window) { speechSynthesis.cancel(); } },
      keys: { Escape: home },
    });
  }

  function timeTable() {
    const known = times();
    const view = el("div", { class: "view", "data-view": "times" });
    const top = el("div", { class: "top" }, el("h1", { tabindex: "-1" }, say("times")), button(say("close"), "plain", home));
    const note = el("p", { class: "note", role: "status" }, keeps ? say("kept") : say("not_kept"));
    view.append(top, note);
    if (!known.length) {
      view.append(el("p", { class: "note" }, say("no_times")));
      show(view, { keys: { Escape: home } });
      return;
    }
    const rows = el("tbody", {});
    const best = new Map();
    known.forEach((one) => best.set(one.drill, Math.min(one.seconds, best.has(one.drill) ? best.get(one.drill) : Infinity)));
    known.slice().reverse().forEach((one) => {
      const shown = one.seconds.toFixed(2).replace(".", say("decimal"));
      const figure = one.seconds === best.get(one.drill) ? el("b", {}, shown) : el("span", {}, shown);
      rows.append(el("tr", {}, el("td", {}, String(one.title)), el("td", {}, `${one.run}${one.call ? ` ${one.call}` : ""}`), el("td", {}, figure)));
    });
    const heads = el("tr", {}, el("th", { scope: "col" }, say("drill_column")), el("th", { scope: "col" }, say("run_column")), el("th", { scope: "col" }, say("time_column")));
    const table = el("table", {}, el("thead", {}, heads), rows);
    let sure = false;
    const forget = button(say("forget"), "", () => {
      if (!sure) {
        sure = true;
        note.textContent = say("forget_sure");
        return;
      }
      keep("times", "[]");
      timeTable();
    });
    view.append(el("div", { class: "bar" }, forget, button(say("export"), "main", () => save(known))), table);
    show(view, { keys: { Escape: home } });
  }

  /** @param {Time[]} known */
  function save(known) {
    const rows = [["layout", "drill", "title", "size", "pace", "side", "run", "call", "seconds", "when"]]
      .concat(known.map((one) => /** @type {any[]} */ ([page.id, one.drill, one.title, one.size, one.pace, one.side, one.run, one.call, one.seconds, one.when])));
    const address = URL.createObjectURL(new Blob(["\ufeff", conedrills.csv(rows)], { type: "text/csv;charset=utf-8" }));
    const link = el("a", { href: address, download: `conedrills-${page.id}-times.csv` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  function paste() {
    const text = /** @type {HTMLTextAreaElement} */ (el("textarea", { rows: "3", autocapitalize: "characters", autocomplete: "off", spellcheck: "false" }));
    const found = el("div", { class: "found", role: "status" });
    const read = button(say("paste_read"), "", () => {
      unpacked(text.value).then((told) => {
        found.textContent = "";
        if (typeof told === "string") {
          found.append(el("p", {}, say(told)));
          return;
        }
        found.append(el("p", {}, el("b", {}, told.id === page.id ? say("paste_same", { id: told.id }) : say("paste_other", { id: told.id, own: page.id }))));
        told.drills.forEach((drill) => {
          const words = say("paste_drill", { title: page.titles[drill.name] || drill.name, size: Math.floor(drill.size * 100 + 1e-6), pace: page.paces[drill.pace] || "?" });
          found.append(el("p", {}, drill.mirrored ? say("paste_mirrored", { drill: words }) : words));
        });
      });
    });
    return el("details", {}, el("summary", {}, say("paste")), el("p", {}, say("paste_note")), el("label", {}, say("paste_label"), text), el("div", { class: "row" }, read), found);
  }

  /**
   * What a code says, or the key of the sentence that says why nothing.
   * @param {string} text
   * @returns {Promise<Shared | string>}
   */
  async function unpacked(text) {
    const content = conedrills.packed(text);
    if (content === null) { return "paste_bad"; }
    if (content === "newer") { return "paste_newer"; }
    if (!("DecompressionStream" in window)) { return "paste_unable"; }
    try {
      // @ts-ignore: older lists of what browsers have do not name it
      const stream = new Blob([content]).stream().pipeThrough(new window.DecompressionStream("deflate-raw"));
      const reader = stream.getReader();
      let json = "";
      const decoder = new TextDecoder();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        json += decoder.decode(part.value, { stream: true });
        if (json.length > 200000) { return "paste_bad"; }
      }
      return conedrills.shared(JSON.parse(json)) || "paste_bad";
    } catch (problem) {
      return "paste_bad";
    }
  }

  // --- begin ---

  sheet.prepend(el("div", { class: "top over" }, back));
  const known = kept("units");
  if (known === "m" || known === "ft") { units = known; }
  light();
  if (units !== page.units) { measure(); }
  home();
})();
