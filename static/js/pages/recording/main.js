// One recorded run of a scenario, in a file that needs no server. What it shows came with it.

import { KEYS } from "./keys.js";
import { createValue } from "../../charts/value.js";
import { choiceOf, scenarioOf, usual } from "../../core/catalogue.js";
import { inShort } from "../../core/choice-sentence.js";
import { standOnBrought } from "../../shell/brought.js";
import { part } from "../../shell/dom.js";
import { embedded, embeddedCatalogue } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { createRacePlayer } from "../../views/race-player.js";
import { createResultBar } from "../../views/result-bar.js";
import { createScoreLine } from "../../views/score-line.js";
import { readAddress } from "../race/address.js";

/** @import { RunView, TransportState, ViewState } from "../../core/types.js" */

const catalogue = embeddedCatalogue();
/** @type {RunView} */
const run = embedded("run");
const scenario = scenarioOf(catalogue, run.request.scenario);
const choice = { ...usual(scenario), ...choiceOf(catalogue, [run.request]) };
const { at, clip, clock, look } = readAddress({ pathname: "/", search: window.location.search });

const scores = createScoreLine(part(document, "score-line", HTMLElement), part(document, "races", HTMLElement));
const player = createRacePlayer(document.body, {
  catalogue,
  look: { ...look, solo: null },
  onDraw: draw,
  ready: { value: createValue },
});
const { actions } = player;
const bar = createResultBar(part(document, "result-bar", HTMLElement), { toLoss: actions.toLoss });
const shell = createShell({
  keys: KEYS,
  actions,
  onProjector: (projector) => player.look({ projector }),
  onTheme: () => player.invalidate(),
});

/** @param {TransportState} transport @param {readonly ViewState[]} views */
function draw(transport, views) {
  scores.render(views);
  bar.render({ ran: inShort(catalogue, scenario, choice), running: false, busy: false, changing: false, guess: null, run, transport });
}

player.rest([run.request]);
try {
  await standOnBrought(run);
  player.open([run], { at, clip });
  actions.setClock(clock);
} catch {
  shell.say("This browser cannot unpack the recording. Open the file with a newer one.");
}
