// The keyboard, and a presenter's clicker, which sends PageDown and PageUp. One table: what is listened
// for is what the help shows.

/** @template A @typedef {Readonly<Record<string, (actions: A) => void>>} KeysFor */

/** What keys do, and the keys that do it. @template A @typedef {readonly (readonly [string, KeysFor<A>])[]} KeyTable */

/** What a key types on a keyboard of Latin letters, by its place: alone, and with Shift. Letters and digits say it by themselves.
 * @type {Readonly<Record<string, readonly [string, string]>>} */
const PLACES = { Slash: ["/", "?"], Period: [".", ">"], Minus: ["-", "_"], Equal: ["=", "+"] };

/** Other names of a key, or keys that some clickers send. @type {Readonly<Record<string, string>>} */
const ALIASES = { "=": "+", ".": "b" };

/** Letters and signs that a keyboard of Latin letters types. */
const LATIN = /^[\x20-\x7e\u00c0-\u024f]$/;

/** A key that types nothing, such as "ArrowLeft". What an Arabic key types can be two letters, so length says nothing. */
const NAMED = /^[A-Z][A-Za-z0-9]+$/;

/** Keys that do something again and again while they are held. */
const WALKS = /Arrow|^[+-]$/;

/** @template A @param {A} actions @param {KeyTable<A>} table */
export function listenForKeys(actions, table) {
  /** @type {KeysFor<A>} */
  const all = Object.assign({}, ...table.map(([, keys]) => keys));
  document.addEventListener("keydown", (event) => {
    const name = nameOf(event);
    const action = Object.hasOwn(all, name) ? all[name] : undefined;
    if (!action || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTaken(event)) return;
    event.preventDefault();
    // A key that is held repeats steps only: nobody means to start thirty runs.
    if (event.repeat && !WALKS.test(name)) return;
    action(actions);
  });
}

/** A typed character says by itself whether Shift was held. Where it is not Latin, the place of the key counts.
 * @param {Pick<KeyboardEvent, "key" | "code" | "shiftKey">} event */
export function nameOf({ key, code, shiftKey }) {
  if (NAMED.test(key)) return shiftKey ? `Shift+${key}` : key;
  const typed = LATIN.test(key) ? key : (/^(?:Key|Digit)(.)$/.exec(code)?.[1] ?? PLACES[code]?.[shiftKey ? 1 : 0] ?? key);
  return ALIASES[typed] ?? typed.toLowerCase();
}

/** Whether the key already means something where the focus is. @param {KeyboardEvent} event */
function isTaken({ key, target }) {
  if (document.querySelector("dialog[open]")) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches("input[type=range]")) return false;
  if (target.matches("input, select, textarea, [contenteditable]")) return true;
  return (key === " " || key === "Enter") && target.matches("button, a[href], summary");
}
