import { describe, expect, test } from "vitest";
import { runCaptured } from "./testing/run-captured.ts";

const run = (...args: string[]) => runCaptured(args);

describe("sample", () => {
  test("prints the text on stdout and the figures on stderr", async () => {
    const { status, stdout, stderr } = await run(
      "sample",
      "--steps",
      "2",
      "--length",
      "12",
      "--seed",
      "4",
      "--prompt",
      "It was",
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^It was/);
    expect(stderr).toMatch(/12 tokens in \d+\.\d\d s, \d+ tokens\/s, [123] passes, seed 4/);
  });

  test("prints JSON that repeats with its seed", async () => {
    const { stdout } = await run("sample", "--json", "-n", "2", "-s", "2", "-l", "8", "--seed", "4");
    const records = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { tokens: number[]; seed: number });
    expect(records.map(({ tokens, seed }) => [tokens.length, seed])).toEqual([
      [8, 4],
      [8, 4],
    ]);
    expect(records[0]!.tokens).not.toEqual(records[1]!.tokens);
  });

  test("warns of a length beyond the training", async () => {
    const { status, stderr } = await run("sample", "-s", "1", "-l", "260", "--seed", "1");
    expect(status).toBe(0);
    expect(stderr).toContain("warning: 260 tokens are more than the 256");
  });
});

describe("what is read of a text", () => {
  const sample = ["sample", "--steps", "2", "--length", "24"];
  interface Printed {
    readonly text: string;
    readonly raw: string;
    readonly tokens: readonly number[];
    readonly seed: number;
  }
  const printed = async (...args: string[]) => {
    const { stdout } = await run(...sample, "--json", ...args);
    return JSON.parse(stdout) as Printed;
  };

  test("a prompt follows the token that training texts begin with, which is kept and not shown", async () => {
    const { text, raw, tokens } = await printed("--prompt", "It was", "--seed", "4");
    expect(text).toMatch(/^It was/);
    expect(raw).toMatch(/^<\|endoftext\|>It was/);
    expect(tokens).toHaveLength(24);
    expect((await run(...sample, "--prompt", "It was", "--seed", "4", "--raw")).stdout).toBe(`${raw}\n`);
    expect((await run(...sample, "--prompt", "It was", "--seed", "4")).stdout).toBe(`${text}\n`);
    expect((await printed("--prompt", "It was", "--seed", "4", "--no-bos")).raw).toMatch(/^It was/);
  });

  test("a text ends where the model ends it, unless told otherwise; from nothing, all documents are shown", async () => {
    const shape = ["--steps", "8", "--length", "256", "--samples", "6"];
    const args = ["--prompt", "Once upon a time", "--seed", "4", ...shape];
    const list = async (...more: string[]) => {
      const { stdout } = await run(...sample, "--json", ...args, ...more);
      return stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Printed);
    };
    const whole = await list("--ignore-eos");
    const ended = (await list()).map(({ text, raw }, i) => {
      const documents = raw.split("<|endoftext|>").filter(Boolean);
      expect(text).toBe(documents[0]);
      expect(whole[i]!.text).toBe(documents.join("\n\n"));
      return documents.length > 1;
    });
    expect(ended).toContain(true);
    const { text, raw } = await printed("--seed", "1");
    expect(text).toBe(raw.split("<|endoftext|>").filter(Boolean).join("\n\n"));
  });

  test("temperature 0 is the same text each time", async () => {
    const first = await printed("--prompt", "It was", "--temperature", "0");
    expect(await printed("--prompt", "It was", "--temperature", "0")).toEqual(first);
    expect(first.seed).toBe(0);
  });

  test("a space at the end of a prompt is the first word's", async () => {
    const { text, tokens } = await printed("--prompt", "It was ", "--seed", "2");
    expect(text).toMatch(/^It was \S/);
    expect(tokens.slice(0, 3)).toEqual(
      (await printed("--prompt", "It was", "--seed", "3")).tokens.slice(0, 3),
    );
  });
});

test("infill warns of a length beyond the training as well", async () => {
  const { status, stderr } = await run("infill", "A <mask:270> b", "--steps", "1", "--seed", "1");
  expect(status).toBe(0);
  expect(stderr).toMatch(/warning: \d+ tokens are more than the 256 .* 1 pass,/s);
});

test("a length far beyond the training is timed first", async () => {
  const stop = new AbortController();
  const { status, stderr } = await runCaptured(["sample", "--length", "20000", "--seed", "1"], {
    signal: stop.signal,
    onStderr: (text) => text.includes("a step takes") && stop.abort("SIGTERM"),
  });
  expect(stderr).toMatch(/warning: a step takes about \d+ s here, all 32 steps about \d+ min\..*\nStopped/);
  expect(status).toBe(143);
});

