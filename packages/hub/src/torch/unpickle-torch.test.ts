import { SdttError } from "@sdtt/core";
import { expect, test } from "vitest";
import { malformedTorchFile } from "./malformed.ts";
import { pickleLimits } from "./pickle/limits.ts";
import type { PickleValue } from "./pickle/value.ts";
import { unpickleTorch } from "./unpickle-torch.ts";

// Pickles by hand, one character for each byte: as CPython's pickletools writes the operations.
const uint32 = (value: number): string => Buffer.from(Uint32Array.of(value).buffer).toString("latin1");
const text = (value: string): string => `X${uint32(Buffer.byteLength(value))}${latin1Of(value)}`;
const integer = (value: number): string => `J${uint32(value)}`;
const tuple = (...items: string[]): string => `(${items.join("")}t`;
const call = (module: string, name: string, ...args: string[]): string =>
  `c${module}\n${name}\n${tuple(...args)}R`;
const object = (module: string, name: string, state: string): string => `c${module}\n${name}\n)\x81${state}b`;
const dict = (...items: string[]): string => `}(${items.join("")}u`;
const storage = (key = "0", length = 6, type = "torch\nFloatStorage"): string =>
  `${tuple(text("storage"), `c${type}\n`, text(key), text("cpu"), integer(length))}Q`;
const tensor = (shape: number[], strides: number[], offset = 0): string =>
  call(
    "torch._utils",
    "_rebuild_tensor_v2",
    storage(),
    integer(offset),
    tuple(...shape.map(integer)),
    tuple(...strides.map(integer)),
    "\x89",
    call("collections", "OrderedDict"),
  );

function latin1Of(value: string): string {
  return Buffer.from(value).toString("latin1");
}

/** A pickle of that body, at protocol 2. */
const pickle = (body: string, protocol = 2): Uint8Array =>
  Buffer.from(`\x80${String.fromCharCode(protocol)}${body}.`, "latin1");

const load = (bytes: Uint8Array): PickleValue => unpickleTorch(bytes, malformedTorchFile("x.pt")).root;

test("every kind of value comes as what it is", () => {
  const items: [pickle: string, value: unknown][] = [
    ["N", null],
    ["\x88", true],
    ["\x89", false],
    ["K\xff", 255],
    ["M\xff\xff", 65535],
    ["J\xfe\xff\xff\xff", -2],
    ["\x8a\x00", 0],
    ["\x8a\x01\x80", -128],
    ["\x8a\x08\x00\x00\x00\x00\x00\x00\x20\x00", 9007199254740992n],
    ["\x8b\x09\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x00", 2n ** 64n - 1n],
    ["G\xbf\xf8\x00\x00\x00\x00\x00\x00", -1.5],
    [text("é\u{1f600}"), "é\u{1f600}"],
    ["\x8c\x01a", "a"],
    ["\x8d\x01\x00\x00\x00\x00\x00\x00\x00a", "a"],
    ["C\x02\x00\xff", Uint8Array.of(0, 255)],
    ["B\x01\x00\x00\x00a", Uint8Array.of(97)],
    ["\x8e\x01\x00\x00\x00\x00\x00\x00\x00a", Uint8Array.of(97)],
    ["\x96\x01\x00\x00\x00\x00\x00\x00\x00a", Uint8Array.of(97)],
    [call("_codecs", "encode", text("\u00ff\u0000"), text("latin1")), Uint8Array.of(255, 0)],
    [call("__builtin__", "bytes"), new Uint8Array()],
    [")", []],
    ["K\x01K\x02K\x03\x87", [1, 2, 3]],
    ["]K\x01a(K\x02K\x03e", [1, 2, 3]],
    ["}K\x01K\x02s", new Map([[1, 2]])],
    ["\x8f(K\x01K\x02\x90", new Set([1, 2])],
    ["(K\x01\x91", new Set([1])],
    [call("__builtin__", "set", "](K\x01e"), new Set([1])],
    [call("collections", "defaultdict", "c__builtin__\nlist\n"), new Map()],
    [call("torch", "Size", tuple("K\x02", "K\x03")), [2, 3]],
    [call("torch", "device", text("cuda"), "K\x01"), "cuda:1"],
    ["ctorch\nbfloat16\n", { kind: "global", name: "torch.bfloat16" }],
    ["\x8c\x06typing\x8c\x03Any\x93", { kind: "global", name: "typing.Any" }],
    // POP takes a value away or, if none lies on it, the mark; POP_MARK takes both; DUP doubles.
    ["K\x01K\x020\x85", [1]],
    ["K\x01(0\x85", [1]],
    ["K\x01(K\x02K\x031\x85", [1]],
    ["K\x012\x86", [1, 1]],
  ];
  expect(load(pickle(`](${items.map(([body]) => body).join("")}e`, 5))).toEqual(
    items.map(([, value]) => value),
  );
});

