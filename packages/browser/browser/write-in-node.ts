// Prints, as JSON, the tokens that Node writes: `write-in-node.ts OPTIONS...`, each the options of a text as JSON.
import { loadModel } from "sdtt";
import type { TextSampleOptions } from "sdtt";

await using model = await loadModel("tiny");
const written: number[][] = [];
for (const options of process.argv.slice(2)) {
  const { tokens } = await model.sample(JSON.parse(options) as TextSampleOptions);
  written.push([...tokens[0]!]);
}
process.stdout.write(JSON.stringify(written));
