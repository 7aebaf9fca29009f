// The table of ops, given to the scripts as the server gives it to a page. Tests of the scripts that read it import this.

import { setOps } from "../../static/js/core/ops.js";

const table = process.env["LOST_UPDATE_OPS"];
if (!table) throw new Error("pytest says what the table of ops is: run `pytest tests/test_scripts.py`");
setOps(JSON.parse(table));
