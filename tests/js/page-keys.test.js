// What keys do on each page, all tables together: no key of a page has two meanings.

import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import test from "node:test";

import { BY_BUTTON, EVERYWHERE } from "../../static/js/shell/shell-keys.js";

/** @import { KeyTable } from "../../static/js/shell/keys.js" */

const PAGES = new URL("../../static/js/pages/", import.meta.url);
const WITH_KEYS = readdirSync(PAGES).filter((page) => existsSync(new URL(`${page}/keys.js`, PAGES)));
const SHELL = [...EVERYWHERE, ...Object.values(BY_BUTTON).flat()];

/** Every key of a table, as often as it stands there. @param {KeyTable<never>} table */
const keysOf = (table) => table.flatMap(([, keys]) => Object.keys(keys));

test("there are pages with keys of their own", () => assert.ok(WITH_KEYS.length > 5, String(WITH_KEYS)));

for (const page of WITH_KEYS) {
  test(`no key has two meanings on the page ${page}`, async () => {
    /** @type {{KEYS: KeyTable<never>}} */
    const { KEYS } = await import(new URL(`${page}/keys.js`, PAGES).href);
    const all = keysOf([...KEYS, ...SHELL]);
    assert.deepEqual(all.filter((key, at) => all.indexOf(key) !== at), []);
  });
}
