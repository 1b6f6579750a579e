import { parentPort, workerData } from "node:worker_threads";
import { makeTokenizer } from "./tokenizer-recipe.ts";
import type { TokenizerRecipe } from "./tokenizer-recipe.ts";

/** A thread that encodes: a list of texts comes in, a list of ids goes out, in turn. */
const port = parentPort!;
const tokenizer = await makeTokenizer(workerData as TokenizerRecipe);

port.on("message", (texts: readonly string[]) => {
  const ids = texts.map((text) => tokenizer.encode(text));
  port.postMessage(
    ids,
    ids.map(({ buffer }) => buffer as ArrayBuffer),
  );
});
