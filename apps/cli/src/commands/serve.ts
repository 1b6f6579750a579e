import { once } from "node:events";
import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { createResourceStack } from "@sdtt/core";
import { parseModelReference } from "@sdtt/hub";
import type { LanguageModel } from "sdtt";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { addModelOptions, openModel } from "../model-options.ts";
import type { ModelFlags } from "../model-options.ts";
import { wholeNumber } from "../numbers.ts";

interface Flags extends ModelFlags {
  readonly also?: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly cors?: readonly string[];
  readonly log?: boolean;
  readonly maxLength?: number;
  readonly maxSteps: number;
  readonly batch: number;
  readonly queue: number;
  readonly timeout: number;
}

export function addServeCommand(program: Command, context: CliContext): void {
  const positive = wholeNumber({ least: 1 });
  const command = program
    .command("serve")
    .description(
      "serve models over HTTP: a page to watch them write, and OpenAI's completions; SDTT_API_KEY, if set, is asked for",
    );
  addModelOptions(command)
    .option("--also <names...>", "further models to serve (default: with tiny, its teacher)")
    .option("--host <address>", "where to listen; 0.0.0.0 is everywhere", "127.0.0.1")
    .option("--port <number>", "0 takes a free one", wholeNumber({ least: 0, most: 65_535 }), 8000)
    .option("--cors <origins...>", "origins whose pages may call the server")
    .option("--log", "write a line of JSON to stderr for each request")
    .option("--max-length <tokens>", "of a text (default: what the model was trained on)", positive)
    .option("--max-steps <count>", "of a text", positive, 1024)
    .option("--batch <texts>", "that share a forward pass", positive, 16)
    .option("--queue <texts>", "under way for each model; more are turned away", positive, 256)
    .option("--timeout <seconds>", "for each request", positive, 120)
    .action((flags: Flags) => serve(flags, context));
}

/** Until a signal stops it: then the requests under way are answered first, and it throws. */
async function serve(flags: Flags, context: CliContext): Promise<void> {
  // Only here: no other command should wait for a web server to load.
  const { startServer } = await import("@sdtt/server");
  const { openPage } = await import("@sdtt/web");
  const { host, port, cors, log, maxLength, maxSteps, batch, queue, timeout } = flags;
  await using opened = createResourceStack();
  const models = new Map<string, LanguageModel>();
  // The page compares two; the bundled teacher needs no download.
  const also = flags.also ?? (flags.model === "tiny" ? ["tiny:teacher"] : []);
  for (const name of [flags.model, ...also]) {
    models.set(publicName(name), opened.use(await openModel({ ...flags, model: name }, context)));
  }
  const server = opened.use(
    await startServer({
      models,
      host,
      port,
      apiKey: context.env["SDTT_API_KEY"] || undefined,
      corsOrigins: cors,
      limits: { length: maxLength, steps: maxSteps, batch, capacity: queue, seconds: timeout },
      page: await openPage({ onBuild: () => printLine(context.stderr, "Building the page (once) ...") }),
      log: log ? context.stderr : undefined,
    }),
  );
  // Never taken back: from here on it ends when the requests under way are answered and the models closed.
  context.deferExit?.();
  printLine(context.stderr, `Serving ${[...models.keys()].join(", ")} at ${server.url}`);
  for (const url of server.urls.slice(1)) printLine(context.stderr, `and at ${url}`);
  if (server.isOpen) {
    printLine(
      context.stderr,
      "Warning: whoever reaches these addresses can use the server. Set SDTT_API_KEY to ask for a key.",
    );
  }
  if (!context.signal.aborted) await once(context.signal, "abort");
  printLine(context.stderr, "Stopping: no new requests, those under way are answered.");
  context.signal.throwIfAborted();
}

/** A folder is known by its last name alone: clients need not learn where it lies. */
function publicName(name: string): string {
  const reference = parseModelReference(name);
  return reference.kind === "path" ? basename(resolve(reference.path)) : name;
}
