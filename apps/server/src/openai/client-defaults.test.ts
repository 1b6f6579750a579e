import { describe, expect, test } from "vitest";
import { parseEvents, serve } from "../testing/serve.ts";
import type { Scene } from "../testing/serve.ts";

/** What the model without a distribution answers for a body, and the seed decides alone. */
const common = { prompt: "It was", max_tokens: 12, seed: 3, steps: 4 };

interface Answer {
  readonly choices: readonly {
    readonly text: string;
    readonly logprobs: {
      readonly tokens: string[];
      readonly token_logprobs: (number | null)[];
      readonly top_logprobs: null;
      readonly text_offset: number[];
    } | null;
  }[];
  readonly usage: { readonly completion_tokens: number };
}

async function complete(scene: Scene, body: object): Promise<Answer> {
  const answer = await scene.post("/v1/completions", { ...common, ...body });
  const parsed = (await answer.json()) as Answer;
  expect([answer.status, parsed]).toMatchObject([200, {}]);
  return parsed;
}

describe("what clients send by default changes nothing", () => {
  const clients: Record<string, object> = {
    OpenAI: { model: "hash", best_of: 1, echo: false, logit_bias: null, suffix: null, user: "", n: 1 },
    LangChain: { temperature: 1, top_p: 1, frequency_penalty: 0, presence_penalty: 0, n: 1, best_of: 1 },
    vLLM: {
      model: null,
      top_k: -1,
      min_p: 0,
      repetition_penalty: 1,
      length_penalty: 1,
      use_beam_search: false,
      stop_token_ids: [],
      include_stop_str_in_output: false,
      min_tokens: 0,
      skip_special_tokens: true,
      spaces_between_special_tokens: true,
      truncate_prompt_tokens: null,
      prompt_logprobs: null,
      allowed_token_ids: null,
      add_special_tokens: true,
      response_format: null,
      priority: 0,
      request_id: "a",
      logprobs: null,
    },
    "llama.cpp": {
      top_k: 0,
      min_p: 0,
      typical_p: 1,
      repeat_penalty: 1,
      repeat_last_n: 64,
      dry_multiplier: 0,
      dry_sequence_breakers: ["\n"],
      xtc_probability: 0,
      xtc_threshold: 0.1,
      mirostat: 0,
      mirostat_tau: 5,
      dynatemp_range: 0,
      top_n_sigma: -1,
      grammar: "",
      logit_bias: [],
      n_probs: 0,
      n_keep: 0,
      id_slot: -1,
      t_max_predict_ms: 0,
      samplers: ["top_k", "temperature"],
      timings_per_token: false,
      cache_prompt: true,
      stop: [],
    },
    "text-generation-webui": {
      do_sample: true,
      repetition_penalty: 1,
      repetition_penalty_range: 1024,
      encoder_repetition_penalty: 1,
      guidance_scale: 1,
      negative_prompt: "",
      dynamic_temperature: false,
      temperature_last: false,
      tfs: 1,
      top_a: 0,
      epsilon_cutoff: 0,
      eta_cutoff: 0,
      smoothing_factor: 0,
      smoothing_curve: 1,
      mirostat_mode: 0,
      no_repeat_ngram_size: 0,
      penalty_alpha: 0,
      custom_token_bans: "",
      add_bos_token: true,
      ban_eos_token: false,
      auto_max_new_tokens: false,
      max_tokens_second: 0,
      sampler_priority: null,
      grammar_string: "",
      truncation_length: 0,
      preset: null,
      stop: "",
    },
    LiteLLM: { stream: false, stream_options: null, metadata: { a: 1 }, user: "me", service_tier: "auto" },
    "null for all": { n: null, model: null, temperature: null, steps: 4, best_of: null, unheard_of: null },
  };
  for (const [client, body] of Object.entries(clients)) {
    test(client, async () => {
      await using scene = await serve();
      expect((await complete(scene, body)).choices).toEqual((await complete(scene, {})).choices);
    });
  }

  test("a seed may be any 64-bit number; -1 is a random one", async () => {
    await using scene = await serve();
    const text = async (seed: number | string) => {
      // Written as text: JavaScript has no such numbers.
      const body = JSON.stringify({ ...common, seed: 0 }).replace('"seed":0', `"seed":${seed}`);
      const answer = await scene.post("/v1/completions", body);
      expect(answer.status).toBe(200);
      return ((await answer.json()) as Answer).choices[0]!.text;
    };
    for (const seed of ["9223372036854775807", "-9223372036854775808", "18446744073709551615", -2]) {
      expect(await text(seed)).toBe(await text(seed));
    }
    expect(await text(2 ** 53 + 4)).toBe(await text(4));
    expect(await text(-1)).not.toBe(await text(-1));
  });

  test("max_tokens -1 is as much as fits, empty stops are none", async () => {
    await using scene = await serve();
    // Behind the beginning-of-text token. A text ends earlier where the model ends it, as it does for few seeds.
    const counts = [];
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const { usage } = await complete(scene, { max_tokens: -1, stop: ["", "\u0000\u0000\u0000"], seed });
      counts.push(usage.completion_tokens);
    }
    expect(Math.max(...counts)).toBe(64 - 1 - 6);
  });
});

