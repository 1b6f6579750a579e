// After the compiler, which rewrites imports and not addresses: names the worker as it is built.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const starter = join(import.meta.dirname, "../dist/engine/start-worker.js");
await writeFile(starter, (await readFile(starter, "utf8")).replace('"./worker.ts"', '"./worker.js"'));
