#!/usr/bin/env node
import { runCli } from "./cli.ts";
import { listenForStop } from "./stop-signals.ts";

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
