// OpenAI's client against `sdtt serve`, which runs beside it.
//
//   npx @sdtt/cli serve
//   node openai-client.ts
import OpenAI from "openai";

const client = new OpenAI({ baseURL: "http://127.0.0.1:8000/v1", apiKey: "none" });
const { choices } = await client.completions.create({
  model: "tiny",
  prompt: "Once upon a time",
  max_tokens: 40,
  seed: 1,
});
console.log(choices[0]?.text);
