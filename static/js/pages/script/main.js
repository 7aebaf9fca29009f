// The page of a script, as a server sends it. In a file that needs no server the same page has no room to lead.

import { openScriptPage } from "./script-page.js";

openScriptPage({ presenter: () => import("../../presenter/presenter.js") });
