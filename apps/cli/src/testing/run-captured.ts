import { Readable, Writable } from "node:stream";
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
  readonly signal?: AbortSignal;
  /** What stands on standard input. */
  readonly stdin?: string | Uint8Array;
  /** Sees what is written to stderr as it is written. */
  readonly onStderr?: (text: string) => void;
}

/** Runs a command line and keeps what it writes. Its clock advances by 100 ms with every look at it. */
export async function runCaptured(
  args: readonly string[],
  options: CaptureOptions = {},
): Promise<CapturedRun> {
  const { env = {}, terminal = false, signal = new AbortController().signal, stdin = "", onStderr } = options;
  const written = { stdout: "", stderr: "" };
  const sink = (name: "stdout" | "stderr") =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        if (name === "stderr") onStderr?.(String(chunk));
        done();
      },
    });
  let clock = 0;
  const status = await runCli(args, {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: sink("stdout"),
    stderr: Object.assign(sink("stderr"), terminal ? { isTTY: true, columns: 100, rows: 30 } : {}),
    env,
    signal,
    now: () => (clock += 100),
  });
  return { status, ...written };
}
