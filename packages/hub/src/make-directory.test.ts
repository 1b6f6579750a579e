import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { makeDirectory } from "./make-directory.ts";

test("makes what is missing, and leaves what exists", async () => {
  await using folder = await temporaryDirectory();
  const path = join(folder.path, "a", "b", "c");
  await makeDirectory(path);
  await writeFile(join(path, "kept"), "");
  await makeDirectory(path);
  expect((await stat(join(path, "kept"))).isFile()).toBe(true);
  const file = join(path, "kept");
  await expect(makeDirectory(file)).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeDirectory(join(file, "x"))).rejects.toMatchObject({ code: "ENOTDIR" });
});

test("several may make the same directories at once", async () => {
  await using folder = await temporaryDirectory();
  const path = join(folder.path, "a", "b", "c", "d", "e");
  await Promise.all(Array.from({ length: 50 }, () => makeDirectory(path)));
  expect((await stat(path)).isDirectory()).toBe(true);
});

test.runIf(process.platform === "linux")(
  "fails where no directory can be made, instead of trying forever",
  async () => {
    await expect(makeDirectory("/proc/none/below")).rejects.toMatchObject({ code: "ENOENT" });
  },
);
