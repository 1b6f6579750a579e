import { loadModel } from "sdtt";
import { expect, test } from "vitest";
import { startServer } from "../index.ts";

interface Answer {
  readonly choices: readonly { readonly text: string }[];
}

test("none of 200 completions of a prompt is empty; without the beginning's token many are", async () => {
  await using model = await loadModel("tiny");
  await using server = await startServer({ models: new Map([["tiny", model]]), port: 0 });
  const countEmpty = async (requests: number, extra: object): Promise<number> => {
    let empty = 0;
    for (let seed = 0; seed < requests; seed++) {
      const answer = await fetch(`${server.url}/v1/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ prompt: "It was", n: 10, seed, ...extra }),
      });
      const { choices } = (await answer.json()) as Answer;
      expect(choices).toHaveLength(10);
      empty += choices.filter(({ text }) => text.trim() === "").length;
    }
    return empty;
  };
  expect(await countEmpty(20, {})).toBe(0);
  expect(await countEmpty(6, { add_bos: false })).toBeGreaterThan(2);
}, 600_000);
