// Times what the npm libraries do with the files named on the command line: documents per CPU second, as JSON.
"use strict";

const fs = require("node:fs");
const { X12Parser } = require("node-x12");
const { Parser, Reader } = require("edifact");

const [x12, edifact, seconds] = process.argv.slice(2);

const jobs = {
  "node-x12: parse 850": (body) => new X12Parser(true).parse(body),
  "npm edifact: parse ORDERS": (body) => new Reader({ autoDetectEncoding: false }).parse(body),
};

const results = {};
for (const [name, job] of Object.entries(jobs)) {
  const body = fs.readFileSync(name.includes("850") ? x12 : edifact, "latin1");
  try {
    for (let n = 0; n < 20; n++) job(body);
    let count = 0;
    const start = process.cpuUsage();
    let spent = 0;
    while (spent < Number(seconds) * 1e6) {
      job(body);
      count += 1;
      const used = process.cpuUsage(start);
      spent = used.user + used.system;
    }
    results[name] = { microseconds: spent / count, bytes: body.length };
  } catch (error) {
    results[name] = { failed: String(error) };
  }
}
console.log(JSON.stringify(results));
