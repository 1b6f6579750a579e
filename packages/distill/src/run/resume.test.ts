import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { createStream } from "@sdtt/core";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";

const script = `
  import { createEngine } from "@sdtt/runtime";
  import { distill } from ${JSON.stringify(new URL("./distill.ts", import.meta.url).href)};
  import { smallDistillation } from ${JSON.stringify(new URL("../testing/small-run.ts", import.meta.url).href)};
  await using engine = await createEngine({ threads: 1 });
  for await (const { kind } of distill({ ...smallDistillation(), engine, directory: process.argv[1] })) console.log(kind);
`;

/** Runs the distillation in a process of its own, and kills it some time after it has told of so many events. */
async function runInChild(directory: string, kill?: { events: number; milliseconds: number }) {
  const child = spawn(
    process.execPath,
    ["--conditions=@sdtt/source", "--input-type=module", "--eval", script, directory],
    { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] },
  );
  const exit = once(child, "exit");
  const kinds: string[] = [];
  for await (const kind of createInterface(child.stdout)) {
    kinds.push(kind);
    if (kinds.length !== kill?.events) continue;
    await sleep(kill.milliseconds);
    child.kill("SIGKILL");
  }
  const [status] = await exit;
  return { status: status as number | null, kinds };
}

/** Every file under a directory with its bytes. */
async function filesIn(directory: string): Promise<Map<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => [path.slice(directory.length), await readFile(path, "base64")] as const),
  );
  return new Map(files.toSorted());
}

test("a run that is killed again and again ends with the same bytes", async () => {
  await using whole = await temporaryDirectory();
  await using killed = await temporaryDirectory();
  expect(await runInChild(whole.path)).toMatchObject({ status: 0 });

  const stream = createStream(5);
  let resumes = 0;
  for (let attempt = 0; attempt < 5; attempt++) {
    const kill = {
      events: 1 + (stream.uint32(2 * attempt) % 5),
      milliseconds: stream.uniform(2 * attempt + 1) * 60,
    };
    const { kinds } = await runInChild(killed.path, kill);
    if (kinds[0] === "resume") resumes += 1;
  }
  expect(await runInChild(killed.path)).toMatchObject({ status: 0 });
  expect(resumes).toBeGreaterThan(0);
  const expected = await filesIn(whole.path);
  const found = await filesIn(killed.path);
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [path, bytes] of expected) expect(found.get(path) === bytes, path).toBe(true);
});
