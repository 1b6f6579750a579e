import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { runCaptured } from "../testing/run-captured.ts";
import { writeSmallModel } from "../testing/small-model.ts";

/** A model whose file ends in NaN or infinity: the last number of its last tensor. */
async function writeBroken(folder: string, value: number, family: "sdtt" | "ar" = "sdtt"): Promise<string> {
  await mkdir(folder);
  await writeSmallModel(folder, { family });
  const path = join(folder, "model.safetensors");
  const bytes = await readFile(path);
  bytes.writeFloatLE(value, bytes.length - 4);
  await writeFile(path, bytes);
  return folder;
}

test.each([Number.NaN, Infinity])(
  "a weight of %d is status 1 and one line, in every command, and no output",
  async (value) => {
    await using directory = await temporaryDirectory();
    const inside = (name: string) => join(directory.path, name);
    const model = await writeBroken(inside("model"), value);
    const judge = await writeBroken(inside("judge"), value, "ar");
    const data = inside("text.txt");
    await writeFile(data, "to be or not to be, that is the question\n".repeat(20));
    const sample = ["sample", "--model", model, "--steps", "4", "--length", "16", "--seed", "1"];
    const commands = [
      sample,
      [...sample, "--json"],
      [...sample, "--top-p", "0.9"],
      [...sample, "--temperature", "1e-40"],
      [...sample, "--precision", "gumbel32"],
      ["infill", "a<mask:3>b", "--model", model, "--steps", "2", "--seed", "1"],
      ["eval", "nelbo", "--model", model, "--data", data],
      ["eval", "nelbo", "--model", judge, "--data", data],
      ["convert", model, inside("made")],
      ["convert", model, inside("made.onnx")],
    ];
    for (const command of commands) {
      const { status, stdout, stderr } = await runCaptured(command);
      expect({ command, status, stdout, stderr }).toEqual({
        command,
        status: 1,
        stdout: "",
        stderr: expect.stringMatching(
          /(^|\n)[^\n]*The weight [\w.]+ holds (NaN|Infinity) at \[[\d, ]+\]:[^\n]*\n$/,
        ),
      });
      if (command[0] === "sample") expect(stderr).toContain("Step 1 of 4: ");
    }
  },
);
