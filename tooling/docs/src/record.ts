// Records `npm start` as docs/images/denoising.svg: every frame is a step of a real run.
import { writeFile } from "node:fs/promises";
import { loadModel } from "sdtt";
import { animatedSvg } from "./animated-svg.ts";
import type { AnimationFrame } from "./animated-svg.ts";
import { frameText } from "./frame-text.ts";

const options = { steps: 16, length: 96, seed: 7, prompt: "Once upon a time" };
const columns = 88;
const title = `npm start -- --steps ${options.steps} --length ${options.length} --seed ${options.seed} --prompt "${options.prompt}"`;

await using model = await loadModel();
const { tokenizer } = model;
const prompt = [tokenizer.endOfTextId!, ...tokenizer.encode(options.prompt)];
const given = prompt.length;
const blank = new Int32Array(options.length).fill(tokenizer.maskId);
blank.set(prompt);

const layout = { tokenizer, given, columns };
const frames: AnimationFrame[] = [];
const start = performance.now();
for await (const step of model.stream(options)) {
  if (frames.length === 0) {
    const lines = frameText({ tokens: [blank], revealed: [] }, layout);
    frames.push({ lines, status: `step 0 of ${step.steps}` });
  }
  const status = `step ${step.step} of ${step.steps} · ${step.passes} passes`;
  frames.push({ lines: frameText(step, layout), status });
}
const seconds = (performance.now() - start) / 1000;
const last = frames.at(-1)!;
const rate = Math.round(options.length / seconds);
frames.push({
  ...last,
  status: `${model.name}: ${options.length} tokens in ${seconds.toFixed(2)} s, ${rate} tokens/s`,
});

const svg = animatedSvg(frames, { title, columns, frameSeconds: 0.35, lastSeconds: 4 });
await writeFile(new URL("../../../docs/images/denoising.svg", import.meta.url), svg);
