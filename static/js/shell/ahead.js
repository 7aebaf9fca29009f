// The first script of a page that shows long runs: their histories begin to be built before the other scripts have come.

import { begin } from "./history-workers.js";
import { embedded } from "./page-data.js";

for (const run of embedded("runs")) begin({ kind: "race", run });
