// Makes powers of tau of any size for tests: node phase1.mjs PACKAGES POWER FILE.ptau
//
// They stand for the public ones that a real ceremony downloads. snarkjs can make such a file as its
// contributors would, but for 2^16 that takes several times as long; here the secrets are drawn at once
// and forgotten, which is worth nothing. What follows is done by snarkjs, which checks against this file.

import { createRequire } from "node:module";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const [packages, power, file] = process.argv.slice(2);
const require = createRequire(path.join(packages, "package.json"));
const { curves } = require("snarkjs");
const { Scalar } = require("ffjavascript");

const CHUNK = 4096;
const curve = await curves.getCurveFromName("bn128");
const { Fr } = curve;
const secret = () => Fr.e(Scalar.fromRprLE(randomBytes(32), 0, 32));
const [tau, alpha, beta] = [secret(), secret(), secret()];

// The scalars `first * tau^i`.
function powers(count, first = Fr.one) {
    const found = [first];
    while (found.length < count) found.push(Fr.mul(found.at(-1), tau));
    return found;
}

// What the Lagrange polynomials of the 2^level-th roots of unity are at tau, times `factor`. Where
// `cut`, the highest power of tau counts as 0: a file has 2^(power + 1) - 1 of them.
function lagrange(level, factor = Fr.one, cut = false) {
    const count = 2 ** level;
    const scale = Fr.mul(factor, Fr.inv(Fr.e(count)));
    const vanishing = Fr.mul(scale, Fr.sub(Fr.exp(tau, count), Fr.one));
    const highest = cut ? Fr.mul(scale, Fr.exp(tau, count - 1)) : Fr.zero;
    const found = [];
    let root = Fr.one;
    for (let i = 0; i < count; i++) {
        const value = Fr.div(Fr.mul(vanishing, root), Fr.sub(tau, root));
        found.push(Fr.sub(value, Fr.mul(highest, root)));
        root = Fr.mul(root, Fr.w[level]);
    }
    return found;
}

// The stored points `scalar * generator`, on all cores.
async function points(name, scalars) {
    const G = curve[name];
    const prefix = name === "G1" ? "g1m" : "g2m";
    const jobs = [];
    for (let start = 0; start < scalars.length; start += CHUNK) {
        jobs.push(multiply(G, prefix, scalars.slice(start, start + CHUNK)));
    }
    return Buffer.concat(await Promise.all(jobs));
}

async function multiply(G, prefix, scalars) {
    const plain = new Uint8Array(32 * scalars.length);
    scalars.forEach((scalar, i) => Fr.toRprLE(plain, 32 * i, scalar));
    const affine = 2 * G.F.n8;
    const middle = 3 * G.F.n8;
    const task = [
        { cmd: "ALLOCSET", var: 0, buff: G.g },
        { cmd: "ALLOCSET", var: 1, buff: plain },
        { cmd: "ALLOC", var: 2, len: middle * scalars.length },
    ];
    scalars.forEach((_, i) => task.push({
        cmd: "CALL",
        fnName: `${prefix}_timesScalar`,
        params: [{ var: 0 }, { var: 1, offset: 32 * i }, { val: 32 }, { var: 2, offset: middle * i }],
    }));
    task.push({
        cmd: "CALL",
        fnName: `${prefix}_batchToAffine`,
        params: [{ var: 2 }, { val: scalars.length }, { var: 2 }],
    });
    task.push({ cmd: "GET", out: 0, var: 2, len: affine * scalars.length });
    return Buffer.from((await curve.tm.queueAction(task))[0]);
}

// Lagrange points of every level, one after the other. snarkjs reads those of the circuit's own level
// and of the next one; a circuit for this file fills more than a quarter of it, so the lower levels are
// left out: zeros keep their places.
async function levels(name, factor, highest) {
    const size = 2 * curve[name].F.n8;
    const parts = [Buffer.alloc(size * (2 ** (power - 1) - 1))];
    for (let level = power - 1; level <= highest; level++) {
        parts.push(await points(name, lagrange(level, factor, level > power)));
    }
    return Buffer.concat(parts);
}

function number(value, size) {
    const written = Buffer.alloc(size);
    written.writeUIntLE(value, 0, Math.min(size, 6));
    return written;
}

const order = Buffer.alloc(32);
Scalar.toRprLE(order, 0, curve.q, 32);
const top = Number(power);
const sections = {
    1: Buffer.concat([number(32, 4), order, number(top, 4), number(top, 4)]),
    2: await points("G1", powers(2 ** (top + 1) - 1)),
    3: await points("G2", powers(1)),
    4: await points("G1", powers(1, alpha)),
    5: await points("G1", powers(1, beta)),
    6: await points("G2", [beta]),
    7: number(0, 4),
    12: await levels("G1", Fr.one, top + 1),
    13: await levels("G2", Fr.one, top),
    14: await levels("G1", alpha, top),
    15: await levels("G1", beta, top),
};
const parts = [Buffer.from("ptau"), number(1, 4), number(Object.keys(sections).length, 4)];
for (const [id, content] of Object.entries(sections)) {
    parts.push(number(Number(id), 4), number(content.length, 8), content);
}
fs.writeFileSync(file, Buffer.concat(parts));
await curve.terminate();
