// Compares pairs of files, a written one and the same as it is served: prints the names of those whose code differs, as
// JSON. What counts is what the code consists of and on which line each part of it stands; comments do not. It is not a
// test itself: tests/test_static_files.py reads it.

import { readFileSync } from "node:fs";

import ts from "typescript";

/** @param {string} file @returns {string[]} every token, with its line */
function tokensOf(file) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  /** @type {string[]} */
  const tokens = [];
  /** @param {ts.Node} node */
  function visit(node) {
    const isComment = node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode;
    if (isComment || node.kind === ts.SyntaxKind.EndOfFileToken) return;
    const children = node.getChildren(source);
    if (children.length > 0) return children.forEach(visit);
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    tokens.push(`${node.kind} ${line} ${node.getText(source)}`);
  }
  visit(source);
  return tokens;
}

const files = process.argv.slice(2);
const different = [];
for (let at = 0; at < files.length; at += 2) {
  const [written, served] = [files[at] ?? "", files[at + 1] ?? ""];
  if (tokensOf(written).join("\n") !== tokensOf(served).join("\n")) different.push(written);
}
process.stdout.write(JSON.stringify(different));
