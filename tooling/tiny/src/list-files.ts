// Writes the `files.json` of model folders, by which pages check what they fetch: `node list-files.ts FOLDER...`.
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

for (const folder of process.argv.slice(2)) {
  const paths = (await readdir(folder)).filter((path) => path !== "files.json").toSorted();
  const files = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readFile(join(folder, path));
      return { path, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
    }),
  );
  await writeFile(join(folder, "files.json"), `${JSON.stringify({ files }, undefined, 2)}\n`);
}
