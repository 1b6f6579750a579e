import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { runCaptured } from "../testing/run-captured.ts";
import { writeSmallModel } from "../testing/small-model.ts";

test("--dtype int8 writes a seed's text alone and among others, of float32 and of int8 files", async () => {
  await using folder = await temporaryDirectory();
  const model = join(folder.path, "model");
  await mkdir(model);
  await writeSmallModel(model);
  const converted = join(folder.path, "int8");
  expect((await runCaptured(["convert", model, converted, "--dtype", "int8"])).status).toBe(0);
  for (const path of [model, converted]) {
    const sample = async (...args: string[]) => {
      const command = ["sample", "-m", path, "--dtype", "int8", "--seed", "3", "--steps", "4", "--json"];
      const { status, stdout } = await runCaptured([...command, ...args]);
      expect(status).toBe(0);
      return JSON.parse(stdout.trim().split("\n")[0]!) as { tokens: number[] };
    };
    const { tokens } = await sample("--threads", "1");
    expect(tokens.length).toBeGreaterThan(0);
    expect((await sample("-n", "5", "--threads", "2")).tokens).toEqual(tokens);
  }
});
