// The page of a site without a server that says what a server adds. It has only what every page has.

import { createShell } from "../../shell/shell.js";

createShell({ keys: [], actions: {} });
