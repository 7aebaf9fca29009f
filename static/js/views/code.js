// The code that really ran, with a marker for each process on the line it is on, and behind one click
// what Python executes for a line that touches the shared number.

import { html, setAttribute, setText, show, toggle } from "../shell/dom.js";
import { inlineMark } from "../shell/marks.js";

/** @import { Code, Instruction, RunView, ViewState } from "../core/types.js" */

/** Which step an instruction is. The number that processes share is the attribute `value`.
 * @type {Readonly<Record<string, string>>} */
const STEPS = { "LOAD_ATTR value": "read", "STORE_ATTR value": "write" };

/** So many processes have their marks beside each other; of more the gutter tells the number. */
const MOST_MARKS = 8;

/** Lines that matter though they touch nothing shared. */
const DECIDES = /\braise\b|callback=/;

/** @param {HTMLElement} figure */
export function createCode(figure) {
  /** @type {Code | null} */
  let shown = null;
  /** @type {{line: HTMLElement, gutter: HTMLElement}[]} */
  let lines = [];
  let listing = html("div");
  /** The lines that are kept in view where the panel is low. @type {HTMLElement[]} */
  let kept = [];
  /** @type {HTMLElement[]} */
  let inView = [];
  let height = 0;

  /** @param {Code} code */
  function write(code) {
    shown = code;
    lines = code.text.trimEnd().split("\n").map((text) => {
      const gutter = html("span", "code-gutter");
      return { gutter, line: html("div", "code-line", [gutter, html("code", "", [text || " "])]) };
    });
    listing = html("div", "code-listing", lines.map(({ line }) => line));
    kept = lines.flatMap(({ line }, index) => {
      const steps = stepsOf(code.bytecode, index + 1);
      explain(line, steps, code.python);
      return steps.length > 0 || DECIDES.test(line.textContent) ? [line] : [];
    });
    // Long code scrolls, so the keyboard must be able to reach it.
    listing.tabIndex = 0;
    setAttribute(listing, "role", "group");
    setAttribute(listing, "aria-label", `The code that runs, from ${code.file}`);
    figure.replaceChildren(listing, html("figcaption", "code-file", [code.file]));
  }

  /** @param {ViewState} view */
  function render({ run, state, step, clip, history }) {
    const file = step?.file ?? null;
    const code = sourceOf(run, file);
    show(figure, code !== null);
    if (code === null) return;
    if (code.text !== shown?.text || code.python !== shown.python) write(code);
    const isCrowd = state.processes.length > MOST_MARKS;
    figure.style.setProperty("--gutter", String(Math.min(5, Math.max(2, state.processes.length))));
    toggle(figure, "is-crowded", state.processes.length > 4 && !isCrowd);
    const inClip = new Set(clip?.positions.map((position) => history.step(position - 1)).flatMap((one) => (one.file === file ? [one.line] : [])));
    lines.forEach(({ line, gutter }, index) => {
      toggle(line, "is-in-clip", inClip.has(index + 1));
      const here = state.processes.flatMap((process, number) =>
        process.line === index + 1 && process.file === file ? [number] : [],
      );
      const moved = isCrowd && step !== null && here.includes(step.process) ? step.process : -1;
      const wanted = `${here.join(" ")} ${moved}`;
      if (gutter.dataset["here"] === wanted) return;
      gutter.dataset["here"] = wanted;
      const names = here.map((number) => state.names[number] ?? "");
      gutter.replaceChildren(...(isCrowd ? counted(names.length, state.names[moved]) : names.map(inlineMark)));
      toggle(line, "is-current", here.length > 0);
      if (here.length > 0) gutter.append(hidden(names));
    });
    const current = lines.flatMap(({ line }) => (line.classList.contains("is-current") ? [line] : []));
    keepInView(current.length > 0 ? current : kept);
  }

  /** Scrolls no further than it takes, and only when other lines matter. @param {HTMLElement[]} wanted */
  function keepInView(wanted) {
    const [first, last] = [wanted[0], wanted.at(-1)];
    if (!first || !last || (first === inView[0] && last === inView.at(-1) && listing.clientHeight === height)) return;
    inView = wanted;
    height = listing.clientHeight;
    const top = first.offsetTop - listing.offsetTop;
    const bottom = last.offsetTop - listing.offsetTop + last.offsetHeight;
    // What comes last decides where not all of it fits.
    if (top < listing.scrollTop) listing.scrollTop = top;
    if (bottom > listing.scrollTop + height) listing.scrollTop = bottom - height;
  }

  return { render, destroy() {} };
}

/** Of very many: who moved last, and how many there are besides. @param {number} count @param {string | undefined} moved */
function counted(count, moved) {
  if (count === 0) return [];
  if (moved === undefined) return [html("span", "code-count", [String(count)])];
  const others = count > 1 ? ` +${count - 1}` : "";
  return [inlineMark(moved), html("span", "code-count", [`${moved}${others}`])];
}

/** @param {string[]} here */
function hidden(here) {
  const names = html("span", "unseen");
  setText(names, `${here.join(", ")}: `);
  return names;
}

/** The text that holds the step on show: the code shown, or another file that was declared. @param {RunView} run @param {string | null} file */
function sourceOf({ code, sources }, file) {
  return (file === null ? code : sources?.find((source) => source.file === file)) ?? null;
}

/** @typedef {{step: string, instructions: string[]}} Group */

/** The instructions of a line, in groups that each end with a step. Jumps belong to the loop around it.
 * @param {readonly Instruction[]} bytecode @param {number} line @returns {Group[]} */
function stepsOf(bytecode, line) {
  const groups = [{ step: "", instructions: /** @type {string[]} */ ([]) }];
  for (const { name, argument } of bytecode.filter((each) => each.line === line && !each.name.startsWith("JUMP"))) {
    const group = /** @type {Group} */ (groups.at(-1));
    const text = `${name} ${argument}`.trim();
    group.instructions.push(text);
    group.step = STEPS[text] ?? (name === "BINARY_OP" ? "modify" : "");
    if (group.step) groups.push({ step: "", instructions: [] });
  }
  const touches = groups.some(({ step }) => step === "read" || step === "write");
  return touches ? groups.filter(({ instructions }) => instructions.length > 0) : [];
}

/** @param {HTMLElement} line @param {readonly Group[]} groups @param {string} python */
function explain(line, groups, python) {
  if (groups.length === 0) return;
  const list = html("ol", "bytecode", groups.map(({ step, instructions }) =>
    html("li", step ? "is-step" : "", [html("b", "", [step || "then"]), ...instructions.map((text) => html("code", "", [text]))]),
  ));
  setAttribute(list, "aria-label", `What Python ${python} executes`);
  list.hidden = true;
  const button = html("button", "unfold", ["what Python really executes"]);
  button.type = "button";
  button.ariaExpanded = "false";
  button.addEventListener("click", () => {
    list.hidden = !list.hidden;
    button.ariaExpanded = String(!list.hidden);
    if (!list.hidden) list.scrollIntoView({ block: "nearest" });
  });
  line.append(button);
  line.after(list);
}
