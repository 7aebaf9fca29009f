// The page that says what went wrong. It has only what every page has.

import { createShell } from "../../shell/shell.js";

createShell({ keys: [], actions: {}, presenter: () => import("../../presenter/presenter.js") });
