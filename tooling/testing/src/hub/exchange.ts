import type { IncomingMessage, ServerResponse } from "node:http";
import type { FaultEffect } from "./faults.ts";

/** One request and the means to answer it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly record: RequestRecord;
  readonly fault: FaultEffect | undefined;
}

/** What a hub remembers of a request. */
export interface RequestRecord {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly origin: "hub" | "storage";
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Bytes of the file in the answer that were handed to the connection so far. */
  sent: number;
}

export function sendJson({ response }: Exchange, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "Content-Type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(value));
}

/** Refuses as the Hub does, with the reason in headers and body. */
export function sendRefusal({ response }: Exchange, status: number, error: string, code?: string): void {
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "X-Error-Message": error,
    ...(code && { "X-Error-Code": code }),
  });
  response.end(JSON.stringify({ error }));
}

export async function readBody({ request }: Exchange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export async function readJson<T>(exchange: Exchange): Promise<T> {
  return JSON.parse((await readBody(exchange)).toString()) as T;
}

/** True if a fault has answered the request already. */
export function answeredByFault({ response, fault }: Exchange): boolean {
  switch (fault?.kind) {
    case "status":
      response.writeHead(fault.status, { "Content-Type": "text/plain", ...fault.headers }).end("a fault");
      return true;
    case "web-page":
      response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Log in</title>");
      return true;
    default:
      return false;
  }
}
