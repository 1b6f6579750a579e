import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { installProvider } from "./install-provider.ts";
import type { PinnedPackage } from "./pins.ts";
import { installedProvider, providerFolder } from "./provider-folder.ts";
import { run } from "./run.ts";

/** A package as the registry would give it, with one file that is wanted and one that is not. */
async function publish(folder: string) {
  await mkdir(join(folder, "package", "deep"), { recursive: true });
  await writeFile(join(folder, "package", "deep", "wanted.so"), "library");
  await writeFile(join(folder, "package", "other.so"), "other");
  const tarball = join(folder, "a-1.0.0.tgz");
  await run("tar", ["-czf", tarball, "-C", folder, "package"]);
  const digest = createHash("sha512")
    .update(await readFile(tarball))
    .digest("base64");
  const pinned: PinnedPackage = {
    name: "a",
    version: "1.0.0",
    integrity: `sha512-${digest}`,
    files: ["package/deep/wanted.so"],
  };
  return { pinned, download: async () => tarball };
}

test("the wanted files come side by side, in the place of what was there", async () => {
  await using place = await temporaryDirectory();
  const { pinned, download } = await publish(join(place.path, "registry"));
  const folder = join(place.path, "runtime");
  await mkdir(folder);
  await writeFile(join(folder, "old.so"), "");
  await installProvider({ packages: [pinned], folder, download });
  expect(await readdir(folder)).toEqual(["wanted.so"]);
  expect(await readFile(join(folder, "wanted.so"), "utf8")).toBe("library");
  expect((await readdir(place.path)).toSorted()).toEqual(["registry", "runtime"]);
});

test("a package that is not the pinned one leaves nothing", async () => {
  await using place = await temporaryDirectory();
  const { pinned, download } = await publish(join(place.path, "registry"));
  const packages = [{ ...pinned, integrity: "sha512-AAAA" }];
  await expect(
    installProvider({ packages, folder: join(place.path, "runtime"), download }),
  ).rejects.toMatchObject({
    code: "format",
    message: expect.stringMatching(/^a@1\.0\.0 is not what was pinned: expected sha512-AAAA, got sha512-/),
  });
  expect(await readdir(place.path)).toEqual(["registry"]);
});

test("a download that is stopped leaves nothing", async () => {
  await using place = await temporaryDirectory();
  const { pinned } = await publish(join(place.path, "registry"));
  const controller = new AbortController();
  const download = async () => {
    controller.abort();
    return "";
  };
  const install = { packages: [pinned], folder: join(place.path, "runtime"), download };
  await expect(installProvider({ ...install, signal: controller.signal })).rejects.toMatchObject({
    code: "aborted",
  });
  expect(await readdir(place.path)).toEqual(["registry"]);
});

test("the provider's place is in the user's cache, and it is found there", async () => {
  await using place = await temporaryDirectory();
  const folder = providerFolder({ XDG_CACHE_HOME: place.path });
  expect(folder.startsWith(join(place.path, "sdtt", "onnxruntime-1."))).toBe(true);
  expect(await installedProvider(folder)).toBeUndefined();
  await mkdir(folder, { recursive: true });
  expect(await installedProvider(folder)).toBe(folder);
});
