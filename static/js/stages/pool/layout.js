// Where things stand on the stage of a pool. Pure: from a size and a number of workers to rows. What is least needed
// goes first where there is too little room: words below main, the axis, the order, and the tasks that wait.

/** @import { Axis } from "../lanes.js" */

/** A row by its middle, and how high what stands in it is. @typedef {{y: number, height: number}} Row */

/**
 * @typedef {object} Layout
 * @property {number} type
 * @property {Axis} axis
 * @property {Row} main
 * @property {number | null} actionsY where it is written what main did
 * @property {Row | null} waiting
 * @property {readonly Row[]} workers
 * @property {number | null} footer where the axis stands
 * @property {Row} results
 * @property {number | null} orderY where the order is written in which tasks were done
 */

/** What may be left out, the first first. @type {readonly (readonly string[])[]} */
const WITHOUT = [[], ["order"], ["order", "actions"], ["order", "actions", "footer"], ["order", "actions", "footer", "waiting"]];

/** @param {number} width @param {number} height @param {number} type @param {number} left @param {number} count @param {number} end @returns {Layout} */
export function layOut(width, height, type, left, count, end) {
  const missing = WITHOUT.find((without) => height / weights(count, without).total >= 1.5 * type) ?? WITHOUT.at(-1) ?? [];
  const { total, actions, waiting, footer, order } = weights(count, missing);
  const unit = Math.min(height / total, 3.4 * type);
  let y = (height - unit * total) / 2;
  /** @param {number} weight */
  const row = (weight) => {
    y += weight * unit;
    return { y: y - (weight * unit) / 2, height: Math.min(0.74 * weight * unit, 2 * type) };
  };
  const main = row(1);
  const actionsRow = actions ? row(actions) : null;
  const waitingRow = waiting ? row(waiting) : null;
  const workers = Array.from({ length: count }, () => row(1));
  const footerRow = footer ? row(footer) : null;
  const results = row(1);
  const orderRow = order ? row(order) : null;
  return {
    type,
    axis: { left, right: width - 0.3 * type, end },
    main,
    actionsY: actionsRow && actionsRow.y - 0.1 * type,
    waiting: waitingRow,
    workers,
    footer: footerRow && footerRow.y - 0.6 * type,
    results,
    orderY: orderRow && orderRow.y,
  };
}

/** How high each row is, as a share of a lane. @param {number} count @param {readonly string[]} without */
function weights(count, without) {
  const actions = without.includes("actions") ? 0 : 0.8;
  const waiting = without.includes("waiting") ? 0 : 1;
  const footer = without.includes("footer") ? 0 : 1;
  const order = without.includes("order") ? 0 : 0.8;
  return { actions, waiting, footer, order, total: 2 + count + actions + waiting + footer + order };
}
