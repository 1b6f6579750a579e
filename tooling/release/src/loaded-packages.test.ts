import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { findPublicPackages } from "./public-packages.ts";

async function loadedBy(names: readonly string[]): Promise<string[]> {
  const script = join(import.meta.dirname, "loaded-packages.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--conditions=@sdtt/source",
    script,
    ...names,
  ]);
  return JSON.parse(stdout) as string[];
}

test("importing a package loads nothing native: that waits for a model to run", async () => {
  const packages = (await findPublicPackages()).filter(
    ({ manifest }) => manifest.exports?.["."] !== undefined,
  );
  const loaded = await loadedBy(packages.map(({ name }) => name));
  expect(loaded).not.toContain("onnxruntime-node");
  expect(loaded).not.toContain("koffi");
  // What the list would show if it were so.
  expect(await loadedBy(["openai"])).toContain("openai");
});
