import { Readable, Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { expect, test, vi } from "vitest";
import type { CliContext } from "./context.ts";
import { createTransferView } from "./transfer-view.ts";

function scene(terminal: boolean) {
  const written: string[] = [];
  const sink = () =>
    new Writable({
      write(chunk, _encoding, done) {
        written.push(stripVTControlCharacters(String(chunk)));
        done();
      },
    });
  const clock = { now: 0 };
  const context: CliContext = {
    stdin: Readable.from([]),
    stdout: sink(),
    stderr: Object.assign(sink(), { isTTY: terminal, columns: 100, rows: 30 }),
    env: {},
    signal: new AbortController().signal,
    now: () => clock.now,
  };
  return { view: createTransferView(context), clock, written };
}

const half = { file: "model.safetensors", done: 305e6, total: 678e6, rate: 52.1e6 };
const whole = { ...half, done: 678e6 };

test("a terminal shows a bar for each file, at most ten pictures a second", async () => {
  const { view, clock, written } = scene(true);
  view.show({ file: "config.json", done: 900, total: 900, rate: 0 });
  await vi.waitFor(() => expect(written.join("")).toContain("config.json"));
  view.show(half);
  expect(written.join("")).not.toContain("model.safetensors");
  clock.now = 100;
  view.show(half);
  expect(written.join("").split("\n").slice(-3)).toEqual([
    "config.json        ████████████████████  900 bytes",
    "model.safetensors  ████████░░░░░░░░░░░░  44 %, 305 MB of 678 MB, 52.1 MB/s, 8 s left",
    "",
  ]);
  view.show(whole);
  expect(written.join("")).toContain("model.safetensors  ████████████████████  678 MB");
  view.close();
});

test("elsewhere there is a line every five seconds and one at the end", () => {
  const { view, clock, written } = scene(false);
  for (clock.now = 0; clock.now < 12_000; clock.now += 100) view.show(half);
  view.note("The connection was lost. Trying again in 0.5 s.");
  view.show(whole);
  view.close();
  const line = "model.safetensors: 44 %, 305 MB of 678 MB, 52.1 MB/s, 8 s left\n";
  expect(written).toEqual([
    line,
    line,
    "The connection was lost. Trying again in 0.5 s.\n",
    "model.safetensors: 678 MB\n",
  ]);
});
