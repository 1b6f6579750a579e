import { mkdir, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { startServer } from "./index.ts";
import { parseEvents, serve } from "./testing/serve.ts";

describe("POST /v1/denoise", () => {
  type Told = { position: number; id: number; text: string };
  type Change = { revealed: Told[]; masked?: number[]; retold?: Told[] };
  type Step = {
    step: number;
    revealed: { position: number; id: number; text: string; probability: number }[];
  };

  test("tells each step's tokens, then the text, around fixed spans anywhere", async () => {
    await using scene = await serve();
    const template = "The <mask:4> sat<mask>.";
    const body = await (await scene.post("/v1/denoise", { template, steps: 3, seed: 2 })).text();
    const events = parseEvents(body);
    expect(events[0]).toMatchObject({
      event: "start",
      data: { model: "hash", seed: 2, steps: 3, length: 15 },
    });
    const { given } = events[0]!.data as { given: { position: number; text: string }[] };
    expect(given.map(({ text }) => text).join("")).toBe("The  sat.");
    const steps = events.filter(({ event }) => event === "step").map(({ data }) => data as Step);
    const revealed = steps.flatMap((step) => step.revealed);
    expect(revealed.map(({ position }) => position).toSorted((a, b) => a - b)).toEqual([5, 6, 7, 8, 13]);
    expect(revealed.every(({ probability }) => Math.abs(probability - 0.5) < 1e-6)).toBe(true);
    const { event, data } = events.at(-1)!;
    const { text, tokens, passes } = data as { text: string; tokens: number[]; passes: number };
    expect(event).toBe("done");
    expect(text).toMatch(/^The [^]* sat[^]*\.$/);
    for (const { position, id } of revealed) expect(tokens[position]).toBe(id);
    // The token that training texts begin with is there, and is not shown.
    expect(tokens[0]).toBe(256);
    expect(given[0]).toEqual({ position: 0, id: 256, text: "", end_of_text: true });
    expect(passes).toBe(steps.length);
  });

  test("a template in parts is the template as text; a length adds room after it", async () => {
    await using scene = await serve();
    const last = async (body: object) =>
      parseEvents(await (await scene.post("/v1/denoise", { seed: 3, steps: 4, ...body })).text()).at(-1)!
        .data;
    const parts = ["a", { mask: 3 }, "b"];
    expect(await last({ template: parts })).toEqual(await last({ template: "a<mask:3>b" }));
    expect(await last({ template: ["ab"], length: 10 })).toEqual(await last({ prompt: "ab", length: 10 }));
  });

  test("writes with an adaptive sampler in as many passes as its bound asks for, in any company", async () => {
    await using scene = await serve();
    const write = async (body: object) =>
      parseEvents(await (await scene.post("/v1/denoise", { length: 8, seed: 3, ...body })).text());
    // Each position has an entropy of 0.5: a pass reveals one more than half of the bound's nats.
    const passes = { 0: 8, 0.6: 4, 1.1: 3, 100: 1 };
    const asked = Object.keys(passes).map((gamma) => ({ sampler: "entropy-bounded", gamma: Number(gamma) }));
    const company = [...asked, { steps: 4 }, { sampler: "confidence-threshold", threshold: 0.9 }];
    const together = await Promise.all(company.map(write));
    expect(together.slice(0, 4).map((events) => events.at(-1)!.data)).toMatchObject(
      Object.values(passes).map((count) => ({ passes: count })),
    );
    for (const [i, body] of company.entries()) expect(await write(body)).toEqual(together[i]);
    expect(together[0]![0]!.data).toMatchObject({ steps: 8 });
  });

  test("masks again, in blocks and with guidance, in any company; the events add up to the text", async () => {
    await using scene = await serve();
    const write = async (body: object) =>
      parseEvents(
        await (await scene.post("/v1/denoise", { prompt: "“a", length: 24, seed: 3, ...body })).text(),
      );
    const company = [
      { sampler: "remdm-cap", eta: 0.3, steps: 40 },
      { sampler: "psi", kappa: 0.6, steps: 40, final_pass: false },
      { sampler: "remdm-conf", steps: 40 },
      { blocks: 3, steps: 12 },
      { guidance: 2, steps: 6 },
      { steps: 12 },
    ];
    const together = await Promise.all(company.map(write));
    for (const [i, body] of company.entries()) expect(await write(body)).toEqual(together[i]);
    for (const [i, events] of together.entries()) {
      const start = events[0]!.data as { given: Told[] };
      const done = events.at(-1)!.data as { text: string; tokens: number[]; passes: number };
      const told = new Map(start.given.map((token) => [token.position, token]));
      const steps = events.flatMap(({ event, data }) => (event === "step" ? [data as Change] : []));
      for (const { masked = [], revealed, retold = [] } of steps) {
        for (const position of masked) told.delete(position);
        for (const token of [...revealed, ...retold]) told.set(token.position, token);
      }
      const tokens = [...told.values()].toSorted((a, b) => a.position - b.position);
      expect(tokens.map(({ id }) => id)).toEqual(done.tokens);
      expect(start.given.every(({ position, id }) => done.tokens[position] === id)).toBe(true);
      const text = tokens.map(({ text }) => text).join("");
      if (!done.tokens.includes(256, 1)) expect(text).toBe(done.text);
      expect(steps.some(({ masked }) => masked !== undefined)).toBe(i < 3);
      expect(done.passes).toBe(i === 4 ? 2 * steps.length : steps.length);
    }
  });

  test("refuses by field what cannot be, before anything is allocated for it", async () => {
    await using scene = await serve();
    const cases: [body: object, message: RegExp][] = [
      [{ template: "no gap" }, /no gap/],
      [{ template: "<mask:1000000>".repeat(1000) }, /at most 64 tokens/],
      [{ template: [{ mask: 1e15 }] }, /at most 64 tokens/],
      [{ template: "a<mask>", prompt: "b" }, /not both/],
      [{ sampler: "magic" }, /sampler/],
      [{ sampler: "entropy-bounded", gamma: -1 }, /gamma/],
      [{ sampler: "confidence-threshold", threshold: 0 }, /threshold/],
      [{ sampler: "confidence-factor", factor: -1 }, /factor/],
      [{ sampler: "confidence-factor", gamma: 1 }, /gamma is an option of the entropy-bounded sampler/],
      [{ sampler: "entropy-bounded", steps: 4 }, /as many passes as it needs; got steps = 4/],
      [{ sampler: "remdm-cap", eta: 1.5 }, /eta/],
      [{ sampler: "remdm-loop", eta: 0.5 }, /eta must be a number from 0 to 0.111; got 0.5/],
      [{ sampler: "psi", kappa: -1 }, /kappa/],
      [{ sampler: "psi", eta: 0.1 }, /eta is an option of the samplers remdm-cap/],
      [{ sampler: "remdm-cap", steps: 2 }, /needs at least 3 steps/],
      [{ blocks: 9, steps: 8 }, /at least 9 steps or fewer blocks/],
      [{ sampler: "first-hitting", final_pass: true }, /has no final pass/],
      [{ guidance: 1 }, /this text has none/],
      [{ guidance: 1, prompt: "" }, /this text has none/],
      [{ guidance: -1, prompt: "a" }, /guidance/],
      [{ template: "a<mask>", length: 1 }, /length is 1/],
      [{ prompt: "ab", length: 2 }, /length is 2, but what is given has 3/],
      [{ prompt: "ab", length: 2, add_bos: false }, /all given/],
      [{ length: 65 }, /at most 64/],
    ];
    for (const [body, message] of cases) {
      const answer = await scene.post("/v1/denoise", body);
      expect([
        answer.status,
        ((await answer.json()) as { error: { message: string } }).error.message,
      ]).toEqual([400, expect.stringMatching(message)]);
    }
    expect(scene.denoiser.calls).toHaveLength(0);
  });
});

describe("what a person reads", () => {
  /** Bytes that are no character by themselves are most of what the hash model writes. */
  const events = async (body: object) => {
    await using scene = await serve();
    const answer = await scene.post("/v1/denoise", { steps: 6, ...body });
    const parsed = parseEvents(await answer.text());
    type Told = { position: number; id: number; text: string };
    const told = parsed.flatMap(({ event, data }) => {
      if (event === "start") return (data as { given: Told[] }).given;
      return event === "step" ? (data as { revealed: Told[] }).revealed : [];
    });
    return { told, done: parsed.at(-1)!.data as { text: string; tokens: number[] }, headers: answer.headers };
  };

  test("characters in pieces come out whole: the tokens' texts join to the text", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { told, done } = await events({ template: "“<mask:6>” é<mask:3>€", seed, ignore_eos: true });
      const joined = told
        .toSorted((a, b) => a.position - b.position)
        .map(({ text }) => text)
        .join("");
      expect(joined.replaceAll(/\n\n\n\n/g, "\n\n")).toBe(done.text);
      expect(done.text).toMatch(/^“[^]*” é[^]*€$/);
    }
  });

  test("an end of text ends it, or parts it if that is asked for, and is never written out", async () => {
    const request = { prompt: "a", length: 64, temperature: 1 };
    let ended = 0;
    for (let seed = 0; seed < 20; seed++) {
      const plain = (await events({ ...request, seed })).done;
      const whole = (await events({ ...request, seed, ignore_eos: true })).done;
      expect(whole.tokens).toEqual(plain.tokens);
      const isEnded = plain.tokens.includes(256, 1);
      ended += Number(isEnded);
      expect(whole.text.startsWith(plain.text)).toBe(true);
      expect(whole.text === plain.text).toBe(!isEnded || plain.tokens.indexOf(256, 1) === 63);
      expect(plain.text + whole.text).not.toContain("endoftext");
    }
    expect(ended).toBeGreaterThan(0);
  });

  test("a text from nothing is written from its first token on, one that is begun after an end of text", async () => {
    const [end, letterA] = [256, 64];
    const first = async (body: object) =>
      (await events({ length: 8, seed: 1, ...body })).told.find(({ position }) => position === 0)!.id;
    expect(await first({ prompt: "" })).toBe(end);
    expect(await first({ prompt: "a" })).toBe(end);
    expect(await first({ prompt: "a", add_bos: false })).toBe(letterA);
    expect(await first({ add_bos: true })).toBe(end);
    expect(await first({})).not.toBe(end);
  });

  test("the seed is told, and is one where the likeliest tokens are taken", async () => {
    expect((await events({ prompt: "a", temperature: 0 })).headers.get("x-seed")).toBe("0");
    expect((await events({ prompt: "a", seed: 12 })).headers.get("x-seed")).toBe("12");
    const drawn = await Promise.all(
      [1, 2].map(async () => (await events({ prompt: "a" })).headers.get("x-seed")),
    );
    expect(drawn[0]).toMatch(/^\d+$/);
    expect(drawn[0]).not.toBe(drawn[1]);
  });
});

