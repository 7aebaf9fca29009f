// The page of the races, as it opens: what would run, the question, and a loss that was recorded earlier. The races
// themselves, and all that is about them, come once this is painted, or at once where the address names some.

import { createScenes } from "./scenes.js";
import { scenarioOf } from "../../core/catalogue.js";
import { part } from "../../shell/dom.js";
import { createTheme } from "../../shell/theme.js";
import { createRecordedLoss } from "../../views/recorded-loss.js";
import { createStart } from "../../views/start.js";

/** @import { Catalogue, RunView } from "../../core/types.js" */
/** @import { Races } from "./races.js" */

/** @param {string} id */
function embedded(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

/** @type {Catalogue} */
const catalogue = embedded("catalogue");
/** Those that the address names and the server still knows. @type {RunView[]} */
const known = embedded("runs");
/** @type {Promise<Races> | null} */
let loading = null;

const start = createStart(part(document, "start", HTMLElement), {
  run: (choice, guess) => void withRaces((races) => races.run(choice, guess)),
  choose: (choice) => void withRaces((races) => races.choose(choice)),
}, catalogue);
const loss = createRecordedLoss(part(document, "first-loss", HTMLElement), catalogue, embedded("first-loss"));
const scenes = createScenes(document.body, { loss, focus: () => start.focus() });
createTheme(part(document, "theme", HTMLButtonElement), () => void withRaces(({ invalidate }) => invalidate()));

/** Once the races are here. @param {(races: Races) => void} act */
async function withRaces(act) {
  try {
    loading ??= import("./races.js").then(({ createRaces }) => createRaces({ catalogue, known, start, scenes }));
    act(await loading);
  } catch {
    // It is asked for again with the next press.
    loading = null;
    start.complain({ code: "away", message: "The server does not answer." });
  }
}

/** Settles when the page has been seen for the first time. */
function painted() {
  return new Promise((settle) => requestAnimationFrame(() => setTimeout(settle)));
}

const wanted = new URLSearchParams(window.location.search).get("scenario");
if (known.length === 0) scenes.before(scenarioOf(catalogue, wanted ?? catalogue.demonstration.scenario));
if (known.length === 0) await painted();
void withRaces(() => {});
