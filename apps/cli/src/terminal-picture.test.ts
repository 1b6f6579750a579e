import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { expect, test, vi } from "vitest";
import type { CliContext } from "./context.ts";
import { createTerminalPicture } from "./terminal-picture.ts";

function scene(options?: { wrapped: boolean }) {
  const written: string[] = [];
  const raw: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      raw.push(String(chunk));
      written.push(stripVTControlCharacters(String(chunk)));
      done();
    },
  });
  const stderr: CliContext["stderr"] = Object.assign(sink, { isTTY: true, columns: 80, rows: 24 });
  return { picture: createTerminalPicture(stderr, options), written, raw };
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

/** What a terminal of endless height shows of a picture that moves up and wipes what is from there on. */
function shown(raw: string): string[] {
  let lines = [""];
  for (const [piece] of raw.replaceAll("\u001B", "^").matchAll(/\^\[(\d*)[A-Z]|\n|[^^\n]+/g)) {
    const up = /^\^\[(\d+)A$/.exec(piece);
    if (up) lines = [...lines.slice(0, lines.length - 1 - Number(up[1])), ""];
    else if (piece === "\n") lines.push("");
    else if (!piece.startsWith("^")) lines.push(lines.pop()! + piece);
  }
  return lines;
}

test("a wrapped picture is drawn at once, and again in its place, before the library has loaded", () => {
  const { picture, raw } = scene({ wrapped: true });
  picture.update("one\nand a half");
  expect(shown(raw.join(""))).toEqual(["one", "and a half", ""]);
  picture.persist("a line that stays");
  picture.update("two");
  expect(shown(raw.join(""))).toEqual(["a line that stays", "two", ""]);
  picture.clear();
  expect(shown(raw.join(""))).toEqual(["a line that stays", ""]);
  picture.update("three");
  picture.done();
  expect(shown(raw.join(""))).toEqual(["a line that stays", "three", ""]);
});

test("the library takes over where a wrapped picture was drawn without it", async () => {
  const { picture, raw, written } = scene({ wrapped: true });
  picture.update("one");
  await vi.waitFor(() => expect(written.join("").match(/one/g)).toHaveLength(2));
  picture.update("two");
  // The library also moves by other commands than this terminal knows; what came before its first picture was wiped.
  const wipe = "\u001B[0J";
  const all = raw.join("");
  expect(shown(all.slice(0, all.indexOf(wipe) + wipe.length))).toEqual([""]);
  expect(written.at(-1)).toContain("two");
});
