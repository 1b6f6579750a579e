import { spawnSync } from "node:child_process";
import { readdir, readFile, symlink, writeFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { run } from "../run.ts";
import { packBundle } from "./pack-bundle.ts";

const hasNode = process.platform === "linux" && process.arch === "x64";

/** All that unpacking and starting may need of a host. */
const tools = ["bash", "cat", "dirname", "gzip", "ln", "mkdir", "readlink", "sha256sum", "tar"];

// Minutes, and a gigabyte of disk.
test.skipIf(!hasNode)(
  "what was packed samples where there is nothing but a shell",
  { timeout: 900_000 },
  async () => {
    await using place = await temporaryDirectory();
    const at = (name: string) => join(place.path, name);
    await mkdir(at("tools"));
    for (const tool of tools) {
      await symlink((await run("which", [tool])).trim(), join(at("tools"), tool));
    }
    const host = { cwd: place.path, env: { PATH: at("tools"), HOME: place.path }, encoding: "utf8" } as const;

    const parts = await packBundle({ folder: at("bundle") });
    expect(Math.max(...parts.map(({ bytes }) => bytes))).toBeLessThanOrEqual(60 * 2 ** 20);

    const unpacked = spawnSync(join(at("bundle"), "unpack.sh"), ["host"], host);
    expect(unpacked.stderr).toBe("");
    const sampled = spawnSync(
      at("host/sdtt"),
      "sample --steps 2 --length 8 --seed 1 --json".split(" "),
      host,
    );
    expect(sampled.stderr).toMatch(/^\ntiny: 8 tokens/);
    expect(JSON.parse(sampled.stdout)).toMatchObject({ seed: 1, tokens: { length: 8 } });

    const first = join(at("bundle"), parts[0]!.name);
    const damaged = await readFile(first);
    damaged[1000]! ^= 1;
    await writeFile(first, damaged);
    const refused = spawnSync(join(at("bundle"), "unpack.sh"), ["again"], host);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringMatching(/missing or damaged/)]);
    expect(await readdir(place.path)).not.toContain("again");
  },
);
