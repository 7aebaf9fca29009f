// Stands in for the server on a site of files: a run that is started is one that was recorded when the site was made,
// for that very request. What was not recorded needs a server, and the page says so.

import { addressBy, placed } from "../core/place.js";
import { needsServer, standWithoutServer } from "../core/server.js";

/** @import { RunView } from "../core/types.js" */

/** What was asked for when the site was made, and the ids of the runs that came of it. @typedef {{asked: Record<string, unknown>, runs: string[]}} Recorded */
/** @typedef {{recorded: Recorded[]}} Site */

const RUN = /^\/api\/runs\/([^/]+)(\/columns)?$/;

/** From now on nothing is asked of any server. @param {Site} site */
export function standOnSite({ recorded }) {
  const known = new Set(recorded.flatMap(({ runs }) => runs));
  /** How often each has been asked for: the next time it is the next run. @type {Map<Recorded, number>} */
  const turns = new Map();

  /** @param {unknown} body */
  async function start(body) {
    const wanted = keyOf(JSON.parse(String(body)));
    const found = recorded.find(({ asked }) => keyOf(asked) === wanted);
    if (!found) return needsServer("This was not recorded for these pages, which have no server.");
    const turn = turns.get(found) ?? 0;
    turns.set(found, turn + 1);
    return fetch(placed(`/recordings/${found.runs[turn % found.runs.length]}.json`));
  }

  standWithoutServer({
    watch: null,
    async answer(address, init) {
      const [, run = "", columns] = RUN.exec(address) ?? [];
      if (address === "/api/runs" && init?.method === "POST") return start(init.body);
      if (run && (init?.method ?? "GET") === "GET") {
        if (!known.has(run)) return Response.json({ error: { code: "unknown_run", message: `There is no run ${run}.` } }, { status: 404 });
        return fetch(placed(`/recordings/${run}.${columns ? "columns" : "json"}`), init);
      }
      return needsServer();
    },
  });
  addressBy(fileOf);
}

/** The same request has the same key, in whatever order its fields come; a seed decides nothing here. @param {Record<string, unknown>} request */
function keyOf(request) {
  return JSON.stringify(Object.entries(request).filter(([name, value]) => name !== "seed" && value !== null).sort());
}

/** Every page is a file, so that a host need not know that a folder has an index. @param {string} address @returns {string} */
function fileOf(address) {
  const { pathname, search } = new URL(address, "https://site.invalid");
  const run = /^\/runs\/([^/]+)$/.exec(pathname)?.[1];
  if (run) return placed(`/index.html?runs=${run}${search.replace("?", "&")}`);
  return placed(`${pathname === "/" ? "" : pathname}/index.html${search}`);
}

/** The runs of these ids, as far as they are here. @param {readonly string[]} ids @returns {Promise<RunView[]>} */
export async function runsOf(ids) {
  const { fetchRun } = await import("../core/api.js");
  const answers = await Promise.all(ids.map(fetchRun));
  return answers.flatMap((answer) => (answer.ok ? [answer.run] : []));
}