describe("failures", () => {
  test("a model that fails is a 500 that says nothing of it, but the log does", async () => {
    await using scene = await serve({ before: () => Promise.reject(new Error("secret detail")) });
    const answer = await scene.post("/v1/completions", { prompt: "a" });
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({
      error: { message: "The server failed at this request.", type: "server_error", param: null, code: null },
    });
    expect(scene.log.join("")).toContain("secret detail");
    const stream = await scene.post("/v1/denoise", { prompt: "a" });
    expect(parseEvents(await stream.text()).at(-1)).toMatchObject({ event: "error" });
  });

  test("a request has its time, then its place is free", async () => {
    const before = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    await using scene = await serve({ limits: { seconds: 0.05 }, before });
    const answer = await scene.post("/v1/completions", { prompt: "a", max_tokens: 60, steps: 1000 });
    expect([answer.status, await answer.json()]).toMatchObject([503, { error: { code: "time_limit" } }]);
    expect(await (await fetch(`${scene.url}/metrics`)).text()).toContain('sdtt_queue_texts{model="hash"} 0');
  });

  test("bodies that are no JSON, too large, or a form are refused as JSON", async () => {
    await using scene = await serve({ limits: { bodyBytes: 1000 } });
    const answers = [
      await scene.post("/v1/completions", "{"),
      await scene.post("/v1/completions", { prompt: "a".repeat(2000) }),
      await scene.post("/v1/completions", "{}", { "content-type": "text/plain" }),
      await scene.post("/v1/nothing", {}),
      await fetch(`${scene.url}/%`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 413, 415, 404, 400]);
    const bodies = await Promise.all(answers.map(async (answer) => (await answer.json()) as unknown));
    for (const body of bodies) expect(body).toMatchObject({ error: { type: "invalid_request_error" } });
    const messages = bodies.map((body) => (body as { error: { message: string } }).error.message);
    expect(messages[0]).toMatch(/not valid JSON: check/);
    expect(messages[1]).toMatch(/larger than this server takes: send fewer/);
    expect(messages[2]).toMatch(/Content-Type: application\/json/);
    expect(messages[3]).toMatch(/GET \/docs describes/);
  });
});

