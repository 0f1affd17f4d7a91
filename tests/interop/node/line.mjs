// What both programs share: the setup from the command line, and one JSON object a line in and out.

import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";

globalThis.crypto ??= webcrypto; // Node 18 keeps it behind a flag

export const setup = JSON.parse(process.argv[2]);

/** Carry out orders from stdin, such as {"do": "finish", "url": "..."}, until it ends; each gets one line in answer. */
export async function obey(orders) {
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    let answer;
    try {
      answer = { done: (await orders[order.do](order)) ?? null };
    } catch (problem) {
      answer = { failed: problem.error ?? problem.code ?? String(problem), told: String(problem.stack) };
    }
    console.log(JSON.stringify(answer));
  }
}
