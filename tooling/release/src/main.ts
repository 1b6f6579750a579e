// Publishes every package to a registry on this machine and does with each what a stranger would.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isSdttError } from "@sdtt/core";
import { managers } from "./blank-project.ts";
import { measurementTable } from "./measurement-table.ts";
import { rehearse } from "./rehearse.ts";
import type { Measurement } from "./rehearse.ts";

const { values } = parseArgs({
  options: {
    package: { type: "string", multiple: true },
    manager: { type: "string", multiple: true },
    keep: { type: "boolean" },
    help: { type: "boolean" },
  },
});

if (values.help) {
  console.log(`pnpm rehearse [--package NAME]... [--manager npm|pnpm]... [--keep]

Third-party packages come from the configured registry.

  --package  only these; all public packages unless given
  --manager  npm or pnpm; both unless given
  --keep     leaves the blank projects and the registry's storage, and says where`);
} else {
  const directory = await mkdtemp(join(tmpdir(), "sdtt-rehearsal-"));
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  const measured: Measurement[] = [];
  let failures = 0;
  try {
    for await (const event of rehearse({
      directory,
      packages: values.package,
      managers: managers.filter((manager) => values.manager?.includes(manager) ?? true),
      signal: stop.signal,
    })) {
      if (event.kind === "stage") console.error(event.text);
      if (event.kind === "measured") measured.push(event);
      if (event.kind === "failure") {
        failures++;
        console.log(`${event.package}: ${event.failure}`);
      }
    }
  } catch (error) {
    if (!isSdttError(error)) throw error;
    failures++;
    console.error(error.message);
  } finally {
    if (values.keep) console.error(`Left in ${directory}`);
    else await rm(directory, { recursive: true, force: true });
  }
  if (measured.length > 0) console.log(measurementTable(measured));
  console.error(failures === 0 ? "Nothing failed." : `Failures: ${failures}.`);
  process.exitCode = failures === 0 ? 0 : 1;
}
