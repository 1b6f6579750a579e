import { expect, test } from "vitest";
import { parseModelReference } from "./model-reference.ts";
import { namedModels, scalingStudent, smallStudent } from "./named-models.ts";
import type { DistillationRound } from "./named-models.ts";

test("every published revision has a name, and every name leads back to it", () => {
  const revisions = namedModels
    .filter(({ repo }) => repo === "jdeschena/sdtt")
    .map(({ revision }) => revision);
  expect(new Set(revisions).size).toBe(46);
  const pattern =
    /^(baselines_(kld|mse|tvd)_step_[1-7]0000|scaling_400k_(sm|md|large)_step_[1-7]0000|teacher_400k_(sm|md|large)_step_400000|teacher_1M_sm)$/;
  expect(revisions.filter((revision) => !pattern.test(revision))).toEqual([]);
  expect(
    namedModels.filter(({ repo }) => repo !== "jdeschena/sdtt").map(({ name, repo }) => [name, repo]),
  ).toEqual([
    ["mdlm", "kuleshov-group/mdlm-owt"],
    ["sedd:small", "louaaron/sedd-small"],
    ["sedd:medium", "louaaron/sedd-medium"],
    ["gpt2", "openai-community/gpt2"],
    ["gpt2-medium", "openai-community/gpt2-medium"],
    ["gpt2-large", "openai-community/gpt2-large"],
    ["gpt2-xl", "openai-community/gpt2-xl"],
  ]);
  for (const named of namedModels) {
    const { name, repo, revision } = named;
    expect(parseModelReference(name)).toEqual({ kind: "hub", repo, revision, named });
    expect(parseModelReference(`${repo}@${revision}`)).toEqual({ kind: "hub", repo, revision, named });
  }
});

test("parameters and sizes are those of the published files", () => {
  const counts = (["sm", "md", "large"] as const).map((size) => scalingStudent({ size, round: 1 }));
  expect(counts.map(({ parameters }) => parameters)).toEqual([169_627_218, 424_477_010, 863_158_098]);
  expect(counts.map(({ size }) => size)).toEqual([678_508_872, 1_697_908_040, 3_452_632_392]);
  // 124M, 355M, 774M and 1558M, as GPT-2's own repository has them.
  const gpt2 = namedModels.filter(({ family }) => family === "gpt2");
  expect(gpt2.map(({ parameters }) => parameters)).toEqual([
    124_439_808, 354_823_168, 774_030_080, 1_557_611_200,
  ]);
});

test.each([
  ["tiny", { kind: "bundled", model: "student" }],
  ["tiny:teacher", { kind: "bundled", model: "teacher" }],
  ["tiny:judge", { kind: "bundled", model: "judge" }],
  ["sdtt:kld/7", { kind: "hub", revision: "baselines_kld_step_70000" }],
  ["sdtt:scaling/md/3", { kind: "hub", revision: "scaling_400k_md_step_30000" }],
  ["sdtt:teacher/md", { kind: "hub", revision: "teacher_400k_md_step_400000" }],
  ["sdtt:teacher/1m", { kind: "hub", revision: "teacher_1M_sm" }],
  ["hf:org/name@refs/pr/1", { kind: "hub", repo: "org/name", revision: "refs/pr/1" }],
  ["hf:gpt2", { kind: "hub", repo: "gpt2", revision: "main" }],
  ["org/name", { kind: "hub", repo: "org/name", revision: "main" }],
  ["org/name@v1.0", { kind: "hub", repo: "org/name", revision: "v1.0" }],
  ["./folder", { kind: "path", path: "./folder" }],
  ["../a/b.ckpt", { kind: "path", path: "../a/b.ckpt" }],
  ["/abs/olute", { kind: "path", path: "/abs/olute" }],
  ["C:\\models\\x", { kind: "path", path: "C:\\models\\x" }],
  ["runs/last.ckpt", { kind: "path", path: "runs/last.ckpt" }],
  ["model.safetensors", { kind: "path", path: "model.safetensors" }],
  [".", { kind: "path", path: "." }],
])("%s is understood", (text, expected) => {
  expect(parseModelReference(text)).toMatchObject(expected);
});

test.each([
  ["sdtt:klb/7", /"sdtt:klb\/7" names no model; after "sdtt:" comes one of kld, mse, tvd, scaling, teacher/],
  ["sdtt:kld/8", /after "sdtt:kld\/" comes one of 1, 2, 3, 4, 5, 6, 7/],
  ["sdtt:kld/07", /after "sdtt:kld\/" comes one of 1, /],
  ["sdtt:kld", /after "sdtt:kld\/" comes one of 1, /],
  ["sdtt:k", /after "sdtt:" comes one of kld, /],
  ["sdtt:kld/7/x", /names no model; "sdtt:kld\/7" does/],
  ["sdtt:scaling/xl/3", /after "sdtt:scaling\/" comes one of sm, md, large/],
  ["sdtt:scaling/md", /after "sdtt:scaling\/md\/" comes one of 1, 2, 3, 4, 5, 6, 7/],
  ["sdtt:teacher/2m", /after "sdtt:teacher\/" comes one of sm, md, large, 1m/],
  ["sdtt:teacher/md/3", /"sdtt:teacher\/md" does/],
  ["sedd:large", /after "sedd:" comes one of small, medium/],
  ["tiny:student", /after "tiny:" comes one of teacher, judge/],
  ["mdlm:owt", /"mdlm" does/],
  ["gpt2:large", /"gpt2" does/],
  ["nonsense", /"nonsense" names no model. Write a short name \(tiny, sdtt:kld\/7/],
  ["tinny", /"tinny" names no model\. Did you mean tiny\? Write/],
  ["mdln", /Did you mean mdlm\?/],
  ["", /"" names no model\. Write/],
  ["org/name@", /names no model/],
  ["org/name@a@b", /names no model/],
  ["hf:../../etc", /names no model/],
])("%j is refused, with the choices", (text, message) => {
  expect(() => parseModelReference(text)).toThrow(message);
});

test("callers without types get the choices as well", () => {
  expect(() => smallStudent({ loss: "kld", round: 8 as DistillationRound })).toThrow(/no round "8"/);
});
