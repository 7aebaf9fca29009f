// A tray with what was lost, a torn ticket each, as the stage draws it.

import { svg } from "../shell/dom.js";
import { Layer } from "../shell/layer.js";
import { ticket } from "../stages/cells/shapes.js";

/** So many tickets lie in a row; the others lie on top of them. */
const A_ROW = 5;

const WIDTH = 320;
const SIZE = 26;
const ANGLES = [-4, 5, -2, 7, -6, 3, -1, 6];

/** @param {readonly number[]} deaths the processes whose updates were lost */
export function trayPicture(deaths) {
  const rows = Math.ceil(deaths.length / A_ROW);
  const height = rows * 48 + 8;
  const layer = new Layer("plane-ground");
  layer.begin();
  layer.draw("tray", "path", { class: "tray is-full", d: `M2 ${height - 48}V${height - 2}H${WIDTH - 2}V${height - 48}` });
  deaths.forEach((process, index) => {
    const row = Math.floor(index / A_ROW);
    const inRow = Math.min(A_ROW, deaths.length - row * A_ROW);
    const at = { x: WIDTH / 2 + ((index % A_ROW) - (inRow - 1) / 2) * 62, y: height - 24 - row * 48 };
    ticket(layer, `ticket ${index}`, at, { size: SIZE, angle: ANGLES[index % ANGLES.length] ?? 0, gap: 2.5, process, isBlank: true });
  });
  layer.end();
  return svg("svg", { class: "tray-picture", viewBox: `0 0 ${WIDTH} ${height}`, "aria-hidden": "true" }, [layer.group]);
}
