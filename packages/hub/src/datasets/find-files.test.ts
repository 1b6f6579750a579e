import { describe, expect, test } from "vitest";
import { filesByConvention, filesOfConversion } from "./by-convention.ts";
import { splitsOfCard } from "./card-configs.ts";
import { selectSplit } from "./select-split.ts";

/** `config/split: paths`, in the order that they were found. */
function summary(
  files: readonly { config: string; split: string; path: string }[],
): Record<string, string[]> {
  return Object.fromEntries(
    files.map(({ config, split }) => [
      `${config}/${split}`,
      files.filter((file) => file.config === config && file.split === split).map(({ path }) => path),
    ]),
  );
}

describe("by their names:", () => {
  test("shards in data, and folders named for configs", () => {
    expect(
      summary(
        filesByConvention([
          "README.md",
          "data/train-00001-of-00002.parquet",
          "data/train-00000-of-00002-0123456789abcdef.parquet",
          "data/my_split.v2-00000-of-00001.parquet",
          "en-US/test-00000-of-00001.parquet",
        ]),
      ),
    ).toEqual({
      "default/train": [
        "data/train-00000-of-00002-0123456789abcdef.parquet",
        "data/train-00001-of-00002.parquet",
      ],
      "default/my_split.v2": ["data/my_split.v2-00000-of-00001.parquet"],
      "en-US/test": ["en-US/test-00000-of-00001.parquet"],
    });
  });

  test("a split's name within that of a file or of its folder", () => {
    expect(
      summary(
        filesByConvention([
          "wiki.valid.txt",
          "my-test.jsonl.gz",
          "dev/a.parquet",
          "fr/train/b.jsonl",
          "contest.jsonl",
          "LICENSE.txt",
        ]),
      ),
    ).toEqual({
      "default/validation": ["dev/a.parquet"],
      "default/test": ["my-test.jsonl.gz"],
      "fr/train": ["fr/train/b.jsonl"],
    });
  });

  test("one split where no name tells of any; no licence and no image is data", () => {
    expect(summary(filesByConvention(["b.jsonl", "a.jsonl.zst", "license.txt", "image.png"]))).toEqual({
      "default/train": ["a.jsonl.zst", "b.jsonl"],
    });
    expect(filesByConvention(["notes.txt", "x.csv", "archive.tar"])).toEqual([]);
  });

  test("the Hub's copy as Parquet", () => {
    const files = filesOfConversion([
      "plain_text/partial-train/0001.parquet",
      "plain_text/partial-train/0000.parquet",
      "de/test/0000.parquet",
    ]);
    expect(summary(files)).toEqual({
      "plain_text/train": ["plain_text/partial-train/0000.parquet", "plain_text/partial-train/0001.parquet"],
      "de/test": ["de/test/0000.parquet"],
    });
    expect(files.map(({ isPartial }) => isPartial)).toEqual([false, true, true]);
  });
});

describe("by the card:", () => {
  const paths = ["a/one.jsonl", "a/two.jsonl", "b/x.parquet", "b/x.csv", "test.parquet"];
  const cards: [name: string, yaml: string, expected: Record<string, string[]>][] = [
    [
      "a pattern",
      "configs:\n- config_name: a\n  data_files: a/*.jsonl",
      { "a/train": ["a/one.jsonl", "a/two.jsonl"] },
    ],
    [
      "splits",
      "configs:\n- config_name: default\n  default: true\n  data_files:\n  - split: dev\n    path: [a/two.jsonl]\n  - split: test\n    path: '**/x.*'",
      { "default/dev": ["a/two.jsonl"], "default/test": ["b/x.parquet"] },
    ],
    [
      "a mapping",
      "configs:\n- config_name: m\n  data_files:\n    train: a/{one,two}.jsonl\n    test: ./test.parquet",
      { "m/train": ["a/one.jsonl", "a/two.jsonl"], "m/test": ["test.parquet"] },
    ],
  ];
  test.each(cards)("%s", (_, yaml, expected) => {
    expect(summary(splitsOfCard(`---\nlicense: mit\n${yaml}\n---\n# Text\n---\n`, paths)!.files)).toEqual(
      expected,
    );
  });

  test("a card without files, without a header, or that is no YAML says nothing", () => {
    for (const card of [
      "",
      "# Title",
      "---\nlicense: mit\n---\n",
      "---\nconfigs: [\n---\n",
      "---\nconfigs:\n- config_name: a\n---",
      "---\na: &a [*a]\n---",
    ]) {
      expect(splitsOfCard(card, paths)).toBeUndefined();
    }
  });
});

describe("the choice:", () => {
  const files = [
    { config: "default", split: "train", path: "a" },
    { config: "default", split: "test", path: "b" },
    { config: "fr", split: "test", path: "c" },
  ];
  const repo = "org/name";

  test("what is not named is what there is only one of, or the default", () => {
    expect(selectSplit(files, { repo, split: "test" }).paths).toEqual(["b"]);
    expect(selectSplit(files, { repo, config: "fr" })).toEqual({ config: "fr", split: "test", paths: ["c"] });
    expect(selectSplit(files, { repo }, "fr").paths).toEqual(["c"]);
  });

  test("what does not exist, or is not decided, is answered with what there is", () => {
    expect(() => selectSplit(files, { repo, split: "dev" })).toThrow(
      'The dataset org/name, config default, has no split "dev"; it has train, test. Write hf:org/name:test, for example.',
    );
    expect(() => selectSplit(files, { repo })).toThrow("comes in several splits; it has train, test.");
    expect(() => selectSplit(files, { repo, config: "de" })).toThrow(
      'has no config "de"; it has default, fr.',
    );
    expect(() =>
      selectSplit(files.slice(2).concat({ config: "de", split: "x", path: "d" }), { repo }),
    ).toThrow(
      "The dataset org/name comes in several configs; it has fr, de. Write hf:org/name/fr, for example.",
    );
  });
});
