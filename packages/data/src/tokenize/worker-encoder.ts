import { Worker } from "node:worker_threads";
import { SdttError } from "@sdtt/core";
import { reasonOf } from "../file-error.ts";
import type { DocumentEncoder } from "./document-encoder.ts";
import type { TokenizerRecipe } from "./tokenizer-recipe.ts";

/** Encodes in threads of its own, which end when it is disposed of. */
export function createWorkerEncoder(recipe: TokenizerRecipe, threadCount: number): DocumentEncoder {
  const threads = Array.from({ length: threadCount }, () => startThread(recipe));
  return {
    // While a thread's answer is taken, its next batch waits already.
    concurrency: 2 * threadCount,
    encode(texts) {
      const idlest = threads.reduce((a, b) => (b.waiting < a.waiting ? b : a));
      return idlest.encode(texts);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}

interface Thread {
  /** Batches without an answer. */
  readonly waiting: number;
  encode(texts: readonly string[]): Promise<Int32Array[]>;
  end(): Promise<void>;
}

/** The module beside this one, as written or as built. Only sources import other packages' sources. */
const [workerModule, execArgv] = import.meta.url.endsWith(".ts")
  ? [new URL("./worker.ts", import.meta.url), ["--conditions=@sdtt/source"]]
  : [new URL("./worker.js", import.meta.url), []];

function startThread(recipe: TokenizerRecipe): Thread {
  const worker = new Worker(workerModule, { workerData: recipe, execArgv });
  const waiting: PromiseWithResolvers<Int32Array[]>[] = [];
  let failure: SdttError | undefined;

  const fail = (reason: string, cause?: unknown): void => {
    failure ??= new SdttError("unavailable", `A thread that tokenizes ended: ${reason}.`, { cause });
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  worker.on("message", (ids: Int32Array[]) => waiting.shift()!.resolve(ids));
  worker.on("error", (cause) => fail(reasonOf(cause), cause));
  worker.on("exit", (code) => fail(`exit code ${code}`));

  return {
    get waiting() {
      return waiting.length;
    },
    encode(texts) {
      if (failure) return Promise.reject(failure);
      const answer = Promise.withResolvers<Int32Array[]>();
      waiting.push(answer);
      worker.postMessage(texts, []);
      return answer.promise;
    },
    async end() {
      await worker.terminate();
    },
  };
}
