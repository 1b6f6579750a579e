import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { expect, test, vi } from "vitest";
import type { CliContext } from "./context.ts";
import { createTerminalPicture } from "./terminal-picture.ts";

function scene() {
  const written: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      written.push(stripVTControlCharacters(String(chunk)));
      done();
    },
  });
  const stderr: CliContext["stderr"] = Object.assign(sink, { isTTY: true, columns: 80, rows: 24 });
  return { picture: createTerminalPicture(stderr), written };
}

test("what is drawn first is the latest of what came while the library loaded", async () => {
  const { picture, written } = scene();
  picture.update("one");
  picture.update("two");
  picture.persist("a line that stays");
  await vi.waitFor(() => expect(written.join("")).toContain("two"));
  expect(written.join("")).not.toContain("one");
  expect(written[0]).toBe("a line that stays\n");
  picture.update("three");
  expect(written.at(-1)).toContain("three");
});

test("a picture that is wiped before it could be drawn is not drawn later, one that is to stay is written at once", async () => {
  const [wiped, left] = [scene(), scene()];
  wiped.picture.update("gone");
  wiped.picture.clear();
  left.picture.update("stays");
  left.picture.done();
  expect(left.written).toEqual(["stays\n"]);
  await import("log-update");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(wiped.written.join("")).not.toContain("gone");
  expect(left.written.join("")).toBe("stays\n");
});
