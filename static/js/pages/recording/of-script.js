// The recorded run of a person's own script, in a file that needs no server: the page of a script, with what came with it.

import { standOnBrought } from "../../shell/brought.js";
import { embedded } from "../../shell/page-data.js";

await standOnBrought(embedded("run"));
(await import("../script/script-page.js")).openScriptPage({});
