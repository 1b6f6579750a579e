import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { temporaryDirectory } from "./temporary-directory.ts";

/** Why there is no real server to test with; undefined where there is one. */
export const redisMissing: string | undefined = findServer()
  ? undefined
  : "redis-server is not installed (Debian: apt-get install redis-server)";

/** A real Redis of a test, with a directory of its own. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Ends it as a power cut would, or properly, and starts it again on what it wrote to its disk. */
  restart(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  /** The answer to a command without spaces in its words, such as `FLUSHALL`. */
  command(words: string): Promise<string>;
}

/** @param args - further options of `redis-server`, such as `--requirepass secret`. */
export async function startRedis(...args: string[]): Promise<RedisServer> {
  const directory = await temporaryDirectory();
  const port = await freePort();
  const start = async () => {
    const options = ["--port", String(port), "--bind", "127.0.0.1", "--dir", directory.path, "--save", ""];
    const persistence = ["--appendonly", "yes", "--appendfsync", "always"];
    const child = spawn("redis-server", [...options, ...persistence, ...args], { stdio: "ignore" });
    await untilAnswered(port, child);
    return child;
  };
  const stop = async (signal: "SIGKILL" | "SIGTERM") => {
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  };
  let server = await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    async restart(signal) {
      await stop(signal);
      server = await start();
    },
    command: (words) => ask(port, words),
    async [Symbol.asyncDispose]() {
      await stop("SIGKILL");
      await directory[Symbol.asyncDispose]();
    },
  };
}

function findServer(): boolean {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Until it answers anything but that it is still reading its files, be it that it wants a password. */
async function untilAnswered(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
    if (/PONG|NOAUTH/.test(await ask(port, "PING").catch(() => ""))) return;
    await delay(50);
  }
  throw new Error("redis-server does not answer");
}

/** The first part of the answer, without a client: an inline command is a line. */
async function ask(port: number, words: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  try {
    socket.write(`${words}\r\n`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    return answer.toString();
  } finally {
    socket.destroy();
  }
}
