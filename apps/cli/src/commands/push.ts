import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { SdttError } from "@sdtt/core";
import { openCheckpoint, pushModel, selectCheckpointFiles, writeModelCard } from "@sdtt/hub";
import type { Checkpoint, ModelCard, PushedFile, UploadEvent } from "@sdtt/hub";
import { readProvenance } from "sdtt";
import type { Provenance } from "sdtt";
import manifest from "../../package.json" with { type: "json" };
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { countParameters } from "../count-parameters.ts";
import { retryNote } from "../download-progress.ts";
import { refuseMachinePaths } from "../machine-paths.ts";
import { addOriginOptions, settleOrigin } from "../model-origin.ts";
import type { OriginFlags } from "../model-origin.ts";
import { withTransferView } from "../transfer-view.ts";
import type { TransferView } from "../transfer-view.ts";

interface Flags extends OriginFlags {
  readonly branch: string;
  readonly title?: string;
  readonly license?: string;
  readonly private?: boolean;
}

export function addPushCommand(program: Command, context: CliContext): void {
  const command = program
    .command("push")
    .description("put a model on the Hub, with a card that says how it was made; HF_TOKEN must allow it")
    .argument("<folder>", "the model, as convert or a training run leaves it")
    .argument("<repository>", "organisation/name; made if there is none")
    .option("--branch <name>", "made if there is none", "main")
    .option("--title <text>", "of the commit")
    .option("--license <id>", "as the Hub calls it, such as apache-2.0")
    .option("--private", "if the repository is made, show it to nobody else");
  addOriginOptions(command).action(async (folder: string, repo: string, flags: Flags) =>
    push(folder, repo, flags, context),
  );
}

async function push(folder: string, repo: string, flags: Flags, context: CliContext): Promise<void> {
  const { branch, title = `Upload ${repo.split("/").at(-1)}` } = flags;
  const files = await filesToPush(folder);
  const checkpoint = await openCheckpoint({ path: folder, signal: context.signal });
  if (!files.some(({ path }) => path === cardName)) {
    const provenance = settleOrigin(flags, await readProvenance(folder));
    const card = modelCard({ repo, flags, checkpoint, provenance });
    files.push({ path: cardName, content: { bytes: new TextEncoder().encode(writeModelCard(card)) } });
  }
  await refuseMachinePaths(files);
  const { url } = await withTransferView(context, (view) =>
    pushModel({
      repo,
      branch,
      files,
      title,
      ...(flags.private ? { visibility: "private" } : {}),
      environment: context.env,
      signal: context.signal,
      onEvent: (event) => showUpload(view, event),
    }),
  );
  printLine(context.stdout, url);
  printLine(context.stderr, `Try it: sdtt sample --model hf:${repo}@${branch}`);
}

const cardName = "README.md";

/** What makes up the model, its exports to ONNX, and what its owner wrote about it. */
async function filesToPush(folder: string): Promise<PushedFile[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    const reason =
      cause.code === "ENOTDIR" ? "is a file: make a folder of it with sdtt convert" : "is not there";
    throw new SdttError("not-found", `${folder} ${reason}.`, { cause });
  });
  const model = selectCheckpointFiles(names);
  const beside = names.filter((name) => /^(README\.md|LICENSE(\.\w+)?|.+\.onnx(\.data)?)$/.test(name));
  return [...model, ...beside].map((path) => ({ path, content: { localPath: join(folder, path) } }));
}

function modelCard(of: {
  repo: string;
  flags: Flags;
  checkpoint: Checkpoint;
  provenance: Provenance;
}): ModelCard {
  const { branch, license } = of.flags;
  const { description, weights } = of.checkpoint;
  const { origin, settings, weights: weightSet } = of.provenance;
  return {
    repo: of.repo,
    branch,
    model: description,
    parameters: countParameters(of.checkpoint),
    dtype: weights.get("vocab_embed.embedding")!.dtype,
    weights: weightSet,
    origin,
    ...(settings ? { settings } : {}),
    ...(license === undefined ? {} : { license }),
    version: manifest.version,
  };
}

function showUpload(view: TransferView, event: UploadEvent): void {
  switch (event.kind) {
    case "progress":
      return view.show({ ...event, done: event.sent });
    case "retry":
      return view.note(retryNote(event));
    case "phase":
      return view.note(phases[event.phase]);
  }
}

const phases = {
  preparing: "Hashing the files ...",
  uploading: "Sending what the Hub does not have yet ...",
  committing: "Making it visible ...",
} as const;
