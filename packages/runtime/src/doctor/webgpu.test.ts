import { basename, dirname } from "node:path";
import { expect, test } from "vitest";
import { missingForWebgpu } from "./webgpu.ts";

const whatIsMissing = async (
  files: readonly string[],
  environment: Record<string, string> = {},
  platform = "linux-x64",
) => {
  const probe = {
    exists: async (path: string) => files.includes(path),
    list: async (folder: string) =>
      files.filter((path) => dirname(path) === folder).map((path) => basename(path)),
  };
  const found = await missingForWebgpu({ platform, environment, probe });
  return found.map(({ what }) => what);
};

test("Linux needs a Vulkan driver, in the usual places or where the environment says", async () => {
  expect(await whatIsMissing([])).toEqual([expect.stringMatching(/^no Vulkan driver: none in \/usr/)]);
  expect(await whatIsMissing(["/usr/share/vulkan/icd.d/lvp_icd.x86_64.json"])).toEqual([]);
  expect(await whatIsMissing(["/opt/a.json"], { VK_DRIVER_FILES: "/opt/a.json" })).toEqual([]);
  expect(await whatIsMissing([], { VK_DRIVER_FILES: "/opt/a.json" })).toHaveLength(1);
});

test("Windows and macOS bring their own graphics", async () => {
  expect(await whatIsMissing([], {}, "win32-x64")).toEqual([]);
  expect(await whatIsMissing([], {}, "darwin-arm64")).toEqual([]);
});
