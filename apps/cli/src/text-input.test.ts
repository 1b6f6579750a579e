import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { runCaptured } from "./testing/run-captured.ts";

const flags = ["--steps", "2", "--seed", "1", "--length", "32"];

test("a prompt comes from a file or from standard input as it does from the flag", async () => {
  await using folder = await temporaryDirectory();
  const file = join(folder.path, "prompt.txt");
  await writeFile(file, "\ufeffIt was\r\na dark night\r\n");
  const { status, stdout } = await runCaptured(["sample", ...flags, "--prompt", "It was\na dark night"]);
  expect(status).toBe(0);
  expect((await runCaptured(["sample", ...flags, "--prompt-file", file])).stdout).toBe(stdout);
  const options = { stdin: "It was\na dark night\n" };
  expect((await runCaptured(["sample", ...flags, "--prompt-file", "-"], options)).stdout).toBe(stdout);
});

test("a template comes from standard input", async () => {
  const args = ["infill", "--steps", "2", "--seed", "1"];
  const { status, stdout } = await runCaptured([...args, "She <mask:3> it."]);
  expect(status).toBe(0);
  expect((await runCaptured([...args, "-"], { stdin: "She <mask:3> it.\n" })).stdout).toBe(stdout);
});

test("what is no text for a prompt is refused in one line, however long it is", async () => {
  await using folder = await temporaryDirectory();
  const at = (name: string) => join(folder.path, name);
  await writeFile(at("long.txt"), "prose ".repeat(17_000));
  await writeFile(at("longer.txt"), Buffer.alloc(2 ** 20 + 1, 97));
  await writeFile(at("bytes"), Buffer.of(0xff, 0xfe, 0x41));
  const cases: [path: string, status: number, message: RegExp, stdin?: Uint8Array][] = [
    [at("long.txt"), 2, /takes \d{5} .*of 256 tokens/],
    [at("longer.txt"), 1, /longer\.txt is longer than 1048576 bytes/],
    [at("bytes"), 1, /bytes is not UTF-8 text/],
    [at("nothing"), 1, /There is no file .*nothing/],
    [folder.path, 1, /is a directory/],
    ["-", 2, /takes \d{5} .*of 256 tokens/, Buffer.from("prose ".repeat(17_000))],
    ["-", 1, /Standard input is longer than/, Buffer.alloc(2 ** 20 + 1, 97)],
    ["-", 1, /Standard input is not UTF-8/, Buffer.of(0xc3)],
  ];
  for (const [path, status, message, stdin = new Uint8Array()] of cases) {
    const result = await runCaptured(["sample", "--prompt-file", path], { stdin });
    expect(result.stderr).toMatch(message);
    expect(result.stderr).toMatch(/^error: [^\n]*\n$/);
    expect({ path, status: result.status, stdout: result.stdout }).toEqual({ path, status, stdout: "" });
  }
  const both = await runCaptured(["sample", "--prompt", "a", "--prompt-file", "b"]);
  expect(both).toMatchObject({ status: 2, stderr: expect.stringContaining("cannot be used with") as string });
});
