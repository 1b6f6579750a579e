import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { fixturePath } from "@sdtt/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSafetensors } from "./open-safetensors.ts";
import { writeSafetensors } from "./writer.ts";
import type { TensorSource } from "./writer.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "sdtt-writer-"))));
afterEach(() => rm(folder, { recursive: true }));

const sourceOf = (values: Tensor): TensorSource => ({ ...values, read: () => Promise.resolve(values) });

test.each(["hub/model.safetensors", "sedd/model.safetensors"])(
  "%s is written again byte for byte",
  async (name) => {
    const path = join(folder, "copy.safetensors");
    await using original = await openSafetensors(fixturePath(name));
    const reversed = [...original.tensors.entries()].toReversed();
    const tensors = new Map(
      reversed.map(([key, { dtype, shape }]) => [key, { dtype, shape, read: () => original.read(key) }]),
    );
    await writeSafetensors({ path, tensors });
    expect(Buffer.compare(await readFile(path), await readFile(fixturePath(name)))).toBe(0);
  },
);

test("types lie from the widest to the narrowest, each on its alignment, and survive the round trip", async () => {
  const path = join(folder, "mixed.safetensors");
  const tensors = new Map<string, Tensor>([
    ["10", tensor("uint8", [3], Uint8Array.of(1, 2, 3))],
    ["é", tensor("bool", [], Uint8Array.of(1))],
    ["half", tensor("float16", [2, 0], new Uint16Array())],
    ["b", tensor("float32", [1], Float32Array.of(0.1))],
    ["a", tensor("float32", [1, 1], Float32Array.of(Number.NaN))],
    ["9", tensor("int64", [1], BigInt64Array.of(-5n))],
    ["brain", tensor("bfloat16", [1], Uint16Array.of(0x3f80))],
    ["__proto__", tensor("float64", [1], Float64Array.of(Math.PI))],
  ]);
  const metadata = new Map([["made by", '"us"']]);
  await writeSafetensors({
    path,
    metadata,
    tensors: new Map(Array.from(tensors, ([key, value]) => [key, sourceOf(value)])),
  });

  await using file = await openSafetensors(path);
  expect([...file.tensors.keys()]).toEqual(["9", "__proto__", "a", "b", "brain", "half", "10", "é"]);
  expect(file.metadata).toEqual(metadata);
  for (const [key, wanted] of tensors) {
    const { location } = file.tensors.get(key)!;
    expect(location.offset % wanted.data.BYTES_PER_ELEMENT).toBe(0);
    expect(await file.read(key)).toEqual(wanted);
  }
});

test("a failure leaves what was there and nothing else", async () => {
  const path = join(folder, "model.safetensors");
  await writeFile(path, "before");
  const good = sourceOf(tensor("float32", [2], Float32Array.of(1, 2)));
  const bad: TensorSource = { ...good, shape: [3] };
  const stop = new AbortController();
  const stopping: TensorSource = { ...good, read: (options) => (stop.abort(), good.read(options)) };
  const write = (tensors: Record<string, TensorSource>) =>
    writeSafetensors({ path, tensors: new Map(Object.entries(tensors)), signal: stop.signal });

  await expect(write({ good, bad })).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining("announced as float32 [3]"),
  });
  await expect(write({ __metadata__: good })).rejects.toMatchObject({ code: "usage" });
  await expect(write({ a: stopping, b: good })).rejects.toMatchObject({ code: "aborted" });
  expect(await readdir(folder)).toEqual(["model.safetensors"]);
  expect(await readFile(path, "utf8")).toBe("before");
  await expect(
    writeSafetensors({ path: join(folder, "absent", "model"), tensors: new Map() }),
  ).rejects.toMatchObject({ code: "io" });
});
