import { existsSync } from "node:fs";
import { mkdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { createStream } from "@sdtt/core";
import type { Benchmark } from "../benchmark.ts";
import { startNode } from "../harness/process-contestant.ts";
import { medianSeconds, race, times } from "../harness/race.ts";
import { writeShard } from "./parquet-shard.ts";

const textBytes = 500e6;

export const readParquet: Benchmark = {
  summary: "the documents of a Parquet shard of 300 MB: speed and memory",
  async run({ rounds, cache }) {
    const path = join(cache, "shard.parquet");
    if (!existsSync(path)) {
      await mkdir(cache, { recursive: true });
      await writeShard(`${path}.tmp`, { textBytes, stream: createStream(1) });
      await rename(`${path}.tmp`, path);
    }
    const script = new URL("../contestants/read-documents.ts", import.meta.url);
    await using reader = await startNode("readDocuments", script, { path });
    const { peakBytes } = await reader.step();
    const [measured] = await race([reader], rounds);
    const seconds = medianSeconds(measured!);
    const peak = peakBytes / 1e6;
    const file = (await stat(path)).size / 1e6;
    const text = textBytes / 1e6;
    return {
      rows: [
        {
          "file MB": file,
          "text MB": text,
          ...times(measured!),
          "MB of text / s": text / seconds,
          "peak MB, one reading": peak,
          "peak MB, all readings": measured!.at(-1)!.peakBytes / 1e6,
        },
      ],
      targets: [
        { what: "peak MB of a process that reads the file once", measured: peak, atMost: 200 },
        { what: "ns for a byte of text (50 MB/s are 20)", measured: 1000 / (text / seconds), atMost: 20 },
      ],
    };
  },
};