test("what was memorised is the same thing again, by either way of memorising", () => {
  for (const body of [
    "]q\x07h\x07j\x07\x00\x00\x00\x87",
    "]r\x07\x00\x00\x00h\x072\x87",
    "]\x94h\x00h\x00\x87",
  ]) {
    const [a, b, c] = load(pickle(body, 4)) as PickleValue[];
    expect(a).toEqual([]);
    expect(b).toBe(a);
    expect(c).toBe(a);
  }
});

test("keys of the file never meet an object's prototype", () => {
  const value = load(
    pickle(dict(text("__proto__"), dict(text("polluted"), "\x88"), text("constructor"), "K\x01")),
  );
  expect([...(value as Map<string, unknown>).keys()]).toEqual(["__proto__", "constructor"]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test("OmegaConf's objects give way to what they hold, other objects to the names of their classes", () => {
  const recallRoot = "h\x63";
  const child = (type: string, content: string): string => {
    const [module, field] = type === "AnyNode" ? ["nodes", "_val"] : [type.toLowerCase(), "_content"];
    const metadata = object("omegaconf.base", "Metadata", "}");
    const state = dict(text("_metadata"), metadata, text("_parent"), recallRoot, text(field!), content);
    return object(`omegaconf.${module}`, type, state);
  };
  const list = child("ListConfig", `](${child("AnyNode", "K\x02")}e`);
  const content = dict(
    text("value"),
    child("AnyNode", "K\x01"),
    text("missing"),
    child("AnyNode", text("???")),
    text("list"),
    list,
    text("none"),
    child("DictConfig", "N"),
  );
  const config = `comegaconf.dictconfig\nDictConfig\n)\x81q\x63${dict(text("_content"), content)}b`;
  const fast = "transformers.models.gpt2.tokenization_gpt2_fast";
  const tokenizer = object(fast, "GPT2TokenizerFast", dict(text("config"), recallRoot));
  const attributes = `clightning_fabric.utilities.data\nAttributeDict\n)\x81(${text("k")}K\x01u`;
  expect(load(pickle(tuple(config, tokenizer, attributes)))).toEqual([
    new Map<string, unknown>([
      ["value", 1],
      ["missing", "???"],
      ["list", [2]],
      ["none", null],
    ]),
    { kind: "global", name: `${fast}.GPT2TokenizerFast` },
    new Map([["k", 1]]),
  ]);
});

test("tensors are views of storages, which they share", () => {
  const bytes = pickle(
    tuple(
      tensor([2, 3], [3, 1]),
      tensor([3], [0], 5),
      call("torch._utils", "_rebuild_parameter", tensor([], [], 2), "\x88", "N"),
    ),
  );
  const { root, storages } = unpickleTorch(bytes, malformedTorchFile("x.pt"));
  const shared = { kind: "storage", key: "0", dtype: "float32", length: 6 };
  const common = { kind: "tensor", dtype: "float32", storage: shared };
  expect(root).toEqual([
    { ...common, shape: [2, 3], strides: [3, 1], offset: 0 },
    { ...common, shape: [3], strides: [0], offset: 5 },
    { ...common, shape: [], strides: [], offset: 2 },
  ]);
  expect([...storages]).toEqual([["0", shared]]);
});

const { operations, stack, memo, marks, depth, integer: integerBytes, memory } = pickleLimits;
/** A list built from the inside: list N holds list N - 1, and the root holds them all, the innermost first. */
const bottomUp = (count: number): string =>
  `]q\x00(${Array.from({ length: count }, (_, i) => `]${i > 0 ? `j${uint32(i)}a` : ""}r${uint32(i + 1)}`).join("")}e`;

test.each<[rule: string, bytes: Uint8Array, message: RegExp]>([
  ["no protocol", Buffer.from("}."), /does not begin with its protocol/],
  ["protocol 1", pickle("}", 1), /protocol 1; known are 2 to 5/],
  ["protocol 6", pickle("}", 6), /protocol 6/],
  ["a second protocol", pickle("\x80\x02}"), /or has it twice/],
  ["nothing", new Uint8Array(), /breaks off at byte 0/],
  ["an unknown operation", pickle("(i__main__\nx\n"), /unknown operation 0x69 at byte 3/],
  ["an extension", pickle("\x82\x01"), /unknown operation 0x82/],
  ["no end", pickle("}").subarray(0, -1), /breaks off at byte 3/],
  ["a cut number", pickle("J\x00\x00").subarray(0, -1), /breaks off at byte 2/],
  ["a text past the end", pickle("X\xff\xff\xff\xffa"), /breaks off at byte 2/],
  ["a text of 2^64 - 1 bytes", pickle(`\x8d${"\xff".repeat(8)}a`), /breaks off at byte 2/],
  ["a name without its newline", pickle("ctorch\nSize"), /breaks off at byte 2/],
  ["something after the end", pickle("}.}"), /goes on after its end at 4/],
  ["a text that is not UTF-8", pickle("\x8c\x01\xff"), /not UTF-8/],
  ["an empty stack at the end", pickle(""), /takes more from the stack/],
  ["two values at the end", pickle("}}"), /leaves values on the stack/],
  ["an open mark at the end", pickle("}("), /takes more from the stack/],
  ["a value from under the mark", pickle("K\x01(\x85"), /takes more from the stack/],
  ["a group without a mark", pickle("t"), /ends a group that it never began/],
  ["a value that was never stored", pickle("h\x05"), /recalls value 5/],
  ["an item for what is no list", pickle("}K\x01a"), /appends to what is no list/],
  ["an item for what is no dict", pickle("]K\x01K\x02s"), /sets items of what is no dict/],
  ["a key without a value", pickle("}(K\x01u"), /a key without a value/],
  ["an item for what is no set", pickle("](K\x01\x90"), /adds items to what is no set/],
  ["a tuple as a key", pickle("})K\x02s"), /a key that is neither text/],
  ["a list in a set", pickle("(]\x91"), /a key that is neither text/],
  ["the state of a list", pickle("]}b"), /sets the state of what has none/],
  [
    "os.system, named in another way",
    pickle("\x8c\x05posix\x8c\x06system\x93"),
    /the global "posix\.system"/,
  ],
  ["eval", pickle("c__builtin__\neval\n"), /the global "builtins\.eval"/],
  ["an attribute of a module", pickle("ctorch\n_utils._rebuild_tensor_v2\n"), /the global "torch\._utils\./],
  ["a global named by a number", pickle("K\x01K\x02\x93"), /names a global by what is no text/],
  ["a call of a type", pickle(call("typing", "Any")), /calls "typing\.Any", which may only be named/],
  [
    "a call of a class that is only made",
    pickle(call("omegaconf.nodes", "AnyNode")),
    /AnyNode", which may only/,
  ],
  ["a call of a dict", pickle("})R"), /calls what is no class or function/],
  ["a call with no tuple", pickle("ctorch\nSize\nNR"), /or with what is no tuple/],
  ["an object of a function", pickle("ctorch\nSize\n)\x81"), /makes an object of "torch\.Size"/],
  [
    "bytes in another encoding",
    pickle(call("_codecs", "encode", text("a"), text("rot13"))),
    /otherwise than as latin1/,
  ],
  ["a device that is no text", pickle(call("torch", "device", "K\x01")), /names a device by what is no text/],
  [
    "a collection of what is no list",
    pickle(call("torch", "Size", "K\x01")),
    /collection of what is no list/,
  ],
  [
    "a dict with its items in a list",
    pickle(call("collections", "OrderedDict", "]")),
    /in a way that is not known/,
  ],
  ["bytes by their number", pickle(call("builtins", "bytes", "K\x09")), /in a way that is not known/],
  ["a tensor on no storage", pickle(call("torch._utils", "_rebuild_tensor_v2", "N")), /what is no storage/],
  ["a parameter on no tensor", pickle(call("torch._utils", "_rebuild_parameter", "N")), /what is no tensor/],
  [
    "a persistent id that is no storage",
    pickle(`${tuple(text("module"), "N")}Q`),
    /outside it that is no storage/,
  ],
  [
    "a storage of a type that is none",
    pickle(storage("0", 1, "torch\nfloat32")),
    /is of torch\.float32, which is no/,
  ],
  [
    "a storage of a class that is unknown",
    pickle(storage("0", 1, "torch\nQInt8Storage")),
    /"torch\.QInt8Storage"/,
  ],
  ["a storage of -1 elements", pickle(storage("0", -1)), /outside it that is no storage/],
  [
    "a storage of two lengths",
    pickle(tuple(storage("0", 1), storage("0", 2))),
    /has 1 elements .* elsewhere, 2/,
  ],
  [
    "a storage of two types",
    pickle(tuple(storage("0", 1), storage("0", 1, "torch\nIntStorage"))),
    /of float32 and, elsewhere, 1 of int32/,
  ],
  ["a list in itself", pickle("]q\x00h\x00a"), /contains itself/],
  [
    "a node that holds itself",
    pickle(`comegaconf.nodes\nAnyNode\n)\x81q\x00}${text("_val")}h\x00sb`),
    /nested more than/,
  ],
  [
    `${depth + 1} lists in each other`,
    pickle("]".repeat(depth + 1) + "a".repeat(depth)),
    /nested more than 200/,
  ],
  [`${depth + 1} lists in each other, the inner first`, pickle(bottomUp(depth + 1)), /nested more than 200/],
  [`${marks + 1} marks`, pickle("(".repeat(marks + 1)), /nested more than 1000 deep/],
  [`${stack + 1} values on the stack`, pickle("N".repeat(stack + 1)), /more than 100000 values on the stack/],
  [`${memo + 1} values in the memo`, pickle(`N${"\x94".repeat(memo + 1)}`, 4), /memorises more than 150000/],
  [`${operations} operations`, pickle("N0".repeat(operations / 2)), /more than 1000000 operations/],
  ["dicts without number", pickle("}0".repeat(memory / 208 + 1)), /take more than 25165824 bytes/],
  ["text without measure", pickle(text("a".repeat(memory / 2 + 1))), /take more than 25165824 bytes/],
  [
    "the same list copied over and over",
    pickle(`](${"K\x01".repeat(1000)}e\x85q\x00${"0ctorch\nSize\nh\x00R".repeat(1000)}`),
    /take more than 25165824 bytes/,
  ],
  [
    "an integer too long",
    pickle(`\x8b${uint32(integerBytes + 1)}${"\x01".repeat(integerBytes + 1)}`),
    /1025 bytes/,
  ],
])("refuses %s", (_rule, bytes, message) => {
  let error: unknown;
  try {
    load(bytes);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(SdttError);
  expect(error).toMatchObject({ code: "format", message: expect.stringMatching(message) });
  expect((error as Error).message).not.toContain("\n");
});

test("what lies just within the bounds is read", () => {
  expect(load(pickle("]".repeat(depth) + "a".repeat(depth - 1)))).toHaveLength(1);
  expect(load(pickle(bottomUp(depth - 1)))).toHaveLength(depth - 1);
  expect(load(pickle(`${"N".repeat(stack - 1)}(t${"0".repeat(stack - 1)}`))).toBeNull();
});
