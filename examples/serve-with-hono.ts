// A route that streams a text step by step as server-sent events, in a Hono application. When the client goes away, the
// model stops. `fetch(request)` of the application is the standard one, so that a route handler of Next.js, Deno or Bun
// can call it as well.
//
//   PORT=3000 node serve-with-hono.ts
//   curl -N "http://127.0.0.1:3000/write?prompt=Once+upon+a+time"
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { isSdttError, loadModel } from "sdtt";

const model = await loadModel("tiny");
const longestPrompt = 1000;

const app = new Hono().get("/write", (context) => {
  const prompt = context.req.query("prompt") ?? "";
  if (prompt.length > longestPrompt)
    return context.text(`A prompt has at most ${longestPrompt} characters.`, 400);
  return streamSSE(
    context,
    async (stream) => {
      const left = new AbortController();
      stream.onAbort(() => left.abort());
      for await (const { step, tokens, ends } of model.stream({
        prompt,
        steps: 16,
        length: 64,
        signal: left.signal,
      })) {
        const text = model.tokenizer.decode(tokens[0]!.subarray(0, ends[0]), {
          mask: "_",
          specialTokens: "drop",
        });
        await stream.writeSSE({ event: "step", id: String(step), data: JSON.stringify(text) });
      }
    },
    async (error) => {
      // Someone who left is no failure.
      if (!(isSdttError(error) && error.code === "aborted")) console.error(error);
    },
  );
});

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  console.log(`Listening on http://127.0.0.1:${port}/write`);
});
