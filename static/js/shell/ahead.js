// The first script of a page that shows runs: the long ones of those that have ended begin to be built before the other
// scripts have come.

import { begin } from "./history-workers.js";
import { embedded } from "./page-data.js";

for (const run of embedded("runs")) begin(run);
