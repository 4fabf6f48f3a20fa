// Reads AsyncAPI documents with the official parser: for each file what it found wrong, and whether it made a model.
"use strict";
const { readFileSync } = require("node:fs");
const { DiagnosticSeverity, Parser } = require("@asyncapi/parser");

async function parsed(file) {
  const { document, diagnostics } = await new Parser().parse(readFileSync(file, "utf8"));
  const wrong = diagnostics.filter((one) => one.severity === DiagnosticSeverity.Error);
  return {
    errors: wrong.map((one) => `${one.path.join(".")}: ${one.message}`),
    messages: document ? document.allMessages().all().length : null,
  };
}

Promise.all(process.argv.slice(2).map(parsed)).then((found) => console.log(JSON.stringify(found)));
