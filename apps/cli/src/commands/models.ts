import { formatBytes, formatCount, formatTable } from "@sdtt/report/text";
import type { Command } from "commander";
import { elementCount, elementSize, SdttError } from "@sdtt/core";
import {
  bundledModels,
  listCachedModels,
  namedModels,
  openCheckpoint,
  parseModelReference,
  removeCachedModel,
  selectCheckpointFiles,
} from "@sdtt/hub";
import type { CachedModel, NamedModel } from "@sdtt/hub";
import type { ModelFamily } from "@sdtt/models";
import { locateModel } from "sdtt";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { countParameters } from "../count-parameters.ts";
import { addOfflineOption, findCheckpoint } from "../model-options.ts";
import type { CheckpointFlags } from "../model-options.ts";

interface ListFlags {
  readonly cached?: boolean;
  readonly json?: boolean;
}

export function addModelsCommand(program: Command, context: CliContext): void {
  const models = program
    .command("models")
    .description("list the models that have a name")
    .option("--cached", "only those that are on this machine already")
    .option("--json", "print the list as JSON")
    .action(async (flags: ListFlags) => listModels(flags, context));
  addOfflineOption(
    models
      .command("pull")
      .description("download a model and check it; prints the folder that it is in")
      .argument("<name>", "a named model, or org/name@revision"),
  ).action(async (name: string, flags: CheckpointFlags) => pullModel(name, flags, context));
  models
    .command("rm")
    .description("delete a model from the cache; what other models share with it stays")
    .argument("<name>", "a named model, or org/name@revision")
    .action(async (name: string) => removeModel(name, context));
}

/** A line of the list. */
interface ListedModel extends Pick<NamedModel, "name" | "parameters" | "size" | "description"> {
  readonly family: ModelFamily;
  readonly repo?: string;
  readonly revision?: string;
  /** Whether it can be used without a network. */
  readonly cached: boolean;
}

async function listModels({ cached: onlyCached, json }: ListFlags, context: CliContext): Promise<void> {
  const cache = await listCachedModels({ environment: context.env });
  const listed = [
    ...(await Promise.all(Array.from(bundledModels.keys(), bundledModel))),
    ...namedModels.map((model): ListedModel => ({ ...model, cached: isCached(model, cache) })),
  ].filter(({ cached }) => cached || !onlyCached);
  printLine(context.stdout, json ? JSON.stringify(listed, undefined, 2) : describeModels(listed));
}

function describeModels(models: readonly ListedModel[]): string {
  return formatTable(
    [
      { title: "name" },
      { title: "parameters", align: "right" },
      { title: "size", align: "right" },
      { title: "cached" },
      { title: "description" },
    ],
    models.map(({ name, parameters, size, cached, description }) => [
      name,
      formatCount(parameters),
      formatBytes(size),
      cached ? "yes" : "no",
      description,
    ]),
  );
}

async function bundledModel(name: string): Promise<ListedModel> {
  const checkpoint = await openCheckpoint({ path: await locateModel(name) });
  const size = [...checkpoint.weights.values()].reduce(
    (sum, { dtype, shape }) => sum + elementCount(shape) * elementSize(dtype),
    0,
  );
  const { family } = checkpoint.description;
  const description = "comes with this software";
  return { name, family, parameters: countParameters(checkpoint), size, description, cached: true };
}

function isCached({ repo, revision }: NamedModel, cache: readonly CachedModel[]): boolean {
  const revisions = cache.find((model) => model.repo === repo)?.revisions ?? [];
  const cached = revisions.find(({ refs }) => refs.includes(revision));
  return cached !== undefined && selectCheckpointFiles(cached.files.map(({ path }) => path)).length > 0;
}

async function pullModel(name: string, flags: CheckpointFlags, context: CliContext): Promise<void> {
  hubReference(name);
  const path = await findCheckpoint(name, flags, context);
  const checkpoint = await openCheckpoint({ path, signal: context.signal });
  printLine(context.stdout, path);
  printLine(
    context.stderr,
    `${name} is ready: ${checkpoint.description.family.toUpperCase()}, ${formatCount(countParameters(checkpoint))} parameters.`,
  );
}

async function removeModel(name: string, { env, stdout }: CliContext): Promise<void> {
  const { repo, revision } = hubReference(name);
  const { freed } = await removeCachedModel({ environment: env, repo, revision });
  printLine(stdout, `${name} is removed, ${formatBytes(freed)} are free again.`);
}

function hubReference(name: string): { repo: string; revision: string } {
  const reference = parseModelReference(name);
  if (reference.kind === "hub") return reference;
  const reason = reference.kind === "path" ? "is a path" : "comes with this software";
  throw new SdttError("usage", `${name} ${reason}: it is not in the cache of downloads.`);
}
