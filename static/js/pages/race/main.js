// The page of the races, as it opens: what would run, the question, and a loss that was recorded earlier. The races
// themselves, and all that moves, come once this is painted, or at once where the address names some.

import { readAddress } from "./address.js";
import { KEYS } from "./keys.js";
import { createPageModes } from "./page-modes.js";
import { choiceOf, scenarioOf } from "../../core/catalogue.js";
import { pathWithin } from "../../core/place.js";
import { part } from "../../shell/dom.js";
import { fetchAhead } from "../../shell/modules.js";
import { embedded, embeddedCatalogue } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { createStart } from "../../views/start.js";

/** @import { RunView } from "../../core/types.js" */
/** @import { Races } from "./races.js" */

const catalogue = embeddedCatalogue();
const address = readAddress({ pathname: pathWithin(window.location.pathname), search: window.location.search });
/** Those that the address names and the server still knows. @type {RunView[]} */
const known = (await recordedFor(address.runs)) ?? embedded("runs");
/** @type {Promise<Races> | null} */
let loading = null;
/** Settles when the recorded loss is here, or cannot be had. @type {Promise<unknown>} */
let lossIsHere = Promise.resolve();

/** What keys do waits for the races, where they are not here yet. */
const keys = KEYS.map(([words, all]) => /** @type {const} */ ([
  words,
  Object.fromEntries(Object.entries(all).map(([key, act]) => [key, () => void withRaces(({ actions }) => act(actions))])),
]));

const shell = createShell({
  keys,
  actions: {},
  onProjector: (projector) => void withRaces(({ player }) => player.look({ projector })),
  onTheme: () => void loading?.then(({ player }) => player.invalidate()),
  presenter: () => import("../../presenter/presenter.js"),
});
const start = createStart(part(document, "opening", HTMLElement), {
  run: (choice, guess) => void withRaces((races) => races.run(choice, guess)),
  choose: (choice) => void withRaces((races) => races.choose(choice)),
}, catalogue);
const modes = createPageModes(document.body, { loadLoss, focus: () => start.focus() });

/** Once the races are here. @param {(races: Races) => void} act */
async function withRaces(act) {
  try {
    if (!loading) {
      fetchAhead("pages/race/races.js");
      loading = import("./races.js").then(({ openRaces }) => openRaces({ catalogue, known, address, start, modes, shell }));
    }
    act(await loading);
  } catch {
    // They are asked for again with the next press.
    loading = null;
    shell.say("The server does not answer. Try again.");
  }
}

/** On a site of files: what was recorded for it stands in for a server. The runs that the address names; null with a server. @param {readonly string[]} runs */
async function recordedFor(runs) {
  const site = embedded("site");
  if (!site) return null;
  const { runsOf, standOnSite } = await import("../../shell/site.js");
  standOnSite(site);
  return runsOf(runs);
}

/** The recorded loss: one frame of it stands on the page already. */
async function loadLoss() {
  await painted();
  fetchAhead("pages/race/recorded-loss.js");
  const module = import("./recorded-loss.js");
  lossIsHere = module.catch(() => {});
  const { createRecordedLoss } = await module;
  return createRecordedLoss(part(document, "first-loss", HTMLElement), catalogue, embedded("first-loss"));
}

/** Settles when the page has been seen for the first time. */
function painted() {
  return new Promise((settle) => requestAnimationFrame(() => setTimeout(settle)));
}

// The runs say what ran. The address adds what else was chosen.
const ran = choiceOf(catalogue, known.map(({ request }) => request));
start.set(ran);
if (!ran.scenario || !address.choice.scenario || ran.scenario === address.choice.scenario) start.set(address.choice);
if (known.length === 0) {
  modes.before(scenarioOf(catalogue, start.scenario));
  await painted();
  // What moves first comes first.
  await lossIsHere;
}
void withRaces(() => {});
