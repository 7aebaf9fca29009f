// Prints how many lines each function of the given files has, as JSON: [file, name, lines] each. It is not a test itself:
// tests/test_layout.py reads it.

import { readFileSync } from "node:fs";

import ts from "typescript";

/** @type {[string, string, number][]} */
const lengths = [];

/** @param {ts.SourceFile} source @param {ts.Node} node */
function visit(source, node) {
  if (ts.isFunctionLike(node) && !ts.isJSDocSignature(node) && "body" in node) {
    const [from, to] = [node.getStart(source), node.getEnd()].map((at) => source.getLineAndCharacterOfPosition(at).line);
    lengths.push([source.fileName, nameOf(node), (to ?? 0) - (from ?? 0) + 1]);
  }
  ts.forEachChild(node, (child) => visit(source, child));
}

/** @param {ts.SignatureDeclaration} node */
function nameOf(node) {
  const named = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined);
  return named && ts.isIdentifier(named) ? named.text : "(no name)";
}

for (const file of process.argv.slice(2)) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  visit(source, source);
}
process.stdout.write(JSON.stringify(lengths));
