import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { createStream } from "@sdtt/core";
import type { Engine } from "@sdtt/runtime";
import { temporaryDirectory } from "@sdtt/testing";
import { expect } from "vitest";
import { distill } from "../run/distill.ts";
import { collect } from "./collect.ts";
import { smallConsistency, smallDistillation, smallInverseDistillation } from "./small-run.ts";

/** One run of each method. */
const distillations = { smallDistillation, smallInverseDistillation, smallConsistency } as const;

const scriptOf = (name: keyof typeof distillations) => `
  import { createEngine } from "@sdtt/runtime";
  import { distill } from ${JSON.stringify(new URL("../run/distill.ts", import.meta.url).href)};
  import { ${name} } from ${JSON.stringify(new URL("./small-run.ts", import.meta.url).href)};
  await using engine = await createEngine({ threads: 1 });
  for await (const { kind } of distill({ ...${name}(), engine, directory: process.argv[1] })) console.log(kind);
`;

interface ChildOptions {
  /** Kills it some time after it has told of so many events. */
  readonly kill?: { events: number; milliseconds: number };
  /** KiB that a file may grow to, as on a disk that is full. */
  readonly largestFile?: number;
  /** `smallDistillation` unless given. */
  readonly name?: keyof typeof distillations;
}

/** Runs the distillation in a process of its own. */
export async function runInChild(directory: string, { kill, largestFile, name }: ChildOptions = {}) {
  const script = scriptOf(name ?? "smallDistillation");
  const limit = largestFile === undefined ? "" : `trap '' XFSZ; ulimit -f ${largestFile}; `;
  const node = [process.execPath, "--conditions=@sdtt/source", "--input-type=module", "--eval", script];
  const child = spawn("bash", ["-c", `${limit}exec "$@"`, "bash", ...node, directory], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = once(child, "exit");
  const stderr = text(child.stderr);
  const kinds: string[] = [];
  for await (const kind of createInterface(child.stdout)) {
    kinds.push(kind);
    if (kinds.length !== kill?.events) continue;
    await sleep(kill.milliseconds);
    child.kill("SIGKILL");
  }
  const [status] = await exit;
  return { status: status as number | null, kinds, stderr: await stderr };
}

/** Every file under a directory with its bytes. */
async function filesIn(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => [path.slice(directory.length), await readFile(path, "base64")] as const),
  );
  return new Map(files.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The files of a directory are those of another, byte for byte. */
export async function expectSameFiles(directory: string, uninterrupted: string): Promise<void> {
  const [expected, found] = [await filesIn(uninterrupted), await filesIn(directory)];
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [path, bytes] of expected) expect(found.get(path) === bytes, path).toBe(true);
}

/** A run that is killed five times, each time after other work, ends with the bytes of one that nothing interrupted. */
export async function expectSameAfterKills(name: keyof typeof distillations, engine: Engine): Promise<void> {
  await using uninterrupted = await temporaryDirectory();
  await collect(distill({ ...distillations[name](), engine, directory: uninterrupted.path }));
  await using killed = await temporaryDirectory();
  const stream = createStream(5);
  let resumes = 0;
  for (let attempt = 0; attempt < 5; attempt++) {
    const events = 1 + (stream.uint32(2 * attempt) % 5);
    const kill = { events, milliseconds: stream.uniform(2 * attempt + 1) * 60 };
    const { kinds } = await runInChild(killed.path, { kill, name });
    if (kinds[0] === "resume") resumes += 1;
  }
  expect(await runInChild(killed.path, { name })).toMatchObject({ status: 0 });
  expect(resumes).toBeGreaterThan(0);
  await expectSameFiles(killed.path, uninterrupted.path);
}
