import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { managers } from "./blank-project.ts";
import { repository } from "./public-packages.ts";
import { rehearse } from "./rehearse.ts";
import { runOrThrow } from "./run-command.ts";

test("a stranger can install every package with npm and pnpm, and run its examples on Node 22 and 24", async () => {
  await runOrThrow(join(repository, "node_modules/.bin/turbo"), ["run", "build", "--filter=!@sdtt/site"], {
    cwd: repository,
    minutes: 60,
  });
  await using folder = await temporaryDirectory();
  const failures: string[] = [];
  const measured: string[] = [];
  for await (const event of rehearse({ directory: folder.path, managers })) {
    if (event.kind === "failure") failures.push(`${event.package}: ${event.failure}`);
    if (event.kind === "measured") measured.push(event.package);
  }
  expect(failures).toEqual([]);
  expect(measured).toContain("@sdtt/scheduler");
}, 7_200_000);
