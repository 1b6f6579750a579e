import { SdttError } from "@sdtt/core";
import { isRepositoryName, isRevisionName } from "../client/names.ts";
import {
  checkChoice,
  distillationRounds,
  mdlmSmall,
  namedModels,
  scalingSizes,
  scalingStudent,
  scalingTeacher,
  smallStudent,
  studentLosses,
} from "./named-models.ts";
import type { DistillationRound, NamedModel, ScalingSize, StudentLoss } from "./named-models.ts";

/** Where a model is to be found. */
export type ModelReference =
  /** The one that comes with this software. */
  | { readonly kind: "bundled"; readonly model: "student" | "teacher" }
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
 * `sedd:small`, `tiny`, `tiny:teacher`), a repository (`hf:organisation/name@branch`, `organisation/name`) or a path
 * (`./folder`, `weights.safetensors`).
 *
 * @throws SdttError `usage` that lists the choices.
 */
export function parseModelReference(text: string): ModelReference {
  if (text === "tiny") return { kind: "bundled", model: "student" };
  if (text === "tiny:teacher") return { kind: "bundled", model: "teacher" };
  const named = text.startsWith("sdtt:")
    ? parseSdttName(text.slice(5))
    : namedModels.find(({ name }) => name === text);
  if (named) return { kind: "hub", repo: named.repo, revision: named.revision, named };
  if (text.startsWith("sedd:")) checkChoice("SEDD model", text.slice(5), ["small", "medium"]);
  if (text.startsWith("tiny:")) checkChoice("tiny model", text.slice(5), ["teacher"]);
  if (looksLikePath(text)) return { kind: "path", path: text };
  return parseRepository(text);
}

function parseSdttName(name: string): NamedModel {
  const [group = "", ...parts] = name.split("/");
  const groups = [...studentLosses, "scaling", "teacher"];
  if (!groups.includes(group)) {
    checkChoice("loss or group of models", group, groups);
  }
  if (group === "teacher") {
    const [size = ""] = parts;
    checkParts(name, parts, "teacher/SIZE");
    checkChoice("size", size, [...scalingSizes, "1m"]);
    return size === "1m" ? mdlmSmall() : scalingTeacher({ size: size as ScalingSize });
  }
  if (group === "scaling") {
    const [size = "", round = ""] = parts;
    checkParts(name, parts, "scaling/SIZE/ROUND");
    return scalingStudent({ size: size as ScalingSize, round: parseRound(round) });
  }
  checkParts(name, parts, `${group}/ROUND`);
  return smallStudent({ loss: group as StudentLoss, round: parseRound(parts[0]!) });
}

function checkParts(name: string, parts: readonly string[], form: string): void {
  if (parts.length === form.split("/").length - 1) return;
  const sizes = form.startsWith("teacher") ? [...scalingSizes, "1m"] : scalingSizes;
  throw new SdttError(
    "usage",
    `"sdtt:${name}" should have the form sdtt:${form}, with ${[
      ...(form.includes("SIZE") ? [`SIZE one of ${sizes.join(", ")}`] : []),
      ...(form.includes("ROUND") ? [`ROUND from 1 to ${distillationRounds.length}`] : []),
    ].join(" and ")}.`,
  );
}

function parseRound(text: string): DistillationRound {
  checkChoice("round", text, distillationRounds.map(String));
  return Number(text) as DistillationRound;
}

/** Anything with a leading dot, slash, tilde or drive, and names of checkpoint files. */
function looksLikePath(text: string): boolean {
  return (
    /^(\.{0,2}[/\\]|~|\.{1,2}$|[A-Za-z]:[/\\])/.test(text) || /\.(safetensors|ckpt|pth?|bin)$/i.test(text)
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
    `"${text}" names no model. Write a short name (${shortNames}), a repository (hf:organisation/name@branch) or a path (./folder).`,
  );
}

const shortNames = "tiny, sdtt:kld/7, sdtt:scaling/md/7, sdtt:teacher/md, mdlm, sedd:small";
