import { expect, test } from "vitest";
import { pretendMachine } from "./testing/pretend-machine.ts";
import { missingForWebgpu } from "./webgpu.ts";

const whatIsMissing = async (
  files: Record<string, string>,
  environment: Record<string, string> = {},
  platform = "linux-x64",
) => {
  const found = await missingForWebgpu({ platform, environment, probe: pretendMachine(files) });
  return found.map(({ what }) => what);
};

test("Linux needs a Vulkan driver, in the usual places or where the environment says", async () => {
  expect(await whatIsMissing({})).toEqual([expect.stringMatching(/^no Vulkan driver: none in \/usr/)]);
  expect(await whatIsMissing({ "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json": "{}" })).toEqual([]);
  expect(await whatIsMissing({ "/opt/a.json": "{}" }, { VK_DRIVER_FILES: "/opt/a.json" })).toEqual([]);
  expect(await whatIsMissing({}, { VK_DRIVER_FILES: "/opt/a.json" })).toHaveLength(1);
});

test("Windows and macOS bring their own graphics", async () => {
  expect(await whatIsMissing({}, {}, "win32-x64")).toEqual([]);
  expect(await whatIsMissing({}, {}, "darwin-arm64")).toEqual([]);
});
