import { SdttError } from "@sdtt/core";
import { closest, distance } from "fastest-levenshtein";
import { isRepositoryName, isRevisionName } from "./repository-names.ts";
import { namedModels } from "./named-models.ts";
import type { NamedModel } from "./named-models.ts";

/** The student, its teacher, and an autoregressive judge of texts. */
export type BundledModel = "student" | "teacher" | "judge";

/** Where a model is to be found. */
export type ModelReference =
  /** One that comes with this software. */
  | { readonly kind: "bundled"; readonly model: BundledModel }
  | {
      readonly kind: "hub";
      readonly repo: string;
      readonly revision: string;
      /** What is known about it, if it has a short name. */
      readonly named?: NamedModel;
    }
  /** A file or a folder. */
  | { readonly kind: "path"; readonly path: string };

/**
 * Reads what a person writes for a model: a short name (`sdtt:kld/7`, `sdtt:scaling/md/3`, `sdtt:teacher/md`, `mdlm`,
 * `sedd:small`, `gpt2-large`, `tiny`, `tiny:teacher`, `tiny:judge`), a repository (`hf:organisation/name@branch`, `organisation/name`) or a path
 * (`./folder`, `weights.safetensors`).
 *
 * @throws SdttError `usage` that lists the choices.
 */
export function parseModelReference(text: string): ModelReference {
  const bundled = bundledModels.get(text);
  if (bundled) return { kind: "bundled", model: bundled };
  const named = namedModels.find(({ name }) => name === text);
  if (named) return { kind: "hub", repo: named.repo, revision: named.revision, named };
  if (shortNames.some((name) => text.startsWith(`${name.split(":")[0]}:`))) throw unknownShortName(text);
  if (looksLikePath(text)) return { kind: "path", path: text };
  return parseRepository(text);
}

/** The models that come with this software, by name. */
export const bundledModels: ReadonlyMap<string, BundledModel> = new Map([
  ["tiny", "student"],
  ["tiny:teacher", "teacher"],
  ["tiny:judge", "judge"],
] as const);

const shortNames = [...bundledModels.keys(), ...namedModels.map(({ name }) => name)];

/** Follows the parts of a name as far as they are known, and says what may come after them. */
function unknownShortName(text: string): SdttError {
  const bare = (part: string | undefined): string | undefined => part?.replace(/[:/]$/, "");
  let candidates = shortNames.map((name) => name.split(/(?<=[:/])/));
  let known = "";
  let depth = 0;
  for (const part of text.split(/[:/]/)) {
    const next = candidates.filter((parts) => bare(parts[depth]) === part);
    if (next.length === 0) break;
    candidates = next;
    depth++;
    known = next.map((parts) => parts.slice(0, depth).join("")).toSorted((a, b) => b.length - a.length)[0]!;
  }
  const choices = [...new Set(candidates.map((parts) => bare(parts[depth])))].filter(
    (part) => part !== undefined,
  );
  const hint = choices.length > 0 ? `after "${known}" comes one of ${choices.join(", ")}` : `"${known}" does`;
  return new SdttError("usage", `"${text}" names no model; ${hint}.`);
}

/** Anything with a leading dot, slash, tilde or drive, and names of checkpoint files. */
function looksLikePath(text: string): boolean {
  return (
    /^(\.{0,2}[/\\]|~|\.{1,2}$|[A-Za-z]:[/\\])/.test(text) ||
    /\.(safetensors|ckpt|pth?|bin|onnx)$/i.test(text)
  );
}

function parseRepository(text: string): ModelReference {
  const [repo = "", revision = "main", ...rest] = text.replace(/^hf:/, "").split("@");
  const needsOwner = !text.startsWith("hf:");
  if (
    isRepositoryName(repo) &&
    isRevisionName(revision) &&
    rest.length === 0 &&
    (repo.includes("/") || !needsOwner)
  ) {
    const named = namedModels.find((model) => model.repo === repo && model.revision === revision);
    return { kind: "hub", repo, revision, ...(named && { named }) };
  }
  throw new SdttError(
    "usage",
    `"${text}" names no model.${suggestion(text)} Write a short name (${examples}), a repository (hf:organisation/name@branch) or a path (./folder).`,
  );
}

/** The short name that is meant, if one is near. */
function suggestion(text: string): string {
  const nearest = closest(text, shortNames);
  return text !== "" && distance(text, nearest) <= Math.ceil(text.length / 4)
    ? ` Did you mean ${nearest}?`
    : "";
}

const examples = "tiny, sdtt:kld/7, sdtt:scaling/md/7, sdtt:teacher/md, mdlm, sedd:small, gpt2";
