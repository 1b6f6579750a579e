// Distils a model on a text of your own: each round makes a student that needs half of its teacher's steps. Interrupted at
// any moment, it resumes from the last checkpoint when it is started again.
//
//   node distil-own-text.ts prose.txt runs/mine
//   node distil-own-text.ts prose.txt runs/mine --rounds 3 --updates 200
import { parseArgs } from "node:util";
import { createBatches, openDataset } from "@sdtt/data";
import { distill } from "@sdtt/distill";
import { openCheckpoint } from "@sdtt/hub";
import { createEngine } from "@sdtt/runtime";
import { loadModel, locateModel } from "sdtt";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    teacher: { type: "string", default: "tiny:teacher" },
    rounds: { type: "string", default: "2" },
    updates: { type: "string", default: "20" },
    batch: { type: "string", default: "8" },
    length: { type: "string", default: "128" },
  },
});
const [sources, directory] = positionals;
if (!sources || !directory)
  throw new Error("Usage: node distil-own-text.ts TEXT FOLDER [--rounds N] [--updates N]");
const batchSize = Number(values.batch);
const smallestSteps = 8;

const teacher = await openCheckpoint({ path: await locateModel(values.teacher) });
if (!teacher.tokenizer) throw new Error(`${values.teacher} has no tokenizer.`);
await using blocks = await openDataset({
  sources, // a .txt or .jsonl file, a folder of them, or a pattern
  tokenizer: teacher.tokenizer,
  length: Number(values.length),
  cacheDirectory: `${directory}/blocks`,
});
console.log(`${blocks.tokenCount} tokens in ${blocks.blockCount} blocks`);

await using engine = await createEngine();
let student = values.teacher;
for await (const event of distill({
  engine,
  teacher,
  source: blocks,
  order: createBatches({ blockCount: blocks.blockCount, batchSize, seed: 1 }),
  batchSize,
  optimizer: { learningRate: { peak: 6e-5, warmupSteps: 5, after: { kind: "constant" } } },
  loss: "kl-bwd",
  teacherSteps: smallestSteps * 2 ** Number(values.rounds),
  smallestSteps,
  updatesPerRound: Number(values.updates),
  checkpointEvery: 10,
  directory,
})) {
  if (event.kind === "resume") console.log(`resumes at update ${event.step}`);
  if (event.kind === "update")
    console.log(`update ${event.step} of ${event.steps}: loss ${event.loss.toFixed(4)}`);
  if (event.kind === "round-end") {
    console.log(`round ${event.round}: a student of ${event.studentSteps} steps in ${event.path}`);
    student = event.path!;
  }
}

await using model = await loadModel(student);
const { texts } = await model.sample({
  prompt: "Once upon a time",
  steps: smallestSteps,
  length: 64,
  seed: 1,
});
console.log(texts[0]);
