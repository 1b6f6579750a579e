// LangChain against `sdtt serve`, which runs beside it. `OpenAI`, not `ChatOpenAI`: these models continue text.
//
//   npx @sdtt/cli serve
//   node langchain.ts
import { OpenAI } from "@langchain/openai";

const model = new OpenAI({
  model: "tiny",
  apiKey: "none",
  maxTokens: 40,
  modelKwargs: { seed: 1 },
  configuration: { baseURL: "http://127.0.0.1:8000/v1" },
});
console.log(await model.invoke("Once upon a time"));
