// Strokes that grow as a run goes on: of a list that only grows, each item is turned into a
// stroke once. When the list got shorter, or the layout has changed, it starts again.

/**
 * @template Item
 * @template Where
 * @param {(item: Item, where: Where) => {key: string, stroke: string}} strokeOf which path an item belongs to, and what it adds to it
 */
export function createStrokes(strokeOf) {
  /** @type {Map<string, string>} */
  let paths = new Map();
  let taken = 0;
  let drawnFor = "";

  /** The paths by key. As long as `place` is the same, a stroke that was made once is right.
   * @param {readonly Item[]} items @param {string} place @param {Where} where @returns {ReadonlyMap<string, string>} */
  return (items, place, where) => {
    if (place !== drawnFor || items.length < taken) {
      paths = new Map();
      taken = 0;
      drawnFor = place;
    }
    for (; taken < items.length; taken += 1) {
      const { key, stroke } = strokeOf(/** @type {Item} */ (items[taken]), where);
      paths.set(key, (paths.get(key) ?? "") + stroke);
    }
    return paths;
  };
}
