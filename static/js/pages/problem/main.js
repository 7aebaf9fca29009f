// The page that says what went wrong. All that it has is what every page has.

import { createShell } from "../../shell/shell.js";

createShell({ keys: [], actions: {} });
