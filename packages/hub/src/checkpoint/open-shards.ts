import { dirname, join } from "node:path";
import { listed, quoted } from "@sdtt/checkpoint";
import type { TensorFile } from "@sdtt/checkpoint";
import { SdttError } from "@sdtt/core";
import { z } from "zod";
import { openTensorFile } from "./open-tensor-file.ts";
import type { OpenTensorFileOptions } from "./open-tensor-file.ts";
import { readJson } from "./read-json.ts";

/** Transformers' index of a model in several files: which tensor lies in which. */
const shardIndex = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Each is open at once; published models of this family need one. */
const mostShards = 256;

/**
 * Opens the files that an index names as if they were one.
 *
 * @throws SdttError `format` if the index is malformed, names a file outside its folder, or disagrees with the files.
 */
export async function openShards(options: OpenTensorFileOptions): Promise<TensorFile> {
  const { path } = options;
  const fileOfTensor = await readIndex(path);
  const shards = new Map<string, TensorFile>();
  const close = async (): Promise<void> => {
    for (const shard of shards.values()) await shard[Symbol.asyncDispose]();
  };
  try {
    for (const file of new Set(fileOfTensor.values())) {
      shards.set(file, await openTensorFile({ ...options, path: join(dirname(path), file) }));
    }
    assertAgreement(path, fileOfTensor, shards);
  } catch (error) {
    await close();
    throw error;
  }
  const shardOf = (tensor: string): TensorFile | undefined => shards.get(fileOfTensor.get(tensor) ?? "");
  return {
    tensors: new Map(Array.from(fileOfTensor.keys(), (name) => [name, shardOf(name)!.tensors.get(name)!])),
    async read(name, readOptions) {
      const shard = shardOf(name);
      if (!shard) throw new SdttError("not-found", `${path} has no tensor ${quoted(name)}.`);
      return await shard.read(name, readOptions);
    },
    [Symbol.asyncDispose]: close,
  };
}

async function readIndex(path: string): Promise<Map<string, string>> {
  const { success, data } = shardIndex.safeParse(await readJson(path));
  if (!success) {
    throw new SdttError(
      "format",
      `${path} is no index of shards: it has no weight_map from tensors to files.`,
    );
  }
  const fileOfTensor = new Map(Object.entries(data.weight_map));
  const files = [...new Set(fileOfTensor.values())];
  const outside = files.filter((file) => /[\\/]/.test(file) || file === ".." || file === ".");
  if (outside.length > 0) {
    throw new SdttError("format", `${path} names files outside its folder: ${listed(outside.map(quoted))}.`);
  }
  if (files.length > mostShards) {
    throw new SdttError("format", `${path} names ${files.length} files; at most ${mostShards} are opened.`);
  }
  return fileOfTensor;
}

/** Every tensor lies in the file that the index says, and the files hold nothing else. */
function assertAgreement(
  path: string,
  fileOfTensor: ReadonlyMap<string, string>,
  shards: ReadonlyMap<string, TensorFile>,
): void {
  const absent = [...fileOfTensor].filter(([name, file]) => !shards.get(file)!.tensors.has(name));
  const unlisted = [...shards].flatMap(([file, { tensors }]) =>
    [...tensors.keys()]
      .filter((name) => fileOfTensor.get(name) !== file)
      .map((name) => [name, file] as const),
  );
  if (absent.length + unlisted.length === 0) return;
  const show = (pairs: readonly (readonly [string, string])[]): string =>
    listed(pairs.map(([name, file]) => `${quoted(name)} in ${file}`));
  const problems = [
    ...(absent.length > 0 ? [`${absent.length} tensors are not where it says (${show(absent)})`] : []),
    ...(unlisted.length > 0 ? [`${unlisted.length} tensors are not in it (${show(unlisted)})`] : []),
  ];
  throw new SdttError("format", `${path} disagrees with its files: ${problems.join("; ")}.`);
}
