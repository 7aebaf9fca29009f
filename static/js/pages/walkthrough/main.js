// The walkthrough: a step at a time, each with its question, its run and what to look at. This puts its parts together.

import { pathWithin } from "../../core/place.js";
import { part } from "../../shell/dom.js";
import { embedded, embeddedCatalogue } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { addressOf, stepAt } from "./course.js";
import { KEYS } from "./keys.js";
import { createNavigation } from "./navigation.js";
import { roomOffer } from "./room-offer.js";

/** @import { RacePlayer } from "../../views/race-player.js" */
/** @import { Look } from "../../core/types.js" */
/** @import { Program } from "./course.js" */

/** On a site of files, what was recorded for it. */
const site = embedded("site");
if (site) (await import("../../shell/site.js")).standOnSite(site);
const catalogue = embeddedCatalogue();
/** @type {Program[]} */
const programs = embedded("programs");
const body = document.body;

/** What shows the runs is fetched while the first question is read. @type {Promise<RacePlayer>} */
const player = import("../../views/race-player.js").then(({ createRacePlayer }) => {
  /** @type {Look} */
  const look = { panel: "code", solo: null, cell: null, projector: shell.projector };
  return createRacePlayer(part(body, "show", HTMLElement), { catalogue, look, onDraw: () => navigation.update() });
});

const navigation = createNavigation(body, programs, player, {
  showProblem: (problem) => shell.showProblem(problem),
  write: (address) => shell.write(address + (shell.projector ? "?projector" : "")),
});

const shell = createShell({
  keys: KEYS,
  actions: navigation.actions,
  onProjector(projector) {
    void player.then((it) => it.look({ projector }));
    navigation.render();
  },
  onTheme: () => void player.then((it) => it.invalidate()),
  presenter: () => import("../../presenter/presenter.js"),
});

/** Null until it is here. @type {RacePlayer | null} */
let ready = null;
void player.then((it) => (ready = it)).catch(() => {});
shell.room.offer(roomOffer(programs, navigation, () => ready !== null && !ready.running && !ready.playing && ready.at === null));

part(body, "to-next", HTMLButtonElement).addEventListener("click", navigation.actions.next);
part(body, "to-previous", HTMLButtonElement).addEventListener("click", navigation.actions.previous);
part(body, "run-again", HTMLButtonElement).addEventListener("click", navigation.actions.again);
part(body, "print", HTMLButtonElement).addEventListener("click", () => window.print());
body.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;
  const pathname = pathWithin(new URL(link.href).pathname);
  const at = stepAt(programs, pathname);
  if (at < 0 && pathname !== addressOf(programs, -1)) return;
  event.preventDefault();
  navigation.open(at);
});

navigation.begin(stepAt(programs, pathWithin(window.location.pathname)));
