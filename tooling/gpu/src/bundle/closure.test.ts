import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { findClosure } from "./closure.ts";

/** A workspace as pnpm links it: `app` needs `lib` and `dep`, which needs `deep`; the rest is for development. */
async function workspace(root: string): Promise<void> {
  const manifests: Record<string, object> = {
    app: {
      dependencies: { lib: "*", dep: "*" },
      optionalDependencies: { elsewhere: "*" },
      devDependencies: { builder: "*" },
    },
    lib: { devDependencies: { tester: "*" } },
    other: { dependencies: { unused: "*" } },
  };
  for (const [name, manifest] of Object.entries(manifests)) {
    await mkdir(join(root, "packages", name, "node_modules"), { recursive: true });
    await writeFile(join(root, "packages", name, "package.json"), JSON.stringify(manifest));
  }
  const stored = (name: string) => `node_modules/.pnpm/${name.replace("/", "+")}@1/node_modules/${name}`;
  for (const name of ["dep", "@scope/deep", "builder", "tester", "unused", "tool"]) {
    await mkdir(join(root, stored(name)), { recursive: true });
  }
  const links = {
    "packages/app/node_modules/lib": "packages/lib",
    "packages/app/node_modules/dep": stored("dep"),
    "packages/app/node_modules/builder": stored("builder"),
    "packages/lib/node_modules/tester": stored("tester"),
    "packages/other/node_modules/unused": stored("unused"),
    "node_modules/tool": stored("tool"),
    "node_modules/.pnpm/dep@1/node_modules/@scope/deep": stored("@scope/deep"),
    // A circle, as peers make them.
    "node_modules/.pnpm/@scope+deep@1/node_modules/dep": stored("dep"),
  };
  for (const [link, target] of Object.entries(links)) {
    await mkdir(dirname(join(root, link)), { recursive: true });
    await symlink(join(root, target), join(root, link));
  }
}

test("what is run brings all that it depends on, and development dependencies only where tests are run", async () => {
  await using place = await temporaryDirectory();
  await workspace(place.path);
  const options = { root: place.path, entries: ["packages/app"], tools: ["tool", "absent"] };
  expect(await findClosure({ ...options, tested: [] })).toEqual({
    workspaces: ["packages/app", "packages/lib"],
    links: ["node_modules/tool", "packages/app/node_modules/dep", "packages/app/node_modules/lib"],
    stored: ["node_modules/.pnpm/@scope+deep@1", "node_modules/.pnpm/dep@1", "node_modules/.pnpm/tool@1"],
  });
  const { links, stored } = await findClosure({ ...options, tested: ["packages/lib"] });
  expect(links).toContain("packages/lib/node_modules/tester");
  expect(stored).toContain("node_modules/.pnpm/tester@1");
  expect(stored).not.toContain("node_modules/.pnpm/builder@1");
});
