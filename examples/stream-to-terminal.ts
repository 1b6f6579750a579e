// Shows a text in the terminal while it is written: masks that turn into words, redrawn at each step.
//
//   node stream-to-terminal.ts "Once upon a time"
import logUpdate from "log-update";
import { loadModel } from "sdtt";

const [prompt = "Once upon a time"] = process.argv.slice(2);

await using model = await loadModel("tiny");
// Without a seed it writes another text each time.
const options = { prompt, steps: 16, length: 64, seed: 13 };
for await (const { step, steps, tokens, ends } of model.stream(options)) {
  const text = model.tokenizer.decode(tokens[0]!.subarray(0, ends[0]), {
    mask: " ░░░",
    specialTokens: "drop",
  });
  logUpdate(`${text}\n\nstep ${step} of ${steps}`);
}
logUpdate.done();