describe("operations", () => {
  test("health and metrics", async () => {
    await using scene = await serve();
    await scene.post("/v1/completions", { prompt: "a", max_tokens: 10, n: 2 });
    expect(await (await fetch(`${scene.url}/healthz`)).json()).toEqual({ status: "ok" });
    expect((await fetch(`${scene.url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${scene.url}/health`)).json()).toEqual({ status: "ready" });
    const metrics = await (await fetch(`${scene.url}/metrics`)).text();
    expect(metrics).toMatch(/sdtt_tokens_total\{model="hash"\} (2\d|30)\n/);
    expect(metrics).toMatch(
      /sdtt_request_seconds_count\{method="POST",route="\/v1\/completions",status="200"\} 1/,
    );
    expect(metrics).toContain("nodejs_eventloop_lag_p99_seconds");
  });

  test("when disposed it takes nothing more and answers what it took", async () => {
    const before = () => new Promise<void>((resolve) => setTimeout(resolve, 10));
    await using scene = await serve({ before });
    const answer = await scene.post("/v1/denoise", { prompt: "a", steps: 8 });
    const stopped = scene.server[Symbol.asyncDispose]();
    expect((await fetch(`${scene.url}/readyz`)).status).toBe(503);
    expect((await scene.post("/v1/completions", { prompt: "a" })).status).toBe(503);
    expect(parseEvents(await answer.text()).at(-1)).toMatchObject({ event: "done" });
    await stopped;
    await expect(fetch(`${scene.url}/healthz`)).rejects.toThrow(/fetch failed/);
  });

  test("what is still under way after the grace is ended with an error", async () => {
    const before = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
    await using scene = await serve({ before, grace: 0.05 });
    const answer = await scene.post("/v1/denoise", { prompt: "a", steps: 1000 });
    await scene.server[Symbol.asyncDispose]();
    expect(parseEvents(await answer.text()).at(-1)).toMatchObject({
      event: "error",
      data: { error: { code: "stopping" } },
    });
  });

  test("a port that is taken, and no model, are told in a line", async () => {
    await using scene = await serve();
    const port = Number(new URL(scene.url).port);
    await expect(serve({ port })).rejects.toMatchObject({ code: "unavailable" });
    await expect(startServer({ models: new Map() })).rejects.toMatchObject({ code: "usage" });
  });
});

