// The page of recordings: what this visitor keeps. It shows what the server answers, and asks again when that changed.

import { cardOf } from "./card.js";
import { ask } from "../../core/api.js";
import { size } from "../../core/format.js";
import { part, setText, show } from "../../shell/dom.js";
import { createShell } from "../../shell/shell.js";

/** @import { Kept, Listing } from "./kept.js" */

/** So long after the last letter is searched, in ms. */
const TYPING_PAUSE = 200;

const body = document.body;
const list = part(body, "list", HTMLElement);
const search = part(body, "search", HTMLInputElement);
const more = part(body, "more", HTMLButtonElement);
const none = part(body, "none", HTMLElement);
const said = part(body, "said", HTMLElement);

const shell = createShell({
  keys: [["Search", { "/": ({ find }) => find() }]],
  actions: { find: () => search.focus() },
  presenter: () => import("../../presenter/presenter.js"),
});

/** @type {string | null} */
let next = null;
/** Counts what was asked: an answer that another question has overtaken is not shown. */
let asked = 0;

const actions = {
  /** @param {Kept} kept @param {string | null} name */
  rename: (kept, name) => void change(kept, "", { method: "PATCH", body: JSON.stringify({ name }) }, name ? `Renamed to ${name}.` : "The name is taken away."),
  /** @param {Kept} kept */
  pin: (kept) => void change(kept, "", { method: "PATCH", body: JSON.stringify({ is_pinned: !kept.is_pinned }) }, kept.is_pinned ? "No longer pinned." : "Pinned."),
  /** @param {Kept} kept */
  remove: (kept) => void change(kept, "", { method: "DELETE" }, "Deleted. Undo brings it back."),
  /** @param {Kept} kept */
  takeAway: ({ id }) => shell.takeAway(id),
  /** @param {Kept} kept */
  restore: (kept) => void change(kept, "/restore", { method: "POST" }, "It is back."),
};

/** Does something to one, and shows what came of it in its place. @param {Kept} kept @param {string} path @param {RequestInit} init @param {string} words */
async function change(kept, path, init, words) {
  const headers = init.body ? { "Content-Type": "application/json" } : undefined;
  const answer = await ask(`/api/recordings/${encodeURIComponent(kept.id)}${path}`, { ...init, ...(headers && { headers }) });
  shell.showProblem(answer.ok ? null : answer.problem);
  const now = answer.ok ? /** @type {Kept} */ (answer.body) : kept;
  const before = list.querySelector(`[data-id="${CSS.escape(kept.id)}"]`);
  const after = cardOf(now, actions);
  before?.replaceWith(after);
  if (answer.ok) setText(said, words);
  after.querySelector("button")?.focus();
  void amount();
}

/** @param {string} [before] */
async function load(before) {
  asked += 1;
  const own = asked;
  list.setAttribute("aria-busy", "true");
  const query = new URLSearchParams({ search: search.value, ...(before && { before }) });
  const answer = await ask(`/api/recordings?${query}`);
  if (own !== asked) return;
  list.setAttribute("aria-busy", "false");
  if (!answer.ok) {
    shell.showProblem(answer.problem, { label: "Try again", act: () => void load(before) });
    return;
  }
  shell.showProblem(null);
  const listing = /** @type {Listing} */ (answer.body);
  if (!before) list.replaceChildren();
  list.append(...listing.recordings.map((kept) => cardOf(kept, actions)));
  next = listing.next;
  show(more, next !== null);
  describe(listing);
}

/** @param {Listing} listing */
function describe({ bytes, budget, is_kept: isKept, why_not: whyNot }) {
  const isEmpty = list.childElementCount === 0;
  show(none, isEmpty);
  setText(none, search.value ? `Nothing that you keep matches “${search.value}”.` : "Nothing is kept yet. Whatever runs here is: go to the race, run it, and come back.");
  const why = part(body, "why-not", HTMLElement);
  show(why, !isKept);
  setText(why, whyNot ?? "");
  const room = budget === null ? "" : ` of ${size(budget)}`;
  setText(part(body, "amount", HTMLElement), isEmpty && bytes === 0 ? "" : `${size(bytes)}${room}, the oldest go first; what is pinned stays.`);
}

/** How much they take now: of none of them, as there are none before the first. */
async function amount() {
  const answer = await ask("/api/recordings?before=0");
  if (answer.ok) describe(/** @type {Listing} */ (answer.body));
}

let typing = 0;
search.addEventListener("input", () => {
  window.clearTimeout(typing);
  typing = window.setTimeout(() => {
    shell.write(search.value ? `/recordings?${new URLSearchParams({ search: search.value })}` : "/recordings");
    void load();
  }, TYPING_PAUSE);
});
more.addEventListener("click", () => void load(next ?? undefined));
const field = part(body, "file", HTMLInputElement);
field.addEventListener("change", () => {
  const file = field.files?.[0];
  if (file) shell.openFile(file);
  // The same file can be chosen once more.
  field.value = "";
});
search.value = new URLSearchParams(window.location.search).get("search") ?? "";
void load();
