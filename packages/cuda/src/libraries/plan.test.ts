import { expect, test } from "vitest";
import { pretendMachine } from "../testing/pretend-machine.ts";
import { findLibraryFolders } from "./folders.ts";
import { planLibraries } from "./plan.ts";

const files = (...paths: string[]) => Object.fromEntries(paths.map((path) => [path, ""]));

test("a group comes whole from one folder, though a part of it is in an earlier one", () => {
  const folders = [
    { folder: "/a", names: ["libcublas.so.13", "libcublas.so.13.1"] },
    { folder: "/b", names: ["libcublas.so.13", "libcublasLt.so.13", "libcurand.so.10"] },
  ];
  expect(planLibraries({ needed: ["libcurand.so.10", "libcublas.so.13"], folders })).toEqual({
    preload: [
      { path: "/b/libcublasLt.so.13", optional: false },
      { path: "/b/libcublas.so.13", optional: false },
      { path: "/b/libcurand.so.10", optional: false },
    ],
    absent: [],
  });
});

test("another major version does not count, and an unknown library is looked for by its name", () => {
  const folders = [{ folder: "/a", names: ["libcufft.so.11", "libnccl.so.2"] }];
  expect(planLibraries({ needed: ["libcufft.so.12", "libnccl.so.2"], folders })).toEqual({
    preload: [{ path: "/a/libnccl.so.2", optional: false }],
    absent: ["libcufft.so.12"],
  });
});

test("cuDNN's parts follow it, graph and operators first; what is optional and absent is not missed", () => {
  const names = ["libcudnn.so.9", "libcudnn_adv.so.9", "libcudnn_ops.so.9", "libcudnn_graph.so.9"];
  const plan = planLibraries({
    needed: ["libcudnn.so.9"],
    optional: ["libnvrtc.so.13"],
    folders: [{ folder: "/d", names }],
  });
  expect(plan.absent).toEqual([]);
  expect(plan.preload.map(({ path, optional }) => [path, optional])).toEqual([
    ["/d/libcudnn.so.9", false],
    ["/d/libcudnn_graph.so.9", true],
    ["/d/libcudnn_ops.so.9", true],
    ["/d/libcudnn_adv.so.9", true],
  ]);
});

test("nothing is loaded where nothing is needed", () => {
  expect(planLibraries({ needed: [], folders: [{ folder: "/a", names: ["libcudart.so.13"] }] })).toEqual({
    preload: [],
    absent: [],
  });
});

/** Where each of the trees people have lies, and what makes it known. */
test.each([
  ["LD_LIBRARY_PATH", "/opt/libs", { LD_LIBRARY_PATH: "/none:/opt/libs" }, {}],
  ["CUDA_PATH", "/opt/cuda/lib64", { CUDA_PATH: "/opt/cuda" }, {}],
  ["CUDA_HOME", "/opt/cuda/targets/x86_64-linux/lib", { CUDA_HOME: "/opt/cuda" }, {}],
  ["CUDNN_PATH", "/opt/cudnn/lib", { CUDNN_PATH: "/opt/cudnn" }, {}],
  ["conda", "/conda/envs/x/lib", { CONDA_PREFIX: "/conda/envs/x" }, {}],
  ["a virtual environment", "/v/site-packages/nvidia/cublas/lib", {}, { python3: "\n/v/site-packages\n" }],
  ["a Python without a 3", "/v/site-packages/nvidia/cu13/lib", {}, { python: "/v/site-packages" }],
  ["the toolkit", "/usr/local/cuda/lib64", {}, {}],
  ["a toolkit of a version", "/usr/local/cuda-13.0/lib64", {}, {}],
  [
    "ldconfig",
    "/odd/place",
    {},
    { "/sbin/ldconfig": "\tlibcublas.so.13 (libc6) => /odd/place/libcublas.so.13\n" },
  ],
  ["Debian", "/usr/lib/x86_64-linux-gnu", {}, {}],
])("libraries are found by %s", async (_, folder, environment, programs) => {
  const tree = files(`${folder}/libcublas.so.13`, `${folder}/libz.so.1`, "/elsewhere/libcublas.so.13");
  const probe = pretendMachine(tree, [], programs);
  expect(await findLibraryFolders(probe, environment)).toEqual([{ folder, names: ["libcublas.so.13"] }]);
});

test("what the environment names comes before Python, Python before the toolkits, the newest toolkit first", async () => {
  const folders = [
    "/opt/libs",
    "/opt/cuda/lib64",
    "/v/nvidia/cublas/lib",
    "/usr/local/cuda/lib64",
    "/usr/local/cuda-13.10/lib64",
    "/usr/local/cuda-13.9/lib64",
    "/usr/lib64",
  ];
  const tree = files(...folders.toReversed().map((folder) => `${folder}/libcudart.so.13`));
  const environment = { CUDA_PATH: "/opt/cuda", LD_LIBRARY_PATH: "/opt/libs:relative" };
  const found = await findLibraryFolders(pretendMachine(tree, [], { python3: "/v" }), environment);
  expect(found.map(({ folder }) => folder)).toEqual(folders);
});
