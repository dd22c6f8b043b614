/* exported conedrills */
/**
 * What the page reckons: words, times, places along a path, calls, tables, codes. It knows no document.
 */

/** @typedef {number[]} Place */
/** @typedef {{m: string, ft: string}} Both */
/** @typedef {string | Both} Said */
/** @typedef {{label: string, name?: string, what?: string, figure: Said}} Cell */
/** @typedef {{title: string, short: Said, note?: Said, cone?: number, cells?: Cell[], check?: string, checked?: Said}} Job */
/** @typedef {{order: number,
 *   call: string | null, start: number, end: number, way: string, move: string, to: string,
 *   chest: string, do: string, then: string, length: Said, path: Place[], facing: number, follows: boolean,
 *   seconds: number}} Leg */
/** @typedef {{name: string, title: string, size: string, pace: string,
 *   side: string, setout: Job[], legs: Leg[], calls: {key: string, word: string}[], patterns: string[], lead: number, sets: number,
 *   reps: number, rest: number, between: number}} Drill */
/** @typedef {{id: string, language: string, units: string, taped: string, titles: Object<string, string>, paces: string[], drills: Drill[], words: Object<string, string>}} Page */
/** @typedef {{drill: string, title: string, size: string, pace: string, side: string, run: number, call: string, seconds: number, when: string}} Time */
/** @typedef {{id: string, drills: {name: string, size: number, pace: number, mirrored: boolean}[]}} Shared */

