/**
 * Drives Firefox for tests that are written in Python: `node firefox.js PATH_OF_FIREFOX`.
 *
 * Each request is a method of `Driver` with its arguments, in JSON; so is the answer. Playwright cannot do this: it
 * needs a Firefox of its own making, and people have the one that Mozilla makes.
 */

import { createServer } from "node:http";
import { text } from "node:stream/consumers";

import { launch } from "puppeteer-core";

const ANSWER_MS = 20_000;
const CLOSE_MS = 5_000;
const NOWHERE = "127.0.0.1";

const PREFERENCES = {
  // Whatever is not on this machine is asked of a proxy that does not exist. A browser has much to ask.
  "network.proxy.type": 1,
  "network.proxy.http": NOWHERE,
  "network.proxy.http_port": 9,
  "network.proxy.ssl": NOWHERE,
  "network.proxy.ssl_port": 9,
  "ui.prefersReducedMotion": 1,
};

const browser = await launch({
  browser: "firefox",
  executablePath: process.argv[2] ?? "firefox",
  extraPrefsFirefox: PREFERENCES,
  protocolTimeout: ANSWER_MS,
  handleSIGTERM: false,
});
/** @type {string[]} */
let complaints = [];
const page = await newPage("tab");
/** Beside the first. @type {import("puppeteer-core").Page[]} */
let windows = [];

/** @param {"tab" | "window"} type a tab that is not in front draws nothing */
async function newPage(type) {
  const made = await browser.newPage({ type });
  made.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  made.on("pageerror", (error) => complaints.push(`uncaught: ${error}`));
  return made;
}

/** @type {Record<string, (...given: any[]) => Promise<unknown>>} */
const Driver = {
  open: async (/** @type {string} */ url) => void (await page.goto(url, { timeout: ANSWER_MS })),
  resize: (/** @type {number} */ width, /** @type {number} */ height) => page.setViewport({ width, height }),
  evaluate: (/** @type {string} */ expression) => page.evaluate(expression),
  evaluateInFrame: (/** @type {string} */ expression) => page.frames()[1]?.evaluate(expression) ?? Promise.resolve(null),
  press: (/** @type {import("puppeteer-core").KeyInput} */ key) => page.keyboard.press(key),

  openWindow: async (/** @type {string} */ url) => {
    const window = await newPage("window");
    windows.push(window);
    await window.goto(url, { timeout: ANSWER_MS });
  },
  evaluateInWindows: (/** @type {string} */ expression) => Promise.all(windows.map((window) => window.evaluate(expression))),
  closeWindows: async () => {
    await Promise.all(windows.map((window) => window.close()));
    windows = [];
  },

  /** What the browser complained about since it was asked last. */
  complaints: async () => {
    const heard = complaints;
    complaints = [];
    return heard;
  },
};

const server = createServer(async (request, response) => {
  if (request.url === "/healthz") return response.end();
  try {
    const [method, ...given] = JSON.parse(await text(request));
    const answer = await Driver[method]?.(...given);
    return response.end(JSON.stringify({ answer: answer ?? null }));
  } catch (error) {
    return response.writeHead(500).end(String(error));
  }
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address && typeof address === "object") console.log(`Firefox is driven at http://127.0.0.1:${address.port}`);
});

process.once("SIGTERM", async () => {
  setTimeout(() => browser.process()?.kill("SIGKILL"), CLOSE_MS).unref();
  await browser.close();
  process.exit();
});
