// The AI SDK against `sdtt serve`, which runs beside it. Even the SDK's completion models write `user:` and `assistant:` around a
// prompt, and stop at `user:`; these models continue plain text, so `fetch` removes both.
//
//   npx @sdtt/cli serve
//   node ai-sdk.ts
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText } from "ai";

const sdtt = createOpenAICompatible({
  name: "sdtt",
  baseURL: "http://127.0.0.1:8000/v1",
  fetch(url, init) {
    const { prompt, stop, ...body } = JSON.parse(String(init?.body));
    const plain = {
      ...body,
      prompt: prompt.slice("user:\n".length, -"\n\nassistant:\n".length),
      stop: stop.slice(1),
    };
    return fetch(url, { ...init, body: JSON.stringify(plain) });
  },
});
const { text } = await generateText({
  model: sdtt.completionModel("tiny"),
  prompt: "Once upon a time",
  maxOutputTokens: 40,
  seed: 1,
});
console.log(text);
