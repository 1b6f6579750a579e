import { SdttError } from "@sdtt/core";
import { z } from "zod";
import type { UnicodeNormalization } from "../definition.ts";

/** What is read of a `tokenizer.json`, its shape checked and nothing else. */
export interface CheckedTokenizerJson {
  readonly added_tokens: readonly CheckedAddedToken[];
  readonly normalizer?: NormalizerJson | null | undefined;
  readonly pre_tokenizer: PreTokenizerJson;
  readonly model: {
    readonly ignore_merges: boolean;
    readonly vocab: Readonly<Record<string, unknown>>;
    readonly merges: readonly unknown[];
  };
}

interface CheckedAddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
}

type NormalizerJson = NormalizerPart | { type: "Sequence"; normalizers: NormalizerJson[] };

interface NormalizerPart {
  readonly type: UnicodeNormalization;
}

type PreTokenizerJson = PreTokenizerPart | { type: "Sequence"; pretokenizers: PreTokenizerJson[] };

export type PreTokenizerPart =
  | { type: "ByteLevel"; add_prefix_space: boolean; use_regex: boolean }
  | { type: "Split"; pattern: { Regex: string } | { String: string } }
  | { type: "Digits"; individual_digits: boolean };

const emptyAffix = z
  .union([z.null(), z.literal("")], "expected null: only byte-level BPE is read")
  .optional();

const byteLevel = z.object({
  type: z.literal("ByteLevel"),
  add_prefix_space: z.boolean(),
  use_regex: z.boolean().default(true),
});

const normalizer: z.ZodType<NormalizerJson> = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.enum(["NFC", "NFD", "NFKC", "NFKD"]) }),
    z.object({
      type: z.literal("Sequence"),
      get normalizers() {
        return z.array(normalizer);
      },
    }),
  ],
  "expected NFC, NFD, NFKC, NFKD or a Sequence of them",
);

const preTokenizer: z.ZodType<PreTokenizerJson> = z.discriminatedUnion(
  "type",
  [
    byteLevel,
    z.object({
      type: z.literal("Split"),
      pattern: z.union([z.object({ Regex: z.string() }), z.object({ String: z.string() })]),
      behavior: z.literal("Isolated"),
    }),
    z.object({ type: z.literal("Digits"), individual_digits: z.boolean() }),
    z.object({
      type: z.literal("Sequence"),
      get pretokenizers() {
        return z.array(preTokenizer);
      },
    }),
  ],
  "expected ByteLevel, Split, Digits or a Sequence of them",
);

/** Decoding joins the bytes of the tokens, which is what these do. A file without a decoder is read as if it had ByteLevel. */
const decoder: z.ZodType<object> = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.enum(["ByteLevel", "Fuse"]) }),
    z.object({
      type: z.literal("Sequence"),
      get decoders() {
        return z.array(decoder);
      },
    }),
  ],
  "expected ByteLevel, Fuse or a Sequence of them",
);

const schema: z.ZodType<CheckedTokenizerJson> = z.object({
  added_tokens: z
    .array(
      z.object({
        id: z.int().nonnegative(),
        content: z.string().min(1),
        special: z.boolean().default(false),
        lstrip: z.boolean().default(false),
        rstrip: z.boolean().default(false),
        single_word: z.literal(false).default(false),
      }),
    )
    .default([]),
  normalizer: normalizer.nullish(),
  pre_tokenizer: preTokenizer,
  decoder: decoder.nullish(),
  model: z.object({
    // Older files, GPT-2's among them, have no type.
    type: z.literal("BPE").default("BPE"),
    dropout: z.literal([null, 0]).optional(),
    continuing_subword_prefix: emptyAffix,
    end_of_word_suffix: emptyAffix,
    ignore_merges: z.boolean().default(false),
    // Large and full of untrusted keys, so their entries are checked where they are read.
    vocab: z.custom<Record<string, unknown>>(isPlainObject, "expected an object of token to id"),
    merges: z.array(z.unknown()),
  }),
});

/**
 * Checks the shape of a parsed `tokenizer.json`.
 *
 * @throws SdttError `format`, with the place, what was expected and what was found.
 */
export function checkTokenizerJson(json: unknown): CheckedTokenizerJson {
  const result = schema.safeParse(json, { reportInput: true });
  if (result.success) return result.data;
  const { path, message, input } = result.error.issues[0]!;
  throw formatError(`${path.join(".") || "the file"}: ${message}; found ${excerpt(input)}`, result.error);
}

/** The parts of nested sequences, in order. An empty sequence has none and does nothing. */
export function flattenNormalizer(json: NormalizerJson): NormalizerPart[] {
  return json.type === "Sequence" ? json.normalizers.flatMap(flattenNormalizer) : [json];
}

export function flattenPreTokenizer(json: PreTokenizerJson): PreTokenizerPart[] {
  return json.type === "Sequence" ? json.pretokenizers.flatMap(flattenPreTokenizer) : [json];
}

/** A `format` error about a `tokenizer.json`. */
export function formatError(message: string, cause?: unknown): SdttError {
  return new SdttError("format", `Not a byte-level BPE tokenizer.json: ${message}.`, { cause });
}

/** A value as it stands in the file, cut to fit into a line. */
export function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function isPlainObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
