import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Stage } from "./stages.ts";

const cli = fileURLToPath(new URL("../../../apps/cli/src/main.ts", import.meta.url));

/** Runs what is not done yet, one stage after the other, each as a person would. Gives the status of the first that fails. */
export async function runStages(stages: readonly Stage[]): Promise<number> {
  for (const [i, { name, args, product }] of stages.entries()) {
    const done = product !== undefined && existsSync(product);
    console.error(`\n[${i + 1}/${stages.length}] ${name}${done ? ": done" : `\n$ sdtt ${args.join(" ")}`}`);
    if (done) continue;
    const status = await runSdtt(args);
    if (status !== 0) return status;
  }
  return 0;
}

/** Ctrl-C reaches the command as well; it saves what it has, and this process passes on how it ended. */
function runSdtt(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const wait = (): void => {};
    process.on("SIGINT", wait);
    const child = spawn(process.execPath, ["--conditions=@sdtt/source", cli, ...args], { stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (status) => {
      process.off("SIGINT", wait);
      resolve(status ?? 1);
    });
  });
}
