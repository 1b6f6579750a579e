import { once } from "node:events";
import { isMainThread, Worker } from "node:worker_threads";
import { tensor } from "@sdtt/core";
import { identityProgram } from "@sdtt/engine";
import { createEngine } from "../create-engine.ts";
import type { EngineName } from "../create-engine.ts";

/** A program of its own: `run-once.ts <engine> <main|worker> ...` opens an engine and prints what it computes. */
const [engine, thread] = process.argv.slice(2) as [EngineName, "main" | "worker"];
if (isMainThread && thread === "worker") {
  await once(new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) }), "exit");
} else {
  await using opened = await createEngine({ engine, threads: 1 });
  const session = await opened.load(identityProgram("float32"));
  const { same } = await session.run({ feeds: { given: tensor("float32", [1], Float32Array.of(7)) } });
  process.stdout.write(`${opened.name} ${same!.data[0]}\n`);
}
