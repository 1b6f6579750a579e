// Times what a newcomer does first, one thing after the other, with empty caches. To be run on a machine that does nothing else.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { isSdttError } from "@sdtt/core";
import { newcomerTable, timeBlankProject, timeClone } from "./newcomer.ts";
import type { TimedPath } from "./newcomer.ts";
import { openReleasedRegistry } from "./publish.ts";
import { repository } from "./public-packages.ts";
import { fillToolbox } from "./toolbox.ts";

const root = await mkdtemp(join(tmpdir(), "sdtt-newcomer-"));
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.once("SIGTERM", () => stop.abort());
const { signal } = stop;
const paths: TimedPath[] = [];
const add = async (path: string, time: Promise<number>) => {
  paths.push({ path, seconds: await time });
  console.error(`${path}: ${paths.at(-1)!.seconds.toFixed(1)} s`);
};
try {
  await add(
    "a first text, from a clone (`npm start`)",
    timeClone({ directory: join(root, "start"), script: "start", signal }),
  );
  const toolbox = await fillToolbox(join(root, "toolbox"));
  {
    await using registry = await openReleasedRegistry({ root: repository, directory: root, toolbox });
    const directory = join(root, "blank");
    await add(
      "the library's example, from a blank project",
      timeBlankProject({ directory, registry: registry.url, signal }),
    );
  }
  await add(
    "green tests, from a clone (`npm test`)",
    timeClone({ directory: join(root, "test"), script: "test", signal }),
  );
  console.log(`${newcomerTable(paths)}\n`);
  console.log(
    `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`,
  );
} catch (error) {
  if (!isSdttError(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(root, { recursive: true, force: true });
}
