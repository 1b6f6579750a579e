#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { listenForStop } from "./stop-signals.ts";

// Node keeps what it has compiled in a folder of its own, so that the next command starts sooner. It covers only what is
// imported from here on.
enableCompileCache();
const { runCli } = await import("./cli.ts");

const { signal, stop, deferExit } = listenForStop();
// A reader that has had enough (`sdtt sample | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  stop();
});

process.exitCode = await runCli(process.argv.slice(2), {
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal,
  deferExit,
  now: () => performance.now(),
});
