import { Writable } from "node:stream";
import { runCli } from "../cli.ts";

export interface CapturedRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CaptureOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whether stderr claims to be a terminal. */
  readonly terminal?: boolean;
}

/** Runs a command line and keeps what it writes. Its clock goes on by 100 ms with every look at it. */
export async function runCaptured(
  args: readonly string[],
  { env = {}, terminal = false }: CaptureOptions = {},
): Promise<CapturedRun> {
  const written = { stdout: "", stderr: "" };
  const sink = (name: "stdout" | "stderr") =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        done();
      },
    });
  let clock = 0;
  const status = await runCli(args, {
    stdout: sink("stdout"),
    stderr: Object.assign(sink("stderr"), terminal ? { isTTY: true, columns: 100, rows: 30 } : {}),
    env,
    signal: new AbortController().signal,
    now: () => (clock += 100),
  });
  return { status, ...written };
}
