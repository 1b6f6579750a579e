import { describe, expect, test } from "vitest";
import { completionAnswer, completionChunk } from "../openai/completion-answer.ts";
import { denoiseEvents } from "../denoise/denoise-events.ts";
import { parseEvents, serve } from "../testing/serve.ts";

interface Operation {
  readonly security?: unknown;
  readonly responses: Readonly<Record<string, { description: string; content?: object }>>;
}

interface Api {
  readonly openapi: string;
  readonly components?: { readonly securitySchemes?: object };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

async function read(url: string): Promise<Api> {
  return (await (await fetch(`${url}/openapi.json`)).json()) as Api;
}

describe("/openapi.json", () => {
  test("describes the answers of all routes", async () => {
    await using scene = await serve();
    const { openapi, paths, components } = await read(scene.url);
    expect(openapi).toBe("3.1.0");
    expect(Object.keys(paths).toSorted()).toEqual(
      [
        "/v1/completions",
        "/v1/models",
        "/v1/models/{model}",
        "/v1/denoise",
        "/health",
        "/healthz",
        "/readyz",
        "/metrics",
      ].toSorted(),
    );
    for (const operation of Object.values(paths).flatMap((item) => Object.values(item))) {
      expect(operation.responses["200"]!.content).toBeDefined();
      expect(operation.responses["200"]!.description).not.toBe("Default Response");
    }
    expect(Object.keys(paths["/v1/completions"]!["post"]!.responses)).toEqual(["200", "4XX", "5XX"]);
    expect(components?.securitySchemes).toBeUndefined();
  });

  test("names the scheme of the key where one is asked for", async () => {
    await using scene = await serve({ apiKey: "secret" });
    const { components, paths } = await read(scene.url);
    expect(components!.securitySchemes).toMatchObject({ key: { type: "http", scheme: "bearer" } });
    expect(paths["/v1/completions"]!["post"]!.security).toEqual([{ key: [] }]);
    expect(paths["/healthz"]!["get"]!.security).toBeUndefined();
  });

  test("what is answered is what is described", async () => {
    await using scene = await serve();
    const body = { prompt: "é", echo: true, logprobs: 1, n: 2, seed: 1 };
    const whole: unknown = await (await scene.post("/v1/completions", body)).json();
    expect(completionAnswer.parse(whole)).toEqual(whole);
    const options = { stream: true, stream_options: { include_usage: true } };
    const stream = await scene.post("/v1/completions", { ...body, ...options });
    for (const { data } of parseEvents(await stream.text()).slice(0, -1)) {
      expect(completionChunk.parse(data)).toEqual(data);
    }
    const denoise = await scene.post("/v1/denoise", { prompt: "é", steps: 2, seed: 1 });
    for (const { event, data } of parseEvents(await denoise.text())) {
      const { shape } = denoiseEvents as unknown as {
        shape: Record<string, { parse(data: unknown): unknown }>;
      };
      expect(shape[event!]!.parse(data)).toEqual(data);
    }
  });
});

test("/docs is a page for people, with all fields, without scripts and styles of its own", async () => {
  await using scene = await serve();
  const page = await fetch(`${scene.url}/docs`);
  expect(page.headers.get("content-type")).toMatch(/^text\/html/);
  expect(page.headers.get("content-security-policy")).not.toMatch(/unsafe/);
  const text = await page.text();
  expect(text).toContain("<code>POST /v1/completions</code>");
  expect(text).toContain("<code>choices[].logprobs.tokens</code>");
  expect(text).toContain("Lily saw a &#60;mask:2&#62; and");
  expect(text).not.toMatch(/<script|<style| style=| on[a-z]+=/);
  const style = /href="\.(\/docs\/[^"]+\.css)"/.exec(text)![1]!;
  expect((await fetch(scene.url + style)).headers.get("content-type")).toMatch(/^text\/css/);
});
