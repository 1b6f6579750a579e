import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface ServedProcess {
  readonly url: string;
  /** Since they were last asked for, where that is how they are counted. */
  metrics(): Promise<{ delay: number; cpu: number; memory: number; queue: number; steps: number }>;
  stop(): Promise<void>;
}

/** The command in a process of its own. */
export async function serveInProcess(threads: number, batch: number): Promise<ServedProcess> {
  const main = fileURLToPath(new URL("../../../../apps/cli/src/main.ts", import.meta.url));
  const parameters = ["serve", "--port", "0", "--threads", String(threads), "--batch", String(batch)];
  const child = spawn(process.execPath, [...process.execArgv, main, ...parameters], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "close");
  const url = await firstAddress(child.stderr);
  return {
    url,
    async metrics() {
      const page = await (await fetch(`${url}/metrics`)).text();
      const value = (name: string) =>
        Number(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "m").exec(page)?.[1]);
      return {
        delay: value("nodejs_eventloop_lag_p99_seconds"),
        cpu: value("process_cpu_seconds_total"),
        memory: value("process_resident_memory_bytes"),
        queue: value("sdtt_queue_texts"),
        steps: value("sdtt_steps_total"),
      };
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** The first run also says that it builds the page. */
async function firstAddress(log: NodeJS.ReadableStream): Promise<string> {
  const written: string[] = [];
  for await (const line of createInterface({ input: log })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url !== undefined) {
      log.resume();
      return url;
    }
    written.push(line);
  }
  throw new Error(`The server did not start: ${written.join(" ")}`);
}