describe("security", () => {
  test("a strict policy on every answer, and no foreign origins unless named", async () => {
    await using scene = await serve({ corsOrigins: ["https://a.example"] });
    const headersFor = async (origin: string) => {
      const answer = await scene.post("/v1/denoise", { prompt: "a" }, { origin });
      await answer.text();
      return answer.headers;
    };
    const named = await headersFor("https://a.example");
    expect(named.get("access-control-allow-origin")).toBe("https://a.example");
    expect(named.get("content-security-policy")).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
    expect(named.get("content-security-policy")).not.toMatch(/unsafe/);
    expect((await headersFor("https://b.example")).get("access-control-allow-origin")).not.toBe(
      "https://b.example",
    );
    await using closed = await serve();
    const answer = await closed.post("/v1/completions", {}, { origin: "https://a.example" });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("without a key, a loopback server answers to loopback names alone", async () => {
    await using scene = await serve();
    const statusFor = (host: string) =>
      new Promise((resolve, reject) => {
        const sent = httpRequest(`${scene.url}/healthz`, { headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        sent.on("error", reject).end();
      });
    for (const host of [
      "localhost:8000",
      "LOCALHOST",
      "localhost.:80",
      "127.0.0.2",
      "127.0.0.1",
      "[::1]:1",
    ]) {
      expect([host, await statusFor(host)]).toEqual([host, 200]);
    }
    for (const host of ["evil.example", "localhost.evil.example", "128.0.0.1", "127.0.0.1.evil.example"]) {
      expect([host, await statusFor(host)]).toEqual([host, 403]);
    }
  });

  test("serves the page's folder, and nothing outside it", async () => {
    await using directory = await temporaryDirectory();
    const page = join(directory.path, "page");
    await mkdir(page);
    await writeFile(join(page, "index.html"), "<!doctype html>the page");
    await writeFile(join(directory.path, "secret.txt"), "secret");
    await using scene = await serve({ page });
    expect(await (await fetch(scene.url)).text()).toContain("the page");
    for (const path of ["/..%2fsecret.txt", "/%2e%2e/secret.txt", "/..%5csecret.txt"]) {
      const answer = await fetch(scene.url + path);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(await answer.text()).not.toContain("secret.txt\n");
    }
  });
});

test("clients that hang up at random moments leave no work running, and the others get theirs", async () => {
  await using scene = await serve({ before: () => new Promise((resolve) => setImmediate(resolve)) });
  const body = JSON.stringify({ prompt: "a", steps: 64, seed: 1 });
  const headers = { "content-type": "application/json" };
  const texts = await Promise.all(
    Array.from({ length: 32 }, async (_, client) => {
      const signal = client % 2 === 0 ? AbortSignal.timeout(client) : undefined;
      const asked = fetch(`${scene.url}/v1/denoise`, {
        method: "POST",
        body,
        headers,
        signal: signal ?? null,
      });
      return asked.then((answer) => answer.text()).catch(() => "gone");
    }),
  );
  const stayed = texts.filter((_, client) => client % 2 === 1);
  expect(new Set(stayed.map((text) => text.split("event: done")[1])).size).toBe(1);
  expect(stayed[0]).toContain("event: done");
  const metrics = async () => (await fetch(`${scene.url}/metrics`)).text();
  await expect.poll(metrics).toContain('sdtt_queue_texts{model="hash"} 0');
});

test("a model whose numbers are not finite is a failure that names the step, never a text", async () => {
  await using scene = await serve({
    draw: (draws) => ({ ...draws, logProbs: draws.logProbs.fill(Number.NaN) }),
  });
  const denoise = await scene.post("/v1/denoise", { prompt: "a", steps: 3, seed: 1 });
  expect(parseEvents(await denoise.text()).at(-1)).toMatchObject({
    event: "error",
    data: {
      error: { code: "numeric", type: "server_error", message: expect.stringMatching(/^Step 1 of 3: /) },
    },
  });
  const completion = await scene.post("/v1/completions", { prompt: "a", max_tokens: 8, steps: 3 });
  expect(completion.status).toBe(500);
  expect(await completion.json()).toMatchObject({
    error: { code: "numeric", message: expect.stringMatching(/^Step 1 of 3: .* NaN at position/) },
  });
});
