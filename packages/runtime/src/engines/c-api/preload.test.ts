import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { openKoffi } from "../koffi.ts";
import { preloadLibraries } from "./library.ts";

const compiler = ["cc", "gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
const canBuild = process.platform === "linux" && compiler !== undefined;

function build(at: string, source: string, ...more: string[]): void {
  const shared = ["-shared", "-fPIC", "-x", "c", "-", "-x", "none", "-o", at, ...more];
  execFileSync(compiler!, shared, { input: source });
}

/** As CUDA's: `top` is linked to `base`, and both lie where the loader does not look. */
test.skipIf(!canBuild)(
  `libraries are loaded by full path, in order, and then found by name${canBuild ? "" : " (needs Linux and a C compiler)"}`,
  async () => {
    await using folder = await temporaryDirectory();
    const at = (name: string) => join(folder.path, name);
    for (const name of ["one", "two"]) await mkdir(at(name));
    const [base, top, user] = [at("one/libbase.so.13"), at("two/libtop.so.13"), at("user.so")];
    build(base, "int base(void) { return 41; }", "-Wl,-soname,libbase.so.13");
    build(top, "int base(void); int top(void) { return base() + 1; }", base, "-Wl,-soname,libtop.so.13");
    build(user, "int top(void); int use(void) { return top(); }", top);
    const broken = at("broken.so");
    await writeFile(broken, "no library");

    const ffi = await openKoffi();
    expect(() => ffi.load(user)).toThrow(/libtop\.so\.13/);
    await expect(preloadLibraries([{ path: top, optional: false }])).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/libtop\.so\.13 cannot be loaded: .*libbase\.so\.13/),
    });
    await preloadLibraries([
      { path: base, optional: false },
      { path: broken, optional: true },
      { path: top, optional: false },
    ]);
    expect(ffi.load(user).func("use", "int", [])()).toBe(42);
  },
);
