// Runs snarkjs for the tests: node driver.mjs PACKAGES
//
// One process for all questions, since starting snarkjs takes longer than most of them. Each line of
// standard input is a JSON object { task, arguments }; each is answered by a line { answer } or { error }.

import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";

const require = createRequire(path.join(process.argv[2], "package.json"));
const { curves, groth16, zKey } = require("snarkjs");

console.log = console.error; // snarkjs prints what it refuses; standard output is for the answers

const tasks = {
    verify: (key, signals, proof) => groth16.verify(key, signals, proof),
    setup: (r1cs, ptau, zkey) => zKey.newZKey(r1cs, ptau, zkey),
    contribute: (before, after, name, entropy) => zKey.contribute(before, after, name, entropy),
    beacon: (before, after, name, hash, power) => zKey.beacon(before, after, name, hash, power),
    check: (r1cs, ptau, zkey) => zKey.verifyFromR1cs(r1cs, ptau, zkey),
    verifyingKey: (zkey) => zKey.exportVerificationKey(zkey),
};

for await (const line of readline.createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    let said;
    try {
        const answer = await tasks[question.task](...question.arguments);
        // Hashes are for people who watch; only what can be said in JSON is answered.
        said = { answer: ArrayBuffer.isView(answer) ? null : answer ?? null };
    } catch (error) {
        said = { error: String(error) };
    }
    process.stdout.write(JSON.stringify(said) + "\n");
}
await (await curves.getCurveFromName("bn128")).terminate();
