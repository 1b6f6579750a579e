import { execFile } from "node:child_process";
import { mkdtemp, mkdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serveStatic } from "@sdtt/testing/serve-static";
import type { StaticHost } from "@sdtt/testing/serve-static";
import { tinyModelFolder } from "@sdtt/tiny";
import { convertToFolder } from "sdtt";
import { randomDitSmall } from "../../dit-small.ts";

/** A model that a page loads. */
export interface PageModel {
  readonly title: string;
  /** Its folder, below `models/`. */
  readonly folder: string;
  /** What its products are computed in. */
  readonly dtype: "float32" | "int8";
  /** Tokens of a text. */
  readonly length: number;
}

/** A site with `@sdtt/browser` as one module, an empty page, and models. */
export interface Site extends AsyncDisposable {
  readonly host: StaticHost;
  readonly models: readonly PageModel[];
}

const bundler = fileURLToPath(
  new URL("../../../../../packages/browser/build/standalone.ts", import.meta.url),
);

export async function openSite(cache: string): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "sdtt-page-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  await promisify(execFile)(process.execPath, [...process.execArgv, bundler, join(folder, "sdtt")]);
  await writeFile(join(folder, "index.html"), "<!doctype html><title>A page with a model</title>");
  await mkdir(join(folder, "models"));
  const small = dirname((await randomDitSmall(cache)).path);
  await symlink(tinyModelFolder("student"), join(folder, "models/student"));
  await symlink(small, join(folder, "models/small"));
  await symlink(await inInt8(small), join(folder, "models/small-int8"));
  const host = stack.use(await serveStatic(folder));
  const held = stack.move();
  const models: PageModel[] = [
    { title: "bundled, 8 M", folder: "student", dtype: "float32", length: 256 },
    { title: "bundled, 8 M, computed in int8", folder: "student", dtype: "int8", length: 256 },
    { title: "DiT-small, 170 M", folder: "small", dtype: "float32", length: 1024 },
    { title: "DiT-small, 170 M, int8 file", folder: "small-int8", dtype: "float32", length: 1024 },
    {
      title: "DiT-small, 170 M, int8 file, computed in int8",
      folder: "small-int8",
      dtype: "int8",
      length: 1024,
    },
  ];
  return { host, models, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** The same model as a page would get it, beside it. */
async function inInt8(folder: string): Promise<string> {
  const target = `${folder}-int8`;
  const isThere = await stat(target).catch(() => undefined);
  if (!isThere) await convertToFolder({ path: folder, target, dtype: "int8", forPage: true });
  return target;
}
