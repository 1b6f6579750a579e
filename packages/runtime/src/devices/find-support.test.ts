import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { findSupport, importFromApplication } from "./find-support.ts";
import { webgpu } from "./webgpu.ts";

test("WebGPU is part of this package", async () => {
  expect(await findSupport("webgpu")).toBe(webgpu);
});

test("the package of a device is asked for by its name, and its export of the device's name taken", async () => {
  const support = { ...webgpu, device: "cuda" as const };
  const asked: string[] = [];
  const found = await findSupport("cuda", async (name) => {
    asked.push(name);
    return { cuda: support };
  });
  expect([asked, found]).toEqual([["@sdtt/cuda"], support]);
});

test.each([
  [
    "is not installed",
    async () => undefined,
    /^the package @sdtt\/cuda is not installed$/,
    "npm i @sdtt/cuda",
  ],
  [
    "is of another release",
    async () => ({ cuda: { ...webgpu, form: 0 } }),
    /another release than @sdtt\/runtime$/,
    "npm i @sdtt/cuda@latest @sdtt/runtime@latest",
  ],
  [
    "cannot be loaded",
    () => Promise.reject(new Error("no disk")),
    /^the package @sdtt\/cuda cannot be loaded: no disk$/,
    "npm i @sdtt/cuda",
  ],
])("a package that %s is reported as missing, with the line that fixes it", async (_, load, what, remedy) => {
  expect(await findSupport("cuda", load)).toEqual({ what: expect.stringMatching(what), remedy });
});

test("a package is found where the application has it, which need not be where this one lies", async () => {
  await using application = await temporaryDirectory();
  const name = "@sdtt/pretended";
  const folder = join(application.path, "node_modules", name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "type": "module", "exports": "./index.js" }');
  await writeFile(join(folder, "index.js"), "export const answer = 42;");
  const program = join(application.path, "program.js");
  expect(await importFromApplication(name, [undefined, "/none/program.js"])).toBeUndefined();
  expect(await importFromApplication(name, [undefined, "/none/program.js", program])).toMatchObject({
    answer: 42,
  });
});