describe("logprobs and echo", () => {
  test("tell each token that was drawn; of the prompt, null", async () => {
    await using scene = await serve();
    const [plain] = (await complete(scene, {})).choices;
    const [choice] = (await complete(scene, { echo: true, logprobs: 2 })).choices;
    expect(choice!.text).toBe(`It was${plain!.text}`);
    const { tokens, token_logprobs: logprobs, top_logprobs: top, text_offset: offsets } = choice!.logprobs!;
    expect(tokens.slice(0, 6)).toEqual(Array.from("It was"));
    expect(logprobs.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => null));
    expect(logprobs.slice(6).every((value) => Math.abs(value! - Math.log(0.5)) < 1e-6)).toBe(true);
    expect(top).toBeNull();
    expect(offsets.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(new Set([tokens.length, logprobs.length, offsets.length]).size).toBe(1);
    const points = Array.from(choice!.text);
    for (const [i, token] of tokens.entries()) {
      if (!`${tokens[i - 1]}${token}`.includes("bytes:")) expect(points[offsets[i]!]).toBe(token);
    }
    expect(tokens.some((token) => /^bytes:(\\x[0-9a-f]{2})+$/.test(token))).toBe(true);
  });

  test("streams them in pieces that join to the same", async () => {
    await using scene = await serve();
    const body = { echo: true, logprobs: 0, n: 2, stop: ["\u0000"], prompt: "é" };
    const whole = await complete(scene, body);
    const answer = await scene.post("/v1/completions", { ...common, ...body, stream: true });
    const texts = ["", ""];
    const tokens: string[][] = [[], []];
    const offsets: number[][] = [[], []];
    for (const { data } of parseEvents(await answer.text())) {
      if (data === "[DONE]") continue;
      for (const choice of (data as { choices: (Answer["choices"][0] & { index: number })[] }).choices) {
        texts[choice.index] += choice.text;
        tokens[choice.index]!.push(...choice.logprobs!.tokens);
        offsets[choice.index]!.push(...choice.logprobs!.text_offset);
      }
    }
    expect(texts).toEqual(whole.choices.map(({ text }) => text));
    expect(tokens).toEqual(whole.choices.map(({ logprobs }) => logprobs!.tokens));
    expect(offsets).toEqual(whole.choices.map(({ logprobs }) => logprobs!.text_offset));
    expect(tokens[0]!.slice(0, 2)).toEqual(["bytes:\\xc3", "bytes:\\xa9"]);
    expect(offsets[0]!.slice(0, 3)).toEqual([0, 0, 1]);
  });
});
