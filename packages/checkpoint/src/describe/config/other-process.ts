import { SdttError } from "@sdtt/core";
import { asObject, configCandidates } from "./config-candidates.ts";
import type { ConfigObject } from "./config-candidates.ts";

/** Models whose tensors or configs may look like an MDLM's, by the names their configs give them, and their own code. */
const relatives: readonly (readonly [names: readonly string[], model: string, code: string])[] = [
  [["bd3lm", "bamdlm"], "BD3-LM, a block diffusion", "github.com/kuleshov-group/bd3lms"],
  [["udlm"], "UDLM, a uniform diffusion", "github.com/kuleshov-group/discrete-diffusion-guidance"],
  [
    ["duo", "duobase", "distillation", "otfinetune", "hyperbolicduo"],
    "Duo, a uniform diffusion",
    "github.com/s-sahoo/duo",
  ],
  [["esolm"], "Eso-LM, part masked and part autoregressive", "github.com/s-sahoo/Eso-LMs"],
  [["gidd"], "GIDD, which mixes masks and uniform noise", "github.com/dvruette/gidd"],
  [["llada", "lladamoe", "llada2moe"], "LLaDA, another network", "github.com/ML-GSAI/LLaDA"],
  [["dream"], "Dream, another network", "github.com/DreamLM/Dream"],
  [["d3pm"], "D3PM, another parameterization", "github.com/s-sahoo/duo"],
  [
    ["sedd"],
    "SEDD in a layout that is not read here",
    "github.com/louaaron/Score-Entropy-Discrete-Diffusion",
  ],
  [["ar"], "an autoregressive model in a layout that is not read here", "github.com/s-sahoo/duo"],
];

/** The algorithms of `algo.name` that train an MDLM, each in its own way. */
const maskedAlgorithms = new Set(["mdlm", "didiinstruct"]);

/** What configs call the process that replaces tokens by the mask. */
const absorbing = /^(absorb|mask)/i;

/** Of a config that tells no length: that of the published models. */
const publishedLength = 1024;

/**
 * Throws if a config says that its model was trained for another process than masking a whole text: such weights fit
 * the network, and what it would write is nonsense.
 *
 * @throws SdttError `checkpoint` that names the model or the process, and what to use.
 */
export function assertMaskedProcess(config: unknown, where: string): void {
  for (const candidate of configCandidates(config)) {
    const sign = otherProcess(candidate);
    if (sign === undefined) continue;
    const [found, code = "the code that it was trained with"] = sign;
    throw new SdttError(
      "checkpoint",
      `${where} describes ${found}. Only models that mask tokens all over the text can be run (SDTT, MDLM, absorbing SEDD); this one would write nonsense. Use ${code}.`,
    );
  }
}

/** What stands for another process, in words, and the code to use if it is known. */
function otherProcess(config: ConfigObject): readonly [found: string, code?: string] | undefined {
  const algo = asObject(config["algo"]);
  const model = asObject(config["model"]);
  const places = [config, algo, model];
  const blockSize = firstNumber(places, "block_size");
  const length = firstNumber([config], "model_length") ?? firstNumber([model], "length") ?? publishedLength;
  const isWhole = blockSize !== undefined && blockSize >= length;

  for (const [key, name] of namesOf(config, algo)) {
    const plain = normalized(name);
    const relative = relatives.find(([names]) => names.includes(plain));
    if (plain === "bd3lm" && isWhole) continue;
    if (relative) return [`${relative[1]} (${key} ${JSON.stringify(name)})`, relative[2]];
    if (key === "algo.name" && !maskedAlgorithms.has(plain)) {
      return [`a model of another algorithm (algo.name ${JSON.stringify(name)})`];
    }
  }
  if (blockSize !== undefined && !isWhole) {
    const found = `a block diffusion such as BD3-LM (block_size ${blockSize} of ${length} tokens; an MDLM has ${length})`;
    return [found, relatives[0]![2]];
  }
  for (const [key, value, what] of [
    ["diffusion", config["diffusion"], "a diffusion"],
    ["algo.diffusion", algo["diffusion"], "a diffusion"],
    ["graph.type", asObject(config["graph"])["type"], "a SEDD"],
  ] as const) {
    if (typeof value === "string" && !value.includes("${") && !absorbing.test(value)) {
      return [`${what} that does not mask tokens (${key} ${JSON.stringify(value)})`];
    }
  }
  const causal = ["causal", "causal_attention"].find((key) => places.some((place) => place[key] === true));
  if (causal !== undefined && !isAutoregressive(config)) {
    return [`a causal model (${causal} true), whose tokens do not see what follows them`];
  }
  return undefined;
}

/** The names that a config gives its model, and the keys they stand at. */
function namesOf(config: ConfigObject, algo: ConfigObject): [key: string, name: string][] {
  const { model_type: type, architectures } = config;
  const architecture: unknown =
    Array.isArray(architectures) && type === undefined ? architectures[0] : undefined;
  const names: [key: string, name: unknown][] = [
    ["model_type", type],
    ["architectures", architecture],
    ["algo.name", algo["name"]],
  ];
  return names.filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

/** Without case, hyphens and underscores. */
function normalized(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, "");
}

function firstNumber(places: readonly ConfigObject[], key: string): number | undefined {
  return places.map((place) => place[key]).find((value) => typeof value === "number");
}

/** The one kind of causal model that is known, which judges texts. */
function isAutoregressive({ parameterization }: ConfigObject): boolean {
  return parameterization === "ar" || asObject(parameterization)["name"] === "ar";
}
