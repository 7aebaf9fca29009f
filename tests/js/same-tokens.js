// Holds scripts as they are sent against the same as they are written: files in pairs. Both must have the same tokens on
// the same lines. Prints how many are alike, or where the first two differ. tests/test_compression.py reads it.

import { readFileSync } from "node:fs";

import ts from "typescript";

/** Every token with its line, in order. @param {string} file */
function tokensOf(file) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  /** @type {string[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const parts = node.getChildren(source).filter((child) => !ts.isJSDoc(child));
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    if (parts.length === 0) found.push(`${line}: ${ts.SyntaxKind[node.kind]} ${node.getText(source)}`);
    parts.forEach(visit);
  };
  visit(source);
  return found;
}

const files = process.argv.slice(2);
for (let at = 0; at < files.length; at += 2) {
  const [written, sent] = [tokensOf(files[at] ?? ""), tokensOf(files[at + 1] ?? "")];
  const differs = written.findIndex((token, index) => token !== sent[index]);
  if (differs >= 0 || written.length !== sent.length) {
    console.log(`${files[at]}: ${written[differs]} is sent as ${sent[differs]}`);
    process.exit(1);
  }
}
console.log(`${files.length / 2} alike`);
