// Which tab of a browser leads its room: the one that can be seen and was used last. Storage may be forbidden: then each
// tab knows of itself alone.

const KEY = "room tab";

/** Looking at a tab is using it, and so is touching it. */
const USES = /** @type {const} */ (["focus", "pageshow", "pointerdown", "keydown"]);

/** @param {() => void} onTurn it has become this tab's turn */
export function createTabTurn(onTurn) {
  const own = String(Math.random());

  function take() {
    if (document.hidden || lastUsed() === own) return;
    note();
    onTurn();
  }

  function note() {
    try {
      localStorage.setItem(KEY, own);
    } catch {
      // See above.
    }
  }

  /** @returns {string | null} null where no tab has been used, or none can say so */
  function lastUsed() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  for (const use of USES) window.addEventListener(use, take, true);
  document.addEventListener("visibilitychange", take);
  if (!document.hidden) note();

  return { isOurs: () => !document.hidden && (lastUsed() ?? own) === own };
}
