// Continues each line of a file in four ways and writes one JSON object a line. Stopped at any moment, it resumes where it
// was, and the file is the same as if it had never been stopped: text i of a seed does not depend on the others.
//
//   node batch-to-jsonl.ts prompts.txt texts.jsonl
import { open, readFile } from "node:fs/promises";
import { loadModel } from "sdtt";

const [promptFile, textFile] = process.argv.slice(2);
if (!promptFile || !textFile) throw new Error("Usage: node batch-to-jsonl.ts PROMPTS.txt TEXTS.jsonl");
const samples = 4;

const prompts = (await readFile(promptFile, "utf8")).split("\n").filter((line) => line.trim() !== "");
await using output = await open(textFile, "a+");
const done = await keepWholeLines();
if (done > 0) console.error(`${done} of ${prompts.length} prompts are done already.`);

await using model = await loadModel("tiny");
for (const [i, prompt] of prompts.entries()) {
  if (i < done) continue;
  const { texts } = await model.sample({
    prompt,
    samples,
    length: 64,
    steps: 16,
    seed: 1,
    sequenceOffset: i * samples,
  });
  await output.appendFile(`${JSON.stringify({ prompt, texts })}\n`);
  console.error(`${i + 1} of ${prompts.length}`);
}

/** Cuts off a line that was written in part. Gives the number of whole ones. */
async function keepWholeLines(): Promise<number> {
  const written = await readFile(textFile!);
  await output.truncate(written.lastIndexOf("\n") + 1);
  return written.toString().split("\n").length - 1;
}
