import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { serve } from "./testing/serve.ts";
import type { Scene } from "./testing/serve.ts";

/** Writes to a connection of its own; gives all that comes until the server closes it. */
async function talk(url: string, speak: (socket: Socket) => void): Promise<string> {
  const { port } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  let heard = "";
  socket.on("data", (chunk) => (heard += String(chunk)));
  socket.on("error", () => {});
  await once(socket, "connect");
  speak(socket);
  await once(socket, "close");
  return heard;
}

function parseAnswer(text: string): { status: number; error: unknown } {
  const [head, body] = text.split("\r\n\r\n") as [string, string];
  return { status: Number(head.split(" ")[1]), ...(JSON.parse(body) as { error: unknown }) };
}

interface Line {
  readonly status?: number;
  readonly url?: string;
  readonly requestId?: string;
  readonly msg: string;
}

/** The lines about requests. */
function lines(scene: Scene): Line[] {
  return scene.log.map((line) => JSON.parse(line) as Line).filter(({ status }) => status !== undefined);
}

async function counted(scene: Scene): Promise<string> {
  return (await fetch(`${scene.url}/metrics`)).text();
}

describe("what cannot be read is answered in OpenAI's shape, and tells what to do", () => {
  const headers = "Host: localhost\r\nContent-Type: application/json\r\n";
  const head = `POST /v1/completions HTTP/1.1\r\n${headers}Content-Length: 100\r\n\r\n{`;
  const slow: [what: string, begin: string, drip: string][] = [
    ["a body that trickles in", head, " "],
    ["headers that trickle in", "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nX: ", "x"],
    ["a connection that says nothing", "", ""],
  ];
  for (const [what, begin, drip] of slow) {
    test(`408: ${what} is cut off`, async () => {
      await using scene = await serve({ limits: { arrivalSeconds: 0.4 } });
      let drips: NodeJS.Timeout | undefined;
      const heard = await talk(scene.url, (socket) => {
        socket.write(begin);
        drips = setInterval(() => socket.writable && socket.write(drip), 50);
      });
      clearInterval(drips);
      expect(parseAnswer(heard)).toMatchObject({
        status: 408,
        error: {
          type: "invalid_request_error",
          message: expect.stringMatching(/did not arrive in time: send/),
        },
      });
      await expect.poll(() => lines(scene)).toMatchObject([{ status: 408 }]);
      expect(await counted(scene)).toMatch(/sdtt_request_seconds_count\{.*status="408"\} 1/);
    });
  }

  const broken: [what: string, text: string, status: number, message: RegExp][] = [
    ["no HTTP", "\u0016\u0003\u0001 hello\r\n\r\n", 400, /http:\/\/, not https:\/\//],
    ["too large headers", `GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431, /send shorter ones/],
    ["no Host", "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", 400, /Host header/],
  ];
  for (const [what, text, status, message] of broken) {
    test(`${status}: ${what}`, async () => {
      await using scene = await serve();
      const answer = parseAnswer(await talk(scene.url, (socket) => socket.write(text)));
      expect(answer).toMatchObject({
        status,
        error: { type: "invalid_request_error", message: expect.stringMatching(message) },
      });
      await expect.poll(() => lines(scene)).toMatchObject([{ status }]);
    });
  }
});

describe("each request is counted, and has one line", () => {
  test("if it is answered, refused, or fails before or in its stream", async () => {
    await using scene = await serve({ before: () => Promise.reject(new Error("broken")) });
    const statuses = [];
    for (const [path, body] of [
      ["/v1/completions", { prompt: "a" }],
      ["/v1/denoise", { prompt: "a" }],
      ["/v1/completions", "{"],
      ["/v1/nothing", {}],
      ["/%", {}],
    ] as const) {
      const answer = await scene.post(path, body);
      await answer.text();
      statuses.push(answer.status);
    }
    statuses.push((await fetch(`${scene.url}/healthz`)).status);
    await expect.poll(() => lines(scene).length).toBeGreaterThanOrEqual(statuses.length);
    expect(lines(scene).map(({ status }) => status)).toEqual(statuses);
    expect(statuses).toEqual([500, 200, 400, 404, 400, 200]);
    expect(lines(scene)[1]!.msg).toBe("failed");
  });

  test("if its client goes away: 499", async () => {
    await using scene = await serve({ before: () => new Promise((resolve) => setTimeout(resolve, 30)) });
    for (const body of [{ steps: 64 }, { steps: 64, stream: true }]) {
      const gone = new AbortController();
      const calls = scene.denoiser.calls.length;
      const url = `${scene.url}/v1/completions`;
      const asked = fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ prompt: "a", max_tokens: 60, ...body }),
        signal: gone.signal,
      }).then((answer) => answer.text());
      await expect.poll(() => scene.denoiser.calls.length).toBeGreaterThan(calls);
      gone.abort();
      await expect(asked).rejects.toThrow(/abort/);
    }
    await expect
      .poll(() => lines(scene))
      .toMatchObject([
        { status: 499, msg: "client went away" },
        { status: 499, msg: "client went away" },
      ]);
    expect(await counted(scene)).toMatch(/route="\/v1\/completions",status="499"\} 2/);
  });
});

test("a request's id is the client's, or a new one", async () => {
  await using scene = await serve();
  const idOf = async (path: string, headers: Record<string, string>) =>
    (await fetch(scene.url + path, { headers })).headers.get("x-request-id");
  expect(await idOf("/healthz", { "x-request-id": "abc-1" })).toBe("abc-1");
  expect(await idOf("/nothing", { "x-request-id": "abc-2" })).toBe("abc-2");
  expect(await idOf("/%", { "x-request-id": "abc-3" })).toBe("abc-3");
  const made = [await idOf("/healthz", {}), await idOf("/healthz", { "x-request-id": "no spaces" })];
  expect(new Set(made).size).toBe(2);
  for (const id of made) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  await expect.poll(() => lines(scene).map(({ requestId }) => requestId)).toContain("abc-1");
});

test("404 says what to use instead", async () => {
  await using scene = await serve();
  const cases: [method: string, path: string, message: RegExp][] = [
    ["POST", "/v1/chat/completions", /continue plain text and know no roles: use POST \/v1\/completions/],
    ["POST", "/v1/responses", /use POST \/v1\/completions/],
    ["POST", "/v1/messages", /use POST \/v1\/completions/],
    ["POST", "/v1/embeddings", /no embeddings/],
    ["POST", "/completion", /Use POST \/v1\/completions/],
    ["POST", "/completions", /Use POST \/v1\/completions\./],
    ["POST", "/v1/completions/", /Use POST \/v1\/completions\./],
    ["GET", "/v1/completions", /Use POST \/v1\/completions\./],
    ["GET", "/models", /Use GET \/v1\/models\./],
    ["GET", "/swagger/index.html", /GET \/docs/],
  ];
  for (const [method, path, message] of cases) {
    const answer = await fetch(scene.url + path, { method });
    expect([path, answer.status, await answer.json()]).toMatchObject([
      path,
      404,
      {
        error: {
          message: expect.stringMatching(message),
          type: "invalid_request_error",
          code: "unknown_url",
        },
      },
    ]);
  }
});
