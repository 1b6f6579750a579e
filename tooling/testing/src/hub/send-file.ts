import { setTimeout as delay } from "node:timers/promises";
import type { Exchange } from "./exchange.ts";

/** How slowly files are sent. */
export interface Throttle {
  /** Bytes at a time. */
  readonly bytes: number;
  /** Milliseconds between. */
  readonly delay: number;
}

export interface SendFileOptions {
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly throttle: Throttle | undefined;
  /** Called after each piece. */
  readonly onSent: () => void;
}

/** Answers with a file or a range of it, piece by piece, with whatever fault the exchange carries. */
export async function sendFile(exchange: Exchange, options: SendFileOptions): Promise<void> {
  const { request, response, record, fault } = exchange;
  const { headers, throttle, onSent } = options;
  const content = fault?.kind === "flip" ? flipByte(options.content, fault.at) : options.content;
  const range = fault?.kind === "no-ranges" ? undefined : parseRange(request.headers.range, content.length);
  if (range === "unsatisfiable") {
    response.writeHead(416, { "Content-Range": `bytes */${content.length}` }).end();
    return;
  }
  const body = range ? content.subarray(range.from, range.to + 1) : content;
  response.writeHead(range ? 206 : 200, {
    "Accept-Ranges": "bytes",
    "Content-Type": "application/octet-stream",
    ...headers,
    ...(range && { "Content-Range": `bytes ${range.from}-${range.to}/${content.length}` }),
    ...(fault?.kind !== "cut" && { "Content-Length": String(body.length) }),
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const end = fault && "after" in fault ? Math.min(fault.after, body.length) : body.length;
  const step = throttle?.bytes ?? 2 ** 16;
  for (let from = 0; from < end && !response.destroyed; from = record.sent) {
    const piece = body.subarray(from, Math.min(from + step, end));
    await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    record.sent += piece.length;
    onSent();
    if (throttle) await delay(throttle.delay);
  }
  if (fault?.kind === "drop") response.socket?.end();
  else if (fault?.kind !== "stall") response.end();
}

function parseRange(
  header: string | undefined,
  size: number,
): { from: number; to: number } | "unsatisfiable" | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? "");
  if (!match) return undefined;
  const from = Number(match[1]);
  if (from >= size) return "unsatisfiable";
  return { from, to: match[2] ? Math.min(Number(match[2]), size - 1) : size - 1 };
}

function flipByte(content: Buffer, at: number): Buffer {
  const copy = Buffer.from(content);
  copy[at] = copy[at]! ^ 1;
  return copy;
}
