import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  RateLimitError,
} from "openai";
import { loadModel, readText } from "sdtt";
import type { LanguageModel } from "sdtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer } from "../index.ts";
import type { Server, ServerOptions } from "../index.ts";
import { serve } from "../testing/serve.ts";

let model: LanguageModel;
let server: Server;
let client: OpenAI;
beforeAll(async () => {
  model = await loadModel("tiny", { threads: 1 });
  server = await startServer({ models: new Map([["tiny", model]]), port: 0 });
  client = clientOf(server.url);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

function clientOf(url: string, apiKey = "none"): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
}

/** One at which the bundled model writes no end of text into any of these texts. */
const seed = 1;
const common = { model: "tiny", prompt: "It was", max_tokens: 13, seed, steps: 4 };

test("lists the models", async () => {
  const ids = [];
  for await (const { id, object } of client.models.list()) ids.push([id, object]);
  expect(ids).toEqual([["tiny", "model"]]);
  expect(await client.models.retrieve("tiny")).toMatchObject({ id: "tiny" });
});

test("completes a prompt: the text that the library samples for the seed", async () => {
  const { choices, usage, object } = await client.completions.create({ ...common, n: 2 });
  expect(object).toBe("text_completion");
  expect(choices.map(({ index, finish_reason }) => [index, finish_reason])).toEqual([
    [0, "length"],
    [1, "length"],
  ]);
  const prompt = model.tokenizer.encode("It was");
  const { tokens } = await model.sample({ prompt, length: 16, samples: 2, seed, steps: 4 });
  expect(choices.map(({ text }) => text)).toEqual(
    tokens.map((ids) => model.tokenizer.decode(ids.subarray(prompt.length + 1))),
  );
  expect(usage).toEqual({
    // With the token that training texts begin with.
    prompt_tokens: prompt.length + 1,
    completion_tokens: 26,
    total_tokens: prompt.length + 27,
  });
});

test("a prompt as ids, alone or in a list, is the prompt as text", async () => {
  const whole = await client.completions.create(common);
  const ids = [...model.tokenizer.encode("It was")];
  for (const prompt of [["It was"], ids, [ids]]) {
    const { choices } = await client.completions.create({ ...common, prompt });
    expect(choices).toEqual(whole.choices);
  }
  const two = await client.completions.create({ ...common, prompt: ["It was", "She"] });
  expect(two.choices[0]).toEqual(whole.choices[0]);
  expect(two.choices).toHaveLength(2);
});

test("streams the same text in pieces, and the usage at the end if asked", async () => {
  // With corrector steps nothing is certain before the last.
  const plain = { ...common, corrector_steps: 0 };
  const whole = await client.completions.create({ ...plain, n: 2, max_tokens: 30 });
  const stream = await client.completions.create({
    ...plain,
    n: 2,
    max_tokens: 30,
    stream: true,
    stream_options: { include_usage: true },
  });
  const texts = ["", ""];
  const reasons: unknown[] = [];
  let usage: unknown;
  let pieces = 0;
  for await (const chunk of stream) {
    pieces++;
    for (const { index, text, finish_reason } of chunk.choices) {
      texts[index] += text;
      if (finish_reason) reasons[index] = finish_reason;
    }
    usage = chunk.usage;
  }
  expect(texts).toEqual(whole.choices.map(({ text }) => text));
  expect(reasons).toEqual(whole.choices.map(({ finish_reason }) => finish_reason));
  expect(usage).toEqual(whole.usage);
  expect(pieces).toBeGreaterThan(3);
});

test("temperature 0, top_p 0 and top_k 1 are one: the likeliest token", async () => {
  const greedy = await client.completions.create({ ...common, temperature: 0 });
  const nearly = await client.completions.create({ ...common, top_p: 0 });
  expect(nearly.choices).toEqual(greedy.choices);
  const extended = { ...common, top_k: 1 };
  expect((await client.completions.create(extended)).choices).toEqual(greedy.choices);
});

test("ends before a stop sequence, streaming or not", async () => {
  const whole = (await client.completions.create({ ...common, max_tokens: 30 })).choices[0]!.text;
  const stop = whole.slice(9, 12);
  const { choices } = await client.completions.create({ ...common, max_tokens: 30, stop: ["\u0000", stop] });
  expect(choices[0]).toMatchObject({ text: whole.slice(0, whole.indexOf(stop)), finish_reason: "stop" });
  let streamed = "";
  for await (const chunk of await client.completions.create({
    ...common,
    max_tokens: 30,
    stop,
    stream: true,
  })) {
    streamed += chunk.choices[0]!.text;
  }
  expect(streamed).toBe(choices[0]!.text);
});

test("a suffix makes it an infill: what is sampled with the suffix in its place", async () => {
  const { choices } = await client.completions.create({ ...common, max_tokens: 5, suffix: " of the house" });
  const template = ["It was", { mask: 5 }, " of the house"];
  const parts = template.map((part) =>
    typeof part === "string" ? model.tokenizer.encode(part).length : part.mask,
  );
  const { tokens } = await model.sample({ template, length: 16, seed, steps: 4 });
  expect(choices[0]!.text).toBe(
    model.tokenizer.decode(tokens[0]!.subarray(1 + parts[0]!, 1 + parts[0]! + 5)),
  );
});

test("a space at the end of a prompt is the completion's first token's, and not repeated", async () => {
  const prompt = "It was ";
  const suffix = " on the mat";
  const plain = { prompt, length: 16 };
  const cases = [
    [{}, plain],
    [{ temperature: 0 }, { ...plain, temperature: 0 }],
    [{ top_p: 0.5 }, { ...plain, topP: 0.5 }],
    [{ suffix }, { template: [prompt, { mask: 13 }, suffix], length: 32 }],
  ] as const;
  for (const [extra, options] of cases) {
    for (let seed = 0; seed < 4; seed++) {
      const request = { ...common, prompt, seed, ignore_eos: true, ...extra };
      const { text } = (await client.completions.create(request)).choices[0]!;
      const { tokens } = await model.sample({ ...options, steps: 4, seed });
      expect(` ${text}`).toBe(readText(tokens[0]!.subarray(3, 16), model.tokenizer));
      let streamed = "";
      for await (const chunk of await client.completions.create({ ...request, stream: true })) {
        streamed += chunk.choices[0]!.text;
      }
      expect(streamed).toBe(text);
    }
  }
});

test("tells its seed, in every piece and in a header; temperature 0 has one", async () => {
  const told = async (extra: object) => {
    const { data, response } = await client.completions
      .create({ ...common, seed: null, ...extra, stream: false })
      .withResponse();
    const seed = (data as unknown as { seed: number }).seed;
    expect(response.headers.get("x-seed")).toBe(String(seed));
    return { seed, text: data.choices[0]!.text };
  };
  const drawn = await told({});
  expect(drawn.seed).not.toBe((await told({})).seed);
  expect(await told({ seed: drawn.seed })).toEqual(drawn);
  const coldest = await told({ temperature: 0 });
  expect(coldest.seed).toBe(0);
  expect(await told({ temperature: 0 })).toEqual(coldest);
  for await (const chunk of await client.completions.create({ ...common, seed: 7, stream: true })) {
    expect(chunk).toMatchObject({ seed: 7 });
  }
});

test("ends at an end of text, or continues after it", async () => {
  // Long enough for a story and the beginning of another.
  const request = { ...common, prompt: "Once upon a time", n: 8, seed: 1, steps: 8, max_tokens: 240 };
  const plain = (await client.completions.create(request)).choices;
  const extended = { ...request, ignore_eos: true };
  const whole = (await client.completions.create(extended)).choices;
  const ended = plain.filter(({ finish_reason }) => finish_reason === "stop");
  expect(ended.length).toBeGreaterThan(2);
  expect(whole.every(({ finish_reason }) => finish_reason === "length")).toBe(true);
  for (const [i, { text, finish_reason }] of plain.entries()) {
    expect(whole[i]!.text.startsWith(text)).toBe(true);
    if (finish_reason === "length") expect(whole[i]!.text).toBe(text);
    expect(whole[i]!.text).not.toContain("endoftext");
  }
  const begun = (await client.completions.create({ ...common, n: 16 })).choices;
  expect(begun.every(({ text }) => text !== "")).toBe(true);
});

describe("errors are those the client knows", () => {
  type Body = Parameters<OpenAI["completions"]["create"]>[0];
  const create = (body: Record<string, unknown>) => client.completions.create({ ...common, ...body } as Body);
  const cases: [body: Record<string, unknown>, param: string, message: RegExp][] = [
    [{ frequency_penalty: 1 }, "frequency_penalty", /not supported/],
    [{ logit_bias: { 5: 1 } }, "logit_bias", /not supported/],
    [{ logprobs: 6 }, "logprobs", /<=5/],
    [{ best_of: 2 }, "best_of", /not supported/],
    [{ min_p: 0.1 }, "min_p", /not supported: draw with/],
    [{ repetition_penalty: 1.1 }, "repetition_penalty", /not supported/],
    [{ response_format: { type: "json_object" } }, "response_format", /not supported/],
    [{ seed: 0.5 }, "seed", /whole number/],
    [{ top_k: -2 }, "top_k", />=-1/],
    [{ max_tokens: 0 }, "max_tokens", /from 1, or -1/],
    [{ magic: 1 }, "magic", /Unknown field: magic/],
    [{ n: 17 }, "n", /<=16/],
    [{ n: 9, prompt: ["a", "b"] }, "prompt", /2 prompts times n = 9/],
    [{ steps: 100_000 }, "steps", /<=1024/],
    [{ max_tokens: 1000 }, "max_tokens", /at most 256 tokens/],
    [{ prompt: [999_999] }, "prompt", /token id 999999/],
    [{ prompt: [[1], "a"] }, "prompt", /must be a string, an array/],
    [{ stop: ["a", "b", "c", "d", "e"] }, "stop", /at most 4/],
    [{ temperature: -1 }, "temperature", />=0/],
  ];
  for (const [body, param, message] of cases) {
    test(`400 names ${param}: ${JSON.stringify(body)}`, async () => {
      const error = await create(body).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(BadRequestError);
      expect(error).toMatchObject({ status: 400, param, message: expect.stringMatching(message) });
    });
  }

  test("neutral values of what is not supported, and user, are taken", async () => {
    const neutral = { frequency_penalty: 0, presence_penalty: null, logit_bias: {}, best_of: 1, user: "me" };
    expect(await create({ ...neutral, logprobs: null, echo: false, suffix: null, stop: null })).toMatchObject(
      {
        choices: [{ index: 0 }],
      },
    );
  });

  test("404 for a model that is not served, whatever its name", async () => {
    for (const name of ["gpt-4", "../../etc/passwd", "__proto__"]) {
      await expect(create({ model: name })).rejects.toBeInstanceOf(NotFoundError);
    }
    await expect(client.models.retrieve("gpt-4")).rejects.toMatchObject({ code: "model_not_found" });
  });

  test("401 without the key", async () => {
    const options: ServerOptions = { models: new Map([["tiny", model]]), port: 0, apiKey: "secret" };
    await using guarded = await startServer(options);
    for (const key of ["wrong", "secretx", "secre"]) {
      await expect(clientOf(guarded.url, key).models.list()).rejects.toBeInstanceOf(AuthenticationError);
    }
    const models = await clientOf(guarded.url, "secret").models.list();
    expect(models.data).toHaveLength(1);
  });

  test("429 with the time to come back when the queue is full", async () => {
    await using scene = await serve({ limits: { capacity: 2, texts: 2 }, before: aWhile });
    const busy = clientOf(scene.url);
    const gone = new AbortController();
    const first = busy.completions.create({ model: "hash", prompt: "", n: 2 }, { signal: gone.signal });
    await expect.poll(() => scene.denoiser.calls.length).toBe(1);
    const refused = await busy.completions
      .create({ model: "hash", prompt: "" })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RateLimitError);
    expect(Number((refused as RateLimitError).headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    gone.abort();
    await expect(first).rejects.toThrow(/aborted/i);
  });
});

test("what fails in the middle of a stream is an error of the stream", async () => {
  let calls = 0;
  await using scene = await serve({
    before() {
      if (++calls > 8) throw new Error("broken");
    },
  });
  const body = { model: "hash", prompt: "", max_tokens: 60, stream: true as const, steps: 60, seed: 3 };
  const stream = await clientOf(scene.url).completions.create({ ...body, n: 8 });
  const read = async () => {
    for await (const _ of stream) continue;
  };
  const error = await read().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(APIError);
  expect((error as APIError).type).toBe("server_error");
});

test("a client that aborts its stream leaves no work running", async () => {
  // A stream's first piece is its first position, which this seed reveals in the fourth call of about sixty; the rest
  // takes three seconds, long enough for an abort to be heard on a busy machine.
  const step = 50;
  const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  await using scene = await serve({ before: () => pause(step) });
  const body = { model: "hash", prompt: "", max_tokens: 60, stream: true as const, steps: 1000, seed: 4 };
  const stream = await clientOf(scene.url).completions.create(body);
  for await (const _ of stream) break;
  stream.controller.abort();
  const waiting = async () => /sdtt_queue_texts{model="hash"} (\d+)/.exec(await metrics(scene.url))?.[1];
  await expect.poll(waiting, { timeout: 10_000 }).toBe("0");
  const calls = scene.denoiser.calls.length;
  await pause(2 * step);
  expect(scene.denoiser.calls.length).toBeLessThanOrEqual(calls + 1);
  expect(calls).toBeLessThan(60);
});

async function metrics(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

function aWhile(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 300));
}
