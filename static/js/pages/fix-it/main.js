// The page of the puzzle: a person places the lock's two calls; the server tries every interleaving; real processes follow the one
// that breaks the code. This puts the parts together.

import { part } from "../../shell/dom.js";
import { embedded, embeddedCatalogue } from "../../shell/page-data.js";
import { createShell } from "../../shell/shell.js";
import { KEYS } from "./keys.js";
import { Puzzle } from "./puzzle.js";

const body = document.body;
const puzzle = new Puzzle(body, embeddedCatalogue(), embedded("usual"), {
  showProblem: (problem) => shell.showProblem(problem),
  write: (address) => shell.write(address),
});
const { actions, view } = puzzle;

const shell = createShell({
  keys: KEYS,
  actions,
  onProjector: (projector) => puzzle.setProjector(projector),
  onTheme: () => puzzle.redraw(),
  presenter: () => import("../../presenter/presenter.js"),
});

view.check.addEventListener("click", actions.check);
view.follow.addEventListener("click", actions.follow);
view.choice.addEventListener("change", () => puzzle.choose(view.choice.value));
part(body, "clear", HTMLButtonElement).addEventListener("click", actions.clear);
part(body, "next", HTMLButtonElement).addEventListener("click", () => {
  actions.next();
  // The button that was pressed is gone.
  view.choice.focus();
});

puzzle.render();