const conedrills = (function () {
  "use strict";

  /**
   * A sentence with its fields filled in.
   * @param {string} sentence
   * @param {Object<string, string | number>} [fields]
   * @returns {string}
   */
  function fill(sentence, fields) {
    const known = fields || {};
    return sentence.replace(/\{(\w+)\}/g, (field, name) => (name in known ? String(known[name]) : field));
  }

  /**
   * Seconds as a stop watch shows them, to the tenth, never rounded up.
   * @param {number} seconds
   * @param {string} decimal
   * @returns {string}
   */
  function clock(seconds, decimal) {
    const tenths = Math.floor(Math.max(0, seconds) * 10 + 1e-6);
    const rest = String(Math.floor(tenths / 10) % 60).padStart(2, "0");
    return `${Math.floor(tenths / 600)}:${rest}${decimal}${tenths % 10}`;
  }

  /**
   * Seconds that are left, as minutes and whole seconds, rounded up.
   * @param {number} seconds
   * @returns {string}
   */
  function left(seconds) {
    const whole = Math.max(0, Math.ceil(seconds - 1e-6));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  }

  /**
   * A whole number from 0 to under `count`, each as likely, whatever came before.
   * @param {number} count
   * @param {() => number} random gives 32 random bits
   * @returns {number}
   */
  function draw(count, random) {
    const most = 0x100000000 - (0x100000000 % count);
    let bits = random();
    while (bits >= most) { bits = random(); }
    return bits % count;
  }

  /**
   * Seconds between two bounds, each as likely; bounds less than a second apart would give the moment away.
   * @param {number} least
   * @param {number} most
   * @param {() => number} random gives 32 random bits
   * @returns {number}
   */
  function gap(least, most, random) {
    const low = Math.min(least, most);
    return low + (Math.max(least, most, low + 1) - low) * (random() / 0xffffffff);
  }

  /**
   * How long a path is.
   * @param {Place[]} path
   * @returns {number}
   */
  function lengthOf(path) {
    let total = 0;
    for (let at = 1; at < path.length; at += 1) {
      total += Math.hypot(path[at][0] - path[at - 1][0], path[at][1] - path[at - 1][1]);
    }
    return total;
  }

  /**
   * The place after a share of a path, and the heading there in degrees, up is 90.
   * @param {Place[]} path
   * @param {number} share from 0 to 1
   * @returns {{x: number, y: number, heading: number}}
   */
  function along(path, share) {
    let rest = lengthOf(path) * Math.min(1, Math.max(0, share));
    for (let at = 1; at < path.length; at += 1) {
      const [x, y] = path[at - 1];
      const dx = path[at][0] - x;
      const dy = path[at][1] - y;
      const step = Math.hypot(dx, dy);
      if (rest <= step || at === path.length - 1) {
        const part = step ? Math.min(1, rest / step) : 0;
        return { x: x + dx * part, y: y + dy * part, heading: (Math.atan2(-dy, dx) * 180) / Math.PI };
      }
      rest -= step;
    }
    return { x: path[0][0], y: path[0][1], heading: 90 };
  }

  /**
   * The part of a path between two distances along it.
   * @param {Place[]} path
   * @param {number} start
   * @param {number} end
   * @returns {Place[]}
   */
  function piece(path, start, end) {
    const total = lengthOf(path) || 1;
    const first = along(path, start / total);
    const last = along(path, end / total);
    /** @type {Place[]} */
    const kept = [[first.x, first.y]];
    let run = 0;
    for (let at = 1; at < path.length - 1; at += 1) {
      run += Math.hypot(path[at][0] - path[at - 1][0], path[at][1] - path[at - 1][1]);
      if (run > start && run < end) { kept.push(path[at]); }
    }
    kept.push([last.x, last.y]);
    return kept;
  }

  /**
   * Which leg is run after so many seconds, and how much of it; a pause at every cone.
   * @param {Leg[]} legs in the order in which they are run
   * @param {number} seconds
   * @param {number} pause
   * @returns {{leg: number, share: number, over: boolean}}
   */
  function running(legs, seconds, pause) {
    let rest = seconds;
    for (let at = 0; at < legs.length; at += 1) {
      if (rest < legs[at].seconds + pause || at === legs.length - 1) {
        return { leg: at, share: Math.min(1, rest / legs[at].seconds), over: at === legs.length - 1 && rest >= legs[at].seconds };
      }
      rest -= legs[at].seconds + pause;
    }
    return { leg: 0, share: 0, over: true };
  }

  /**
   * A table as CSV: what a spreadsheet would take for a formula begins with an apostrophe.
   * @param {(string | number)[][]} rows
   * @returns {string}
   */
  function csv(rows) {
    const cell = (/** @type {string | number} */ value) => {
      if (typeof value === "number") { return String(value); }
      const safe = /^[\s]*[=+\-@]/.test(value) || /^[\t\r\n]/.test(value) ? `'${value}` : value;
      return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
    };
    return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
  }

  /**
   * The bytes of a text in Base45, RFC 9285; null where it is none.
   * @param {string} text
   * @returns {Uint8Array | null}
   */
  function base45(text) {
    const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    const values = Array.from(text, (letter) => letters.indexOf(letter));
    if (values.indexOf(-1) >= 0) { return null; }
    /** @type {number[]} */
    const bytes = [];
    for (let at = 0; at < values.length; at += 3) {
      const part = values.slice(at, at + 3);
      const number = part.reduce((sum, value, place) => sum + value * Math.pow(45, place), 0);
      if (part.length === 3 && number <= 0xffff) {
        bytes.push(number >> 8, number & 0xff);
      } else if (part.length === 2 && number <= 0xff) {
        bytes.push(number);
      } else {
        return null;
      }
    }
    return Uint8Array.from(bytes);
  }

  /**
   * The bytes of a text in Base64url; null where it is none.
   * @param {string} text
   * @returns {Uint8Array | null}
   */
  function base64url(text) {
    if (!/^[\w-]*$/.test(text)) { return null; }
    try {
      return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
    } catch (problem) {
      return null;
    }
  }

  /**
   * CRC-32 of some bytes.
   * @param {Uint8Array} bytes
   * @returns {number}
   */
  function crc32(bytes) {
    let sum = 0xffffffff;
    bytes.forEach((byte) => {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit += 1) { sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0); }
    });
    return (sum ^ 0xffffffff) >>> 0;
  }

  /**
   * What a code holds in packed form: "newer", null for no code.
   * @param {string} text
   * @returns {Uint8Array | "newer" | null}
   */
  function packed(text) {
    // chats put a greeting before it, quote it, indent it, and add characters that nobody sees
    const whole = text.replace(/[\u200b-\u200f\u2060\ufeff<>"'`]/g, "");
    const found = /(?:^|[^A-Za-z0-9])CD(\d{1,9})([:-])/i.exec(whole);
    if (!found || text.length > 40000) { return null; }
    if (Number(found[1]) > 1) { return "newer"; }
    const after = whole.slice(found.index + found[0].length).replace(/\s+$/, "");
    /** @type {(Uint8Array | null)[]} */
    const tries = [];
    [after, after.split(/\r?\n[ \t]*\r?\n/)[0], after.split(/\r?\n/)[0]].forEach((part) => {
      if (found[2] === "-") { tries.push(base64url(part.replace(/\s+/g, ""))); return; }
      [part.replace(/[\r\n\t]+/g, ""), part.replace(/[\r\n\t]+ */g, "")].forEach((body) => {
        // a space at the end is easily lost, and is a digit of Base45
        ["", " ", "  "].forEach((end) => tries.push(base45(body.toUpperCase() + end)));
      });
    });
    for (const bytes of tries) {
      if (bytes && bytes.length > 4) {
        const sum = ((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) >>> 0;
        if (sum === crc32(bytes.subarray(4))) { return bytes.subarray(4); }
      }
    }
    return null;
  }

  /**
   * What the JSON of a code says: a list of the id, units, tape, boundary, soft sides, obstacles, reference
   * points and placements, each `[name:check, size in ten-thousandths, bound, x, y, rotation, pace, flags, …]`.
   * @param {unknown} said
   * @returns {Shared | null}
   */
  function shared(said) {
    if (!Array.isArray(said) || typeof said[0] !== "string" || !/^[a-z2-7]{6}$/.test(said[0]) || !Array.isArray(said[7])) {
      return null;
    }
    const drills = said[7].slice(0, 200).map((/** @type {unknown} */ row) => {
      const [name, size, , , , , pace, flags] = Array.isArray(row) ? row : [];
      return { name: String(name).split(":")[0].slice(0, 60), size: Number(size) / 10000, pace: Number(pace), mirrored: (Number(flags) & 1) === 1 };
    });
    return { id: said[0], drills };
  }

  return Object.freeze({
    fill, clock, left, draw, gap, lengthOf, along, piece,
    running, csv, base45, base64url, crc32, packed, shared,
  });
})();
