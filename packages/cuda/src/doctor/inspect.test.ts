import { copyFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { pretendMachine } from "../testing/pretend-machine.ts";
import { inspectCuda } from "./inspect.ts";
import { coreVersion, providerVersion } from "./library-version.ts";
import { machine } from "./probe.ts";

const platform = "linux-x64";
const driver = (version: string) => ({
  "/proc/driver/nvidia/version": `NVRM version: NVIDIA UNIX x86_64 Kernel Module  ${version}  Release Build\n`,
  "/proc/driver/nvidia/gpus/0000:01:00.0/information": "Model: H100\n",
});
const libraryName = "libonnxruntime.so.1";
const core = { [join("/ort", libraryName)]: "\u007fELF..\0VERS_1.30.0\0..." };
const shared = { "/ort/libonnxruntime_providers_shared.so": "ELF" };
const provider = (version: string) => ({
  "/ort/libonnxruntime_providers_cuda.so": `ELF..1.2\0${version}\0...`,
});
const libraries = (cuda: number, found = true) => [
  { name: `libcublas.so.${cuda}`, found },
  { name: `libcudart.so.${cuda}`, found },
  { name: "libcuda.so.1", found: true },
];

const place = { platform, folder: "/ort", libraryName, deviceId: 0, environment: {} };
/** cuDNN, which is not among what the loader is asked for. */
const cudnn = { "/usr/local/cuda/lib64/libcudnn.so.9": "" };

/** What is missing on a machine with these files, a line for each. */
async function missing(
  files: Record<string, string>,
  { dependencies = libraries(13), deviceId = 0 } = {},
): Promise<string[]> {
  const probe = pretendMachine(files, dependencies);
  const { missing: found } = await inspectCuda({ ...place, deviceId, probe });
  return found.map(({ what, remedy }) => `${what} -> ${remedy}`);
}

const whole = { ...driver("580.65.06"), ...core, ...shared, ...provider("1.30.0"), ...cudnn };

test("a machine with all of it lacks nothing", async () => {
  expect(await missing(whole)).toEqual([]);
});

test("other platforms have no provider", async () => {
  const probe = pretendMachine({});
  const { missing: found } = await inspectCuda({ ...place, platform: "darwin-arm64", probe });
  expect(found).toEqual([{ what: "no CUDA provider for darwin-arm64", remedy: "use a linux-x64 machine" }]);
});

test("an empty machine lacks the driver and the provider, in the order in which to fix it", async () => {
  expect(await missing({})).toEqual([
    expect.stringMatching(/^no NVIDIA driver: none of .* exists -> install the GPU's driver/),
    expect.stringMatching(
      /^no CUDA provider: \S+_shared.so and \S+_cuda.so not in \/ort -> npx sdtt-cuda install/,
    ),
  ]);
});

test("a container that shows the device files alone has a driver", async () => {
  const { "/proc/driver/nvidia/version": _, ...rest } = whole;
  expect(await missing({ ...rest, "/dev/nvidiactl": "" })).toEqual([]);
});

test("a GPU that the driver has not is named", async () => {
  expect(await missing(whole, { deviceId: 2 })).toEqual([
    "no GPU 2: the driver has 1, counted from 0 -> choose one of those that nvidia-smi -L lists",
  ]);
});

test("a provider of another release is found out before it is loaded", async () => {
  expect(await missing({ ...whole, ...provider("1.29.0") })).toEqual([
    expect.stringMatching(
      /^two versions of ONNX Runtime: the library in \/ort is 1.30.0, the CUDA provider beside it 1.29.0 -> put the provider of 1.30.0 there/,
    ),
  ]);
});

test("libraries that are nowhere are listed, with what installs those of this CUDA", async () => {
  expect(await missing(whole, { dependencies: libraries(13, false) })).toEqual([
    expect.stringMatching(
      /^no CUDA libraries: libcudart.so.13, libcublasLt.so.13, libcublas.so.13 not found in LD_LIBRARY_PATH, .* -> pip install nvidia-cublas /,
    ),
  ]);
  expect(await missing(whole, { dependencies: libraries(12, false) })).toEqual([
    expect.stringMatching(/libcudart.so.12.* -> pip install nvidia-cublas-cu12 .*nvidia-cudnn-cu12$/),
  ]);
});

test("a library of the system is not looked for among CUDA's", async () => {
  const dependencies = [...libraries(13), { name: "libstdc++.so.6", found: false }];
  expect(await missing(whole, { dependencies })).toEqual([
    expect.stringMatching(/^the loader does not find libstdc\+\+\.so\.6, .* -> .*apt-get install libc6/),
  ]);
});

test("libraries that the loader does not find are loaded from where they are", async () => {
  const names = ["libcudart.so.13", "libcublas.so.13", "libcublasLt.so.13", "libnvrtc.so.13"];
  const wheel = Object.fromEntries(names.map((name) => [`/venv/site-packages/nvidia/cu13/lib/${name}`, ""]));
  const probe = pretendMachine({ ...whole, ...wheel }, libraries(13, false), {
    python3: "\n/venv/lib\n/venv/site-packages\n",
  });
  const report = await inspectCuda({ ...place, probe });
  expect(report.missing).toEqual([]);
  expect(report.preload).toEqual([
    { path: "/venv/site-packages/nvidia/cu13/lib/libcudart.so.13", optional: false },
    { path: "/venv/site-packages/nvidia/cu13/lib/libnvrtc.so.13", optional: true },
    { path: "/venv/site-packages/nvidia/cu13/lib/libcublasLt.so.13", optional: false },
    { path: "/venv/site-packages/nvidia/cu13/lib/libcublas.so.13", optional: false },
    { path: "/usr/local/cuda/lib64/libcudnn.so.9", optional: false },
  ]);
});

test("a driver older than the provider's CUDA is named with what it needs", async () => {
  expect(await missing({ ...whole, ...driver("550.54.15") })).toEqual([
    expect.stringMatching(
      /^the driver 550.54.15 is older than the provider, which is for CUDA 13: that needs 580 or newer/,
    ),
  ]);
});

test("a provider that is no library is broken", async () => {
  const broken = { "/ort/libonnxruntime_providers_cuda.so": "broken" };
  expect(await missing({ ...whole, ...broken })).toEqual([
    expect.stringMatching(/^a broken CUDA provider: not a dynamic executable -> /),
  ]);
});

test.skipIf(process.platform !== "linux" || process.arch !== "x64")(
  "the real loader and the real library are asked as the pretended ones",
  async () => {
    const { version } = (await import("onnxruntime-node/package.json", { with: { type: "json" } })).default;
    const binding = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
    const library = join(binding, "bin/napi-v6", process.platform, process.arch, libraryName);
    expect(await coreVersion(library, machine)).toBe(version);
    expect(await providerVersion(library, machine)).toBe(version);
    // Needs the library that lies beside it, and only there.
    await using folder = await temporaryDirectory();
    const addon = join(folder.path, "binding.node");
    await copyFile(join(dirname(library), "onnxruntime_binding.node"), addon);
    expect(await machine.dependencies(addon)).toContainEqual({ name: libraryName, found: false });
    await expect(machine.dependencies(join(folder.path, "none.so"))).rejects.toThrow(/none\.so/);
    expect(await machine.output(process.execPath, ["-p", "6 * 7"])).toBe("42\n");
    expect(await machine.output("no-such-program", [])).toBeUndefined();
  },
);
