import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { firstError } from "./blank-project.ts";
import type { BlankProject } from "./blank-project.ts";
import type { PublicPackage } from "./public-packages.ts";
import { nodeMajors } from "./toolbox.ts";

/** A text with gaps that the page offers, and its seed there. */
interface GapExample {
  readonly text: string;
  readonly seed: number;
}

/** The page's default. */
const steps = 16;

/**
 * Fills the gaps of the page's examples, with the library or with the command, where one of these is rehearsed. Yields what went wrong,
 * each in one line.
 */
export async function* rehearseGaps(options: {
  readonly root: string;
  readonly subject: PublicPackage;
  readonly project: BlankProject;
}): AsyncGenerator<string, void> {
  const { root, subject, project } = options;
  if (subject.name !== "sdtt" && subject.name !== "@sdtt/cli") return;
  const examples = await readGapExamples(root);
  if (examples.length === 0) yield "apps/web/src/content.ts has no example with a gap";
  const file = join(project.directory, "fill-gaps.mjs");
  await writeFile(file, program);
  for (const { text, seed } of examples) {
    const command =
      subject.name === "sdtt"
        ? ["node", file, text, `${seed}`, `${steps}`]
        : ["npx", "--offline", "sdtt", "infill", text, "--seed", `${seed}`, "--steps", `${steps}`];
    for (const node of nodeMajors) {
      const { status, stdout, output } = await project.execute(node, command[0]!, command.slice(1));
      const fault =
        status !== 0
          ? firstError(output)
          : fillsGaps(stdout.trim(), text)
            ? undefined
            : `wrote ${JSON.stringify(stdout.trim())}`;
      if (fault !== undefined) yield `the page's example "${text}" fails on Node ${node}: ${fault}`;
    }
  }
}

const program = `import { loadModel, parseTemplate } from "sdtt";

const [text, seed, steps] = process.argv.slice(2);
const model = await loadModel();
const { texts } = await model.sample({ template: parseTemplate(text), seed: Number(seed), steps: Number(steps) });
console.log(texts[0]);
await model[Symbol.asyncDispose]();
`;

const gap = /<mask(?::\d+)?>/;

/** The page's examples that have gaps, from the page's source. */
export async function readGapExamples(root: string): Promise<GapExample[]> {
  const content = pathToFileURL(join(root, "apps/web/src/content.ts")).href;
  const { examples } = (await import(content)) as { examples: readonly GapExample[] };
  return examples.filter(({ text }) => gap.test(text));
}

/** Whether a text is its template with something in each gap. The blanks beside a gap are the model's to write. */
export function fillsGaps(text: string, template: string): boolean {
  const given = template.split(gap).map((part) => part.trim().replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${given.join("[^]*\\S[^]*")}$`).test(text) && !gap.test(text);
}
