import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import type { Readable } from "node:stream";
import { SdttError, throwIfAborted } from "@sdtt/core";
import { printLine } from "./context.ts";
import type { CliContext } from "./context.ts";

/** Bytes: some 250,000 tokens, far more than any of these models takes. */
const longestText = 2 ** 20;

/**
 * The text of a file, or of standard input where the path is `-`. It must be UTF-8. A byte order mark and one line ending at
 * the end are left out, as editors add them; CRLF becomes LF, as in training texts.
 *
 * @throws SdttError `not-found`, `io`; `format` for what is too long or no UTF-8; `aborted`.
 */
export async function readTextInput(path: string, { stdin, stderr, signal }: CliContext): Promise<string> {
  const name = path === "-" ? "Standard input" : path;
  if (path === "-" && stdin.isTTY) printLine(stderr, "Reading the text from the terminal; Ctrl-D ends it.");
  const stream = path === "-" ? stdin : await openText(path);
  const bytes = await readBounded(stream, name, signal);
  return decode(bytes, name).replaceAll("\r\n", "\n").replace(/\n$/, "");
}

async function openText(path: string): Promise<Readable> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw fileFailure(path, cause);
  });
  if (found.isDirectory()) throw new SdttError("io", `${path} is a directory: name a file of text.`);
  if (found.size > longestText) throw tooLong(path);
  return createReadStream(path);
}

async function readBounded(stream: Readable, name: string, signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of addAbortSignal(signal, stream)) {
      size += (part as Buffer).length;
      if (size > longestText) throw tooLong(name);
      parts.push(part as Buffer);
    }
  } catch (cause) {
    throwIfAborted(signal);
    throw cause instanceof SdttError ? cause : fileFailure(name, cause as NodeJS.ErrnoException);
  }
  return Buffer.concat(parts, size);
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SdttError("format", `${name} is not UTF-8 text: convert it, for example with iconv.`, {
      cause,
    });
  }
}

function tooLong(name: string): SdttError {
  return new SdttError("format", `${name} is longer than ${longestText} bytes: no model takes such a text.`);
}

function fileFailure(name: string, cause: NodeJS.ErrnoException): SdttError {
  return cause.code === "ENOENT"
    ? new SdttError("not-found", `There is no file ${name}.`, { cause })
    : new SdttError("io", `${name} cannot be read: ${cause.message}.`, { cause });
}
