// The recording that a page has brought with it: unpacked, and handed out as the event stream would bring it. So a page
// in one file needs no server, and shows every moment from the same steps as on the server.

import { stepsIn } from "../core/ndjson.js";
import { addressBy } from "../core/place.js";
import { needsServer, standWithoutServer } from "../core/server.js";

/** @import { RunView, ScriptRunView } from "../core/types.js" */

/** From now on this run is the only one that there is. @param {RunView | ScriptRunView} run */
export async function standOnBrought(run) {
  const text = await unpacked("recording");
  standWithoutServer({
    answer: async () => needsServer(),
    watch(_run, listener) {
      let isOpen = true;
      void (async () => {
        for (const columns of stepsIn(text)) {
          // Between two batches the page may draw and answer.
          await new Promise((go) => setTimeout(go));
          if (!isOpen) return;
          listener.onSteps(columns);
        }
        if (isOpen) listener.onEnd(/** @type {RunView} */ (run));
      })();
      return { close: () => void (isOpen = false) };
    },
  });
  // It has no address of its own: it is wherever the file is.
  addressBy(() => null);
}

/** @param {string} id of a script that is no script: base64 of gzip of text */
async function unpacked(id) {
  const packed = document.getElementById(id)?.textContent ?? "";
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