test("infill keeps what is written around the gaps", async () => {
  const { status, stdout } = await run("infill", "She <mask:3> the<mask>.", "--steps", "2", "--seed", "1");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^She [\s\S]* the[\s\S]*\.\n$/);
});

test("doctor says what runs", async () => {
  const { status, stdout } = await run("doctor", "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ versions: { node: process.versions.node } });
});

describe("misuse ends with 2, failure with 1, each in one line without a stack", () => {
  const cases: [args: string[], status: number, message: RegExp][] = [
    [["sample", "--steps", "0"], 2, /--steps.*at least 1; got 0/],
    [["sample", "--steps", "many"], 2, /Expected a number; got "many"/],
    [["sample", "--seed", "1e18"], 2, /below 2\^53.*got "1e18"/],
    [["sample", "--threads", "5000"], 2, /whole number from 1 to \d+ on this machine/],
    [["sample", "--length", "300000000"], 2, /would take at least .* of memory; .* free/],
    [["infill", "<mask:999999>".repeat(30)], 2, /would take at least/],
    [["sample", "--model", "tinny"], 2, /Did you mean tiny\?/],
    [["sample", "--steps", "2.5"], 2, /whole number; got "2\.5"/],
    [["sample", "--top-p", "0"], 2, /above 0 and at most 1; got 0/],
    [["sample", "--top-p", "1.01"], 2, /at most 1; got 1\.01/],
    [["sample", "--sampler", "magic"], 2, /Allowed choices are ancestral/],
    [["sample", "--prompt", "too long ".repeat(300)], 2, /leaves nothing to write/],
    [["sample", "--steps", "2", "--sampler", "first-hitting"], 2, /leave it out/],
    [["sample", "--sampler", "entropy-bounded", "--gamma", "-1"], 2, /--gamma.*at least 0; got -1/],
    [
      ["sample", "--sampler", "confidence-threshold", "--threshold", "1.1"],
      2,
      /--threshold.*at most 1; got 1\.1/,
    ],
    [["sample", "--sampler", "confidence-factor", "--factor", "-1"], 2, /--factor.*at least 0; got -1/],
    [["sample", "--gamma", "0.5"], 2, /gamma is an option of the entropy-bounded sampler/],
    [["sample", "--sampler", "remdm-cap", "--eta", "1.5"], 2, /--eta.*at most 1; got 1\.5/],
    [
      ["sample", "--sampler", "remdm-loop", "--eta", "0.5"],
      2,
      /eta must be a number from 0 to 0\.111; got 0\.5/,
    ],
    [
      ["sample", "--eta", "0.1"],
      2,
      /eta is an option of the samplers remdm-cap, remdm-rescale and remdm-loop/,
    ],
    [["sample", "--sampler", "psi", "--kappa", "-1"], 2, /--kappa.*at least 0.*; got -1/],
    [["sample", "--sampler", "remdm-cap", "--steps", "2"], 2, /needs at least 3 steps, .*; got steps = 2/],
    [["sample", "--blocks", "0"], 2, /--blocks.*at least 1; got 0/],
    [["sample", "--blocks", "8", "--steps", "4"], 2, /at least 8 steps or fewer blocks; got steps = 4/],
    [
      ["sample", "--sampler", "first-hitting", "--no-final-pass"],
      2,
      /first-hitting sampler has no final pass/,
    ],
    [["sample", "--guidance", "1"], 2, /guidance strengthens a prompt, and this text has none/],
    [["sample", "--guidance", "-1", "--prompt", "a"], 2, /--guidance.*at least 0; got -1/],
    [
      ["sample", "--steps", "4", "--sampler", "entropy-bounded"],
      2,
      /as many passes as it needs; got steps = 4/,
    ],
    [["sampel"], 2, /unknown command 'sampel'/],
    [["infill", "no gap"], 2, /no gap/],
    [["sample", "--model", "sdtt:kdl/7"], 2, /kld/],
    [["sample", "--model", "./does-not-exist"], 1, /does-not-exist/],
    [["sample", "--model", "sdtt:kld/7", "--offline"], 1, /not in the cache/],
  ];
  for (const [args, status, message] of cases) {
    test(args.join(" ").slice(0, 60), async () => {
      const result = await run(...args);
      expect(result.stderr).toMatch(message);
      expect(result.stderr).not.toMatch(/\n\s+at /);
      expect(result.status).toBe(status);
      expect(result.stdout).toBe("");
    });
  }
});

test("--debug shows where an error comes from", async () => {
  const { stderr } = await run("--debug", "sample", "--model", "./does-not-exist");
  expect(stderr).toMatch(/\n\s+at /);
});
