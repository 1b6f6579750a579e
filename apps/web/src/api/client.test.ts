import { describe, expect, test } from "vitest";
import { createClient } from "./client.ts";
import type { DenoiseRequest } from "./client.ts";
import type { DenoiseEvent } from "./events.ts";

const request: DenoiseRequest = {
  model: "tiny",
  prompt: "a",
  length: 8,
  steps: 2,
  seed: 1,
  temperature: 1,
  top_p: 1,
  ignore_eos: true,
};
const signal = new AbortController().signal;

/** A server that answers with a body, cut wherever the network may cut it. */
function answering(body: string, init: ResponseInit & { pieces?: number } = {}) {
  const bytes = new TextEncoder().encode(body);
  const { pieces = 1 } = init;
  const sent: RequestInit[] = [];
  let wasCancelled = false;
  const fetch = (_input: unknown, asked: RequestInit = {}) => {
    sent.push(asked);
    const size = Math.ceil(bytes.length / pieces);
    const chunks = Array.from({ length: pieces }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
      cancel: () => void (wasCancelled = true),
    });
    return Promise.resolve(new Response(stream, init));
  };
  return { fetch: fetch as typeof globalThis.fetch, sent, wasCancelled: () => wasCancelled };
}

const stream =
  'event: start\ndata: {"steps":2,"length":8,"given":[]}\n\n' +
  'event: step\ndata: {"step":1,"revealed":[{"position":3,"id":1,"text":"é","probability":0.5}]}\n\n' +
  'event: done\ndata: {"text":"é","tokens":[1],"passes":1}\n\n';

test("events come whole, wherever the network cuts them", async () => {
  for (const pieces of [1, 7, 200]) {
    const { fetch } = answering(stream, { pieces });
    const events: DenoiseEvent[] = [];
    for await (const event of createClient({ fetch }).denoise(request, signal)) events.push(event);
    expect(events.map(({ type }) => type)).toEqual(["start", "step", "done"]);
    expect(events[1]).toMatchObject({ step: 1, revealed: [{ text: "é" }] });
  }
});

test("who leaves the loop ends the answer", async () => {
  const server = answering(stream, { pieces: 200 });
  for await (const { type } of createClient({ fetch: server.fetch }).denoise(request, signal)) {
    if (type === "start") break;
  }
  await expect.poll(server.wasCancelled).toBe(true);
});

test("a refusal is told in the server's words, before the stream and in it", async () => {
  const error = JSON.stringify({ error: { message: "A text holds at most 64 tokens." } });
  const refused = createClient(answering(error, { status: 400 })).denoise(request, signal);
  await expect(refused.next()).rejects.toMatchObject({
    status: 400,
    message: "A text holds at most 64 tokens.",
  });
  const broken = createClient(answering(`event: error\ndata: ${error}\n\n`)).denoise(request, signal);
  await expect(broken.next()).rejects.toThrow("at most 64 tokens");
  const proxied = createClient(answering("<html>", { status: 502 })).listModels();
  await expect(proxied).rejects.toThrow("The server answered with an error (502).");
});

describe("what is no answer is said in the page's own words, and may be tried again", () => {
  const failing: [string, typeof fetch, string][] = [
    ["no server", () => Promise.reject(new TypeError("Failed to fetch")), "The server does not answer."],
    [
      "none in time",
      () => Promise.reject(new DOMException("signal timed out", "TimeoutError")),
      "The server does not answer.",
    ],
    ["a page of a proxy", answering("<html>").fetch, "The answer cannot be read"],
    ["another program", answering('{"hello":1}').fetch, "The answer cannot be read"],
  ];
  test.each(failing)("%s", async (_, fetch, message) => {
    const error: unknown = await createClient({ fetch })
      .listModels()
      .catch((error: unknown) => error);
    expect(error).toMatchObject({ status: 0, canRetry: true });
    expect((error as Error).message).toContain(message);
  });

  const broken: [string, string, string][] = [
    ["cut off between events", stream.slice(0, stream.indexOf("event: done")), "was lost"],
    ["cut off at once", "", "was lost"],
    ["no JSON", "event: start\ndata: {\n\n", "cannot be read"],
  ];
  test.each(broken)("a stream: %s", async (_, body, message) => {
    const read = async () => {
      for await (const event of createClient(answering(body)).denoise(request, signal)) void event;
    };
    await expect(read()).rejects.toMatchObject({
      status: 0,
      canRetry: true,
      message: expect.stringContaining(message),
    });
  });

  test("but who aborts is told what it was aborted for", async () => {
    const reason = new DOMException("stopped", "AbortError");
    const fetch = () => Promise.reject(reason);
    await expect(createClient({ fetch }).listModels()).rejects.toBe(reason);
  });
});

test("a key goes as a bearer", async () => {
  const server = answering(
    JSON.stringify({
      data: [
        { id: "a", parameters: 1, max_length: 2, max_steps: 3, temperature: 0.8, top_p: 1, order: "spread" },
      ],
    }),
  );
  const client = createClient({ key: "secret", fetch: server.fetch });
  expect(await client.listModels()).toEqual([
    { id: "a", parameters: 1, maxLength: 2, maxSteps: 3, temperature: 0.8, topP: 1, order: "spread" },
  ]);
  expect(new Headers(server.sent[0]!.headers).get("authorization")).toBe("Bearer secret");
});
