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

test("what only Python could make is opaque, whatever the file does to it, and nothing of it is run", () => {
  const opaque = (name: string): unknown => ({ kind: "opaque", name });
  const own = "c__main__\nMyConfig\n";
  const system = call("posix", "system", text("touch /tmp/run"));
  const items: [pickle: string, value: unknown][] = [
    // Naming, by either operation, and by a path that spells an allowed name in another way.
    ["cposix\nsystem\n", opaque("posix.system")],
    ["\x8c\x05posix\x8c\x06system\x93", opaque("posix.system")],
    ["c__builtin__\neval\n", opaque("builtins.eval")],
    ["ctorch\n_utils._rebuild_tensor_v2\n", opaque("torch._utils._rebuild_tensor_v2")],
    ["\x8c\x05torch\x8c\x0enn.Module.Tag_\x93", opaque("torch.nn.Module.Tag_")],
    // Extensions of copyreg, whose table is Python's.
    ["\x82\x07", opaque("copyreg extension 7")],
    ["\x83\x07\x01", opaque("copyreg extension 263")],
    ["\x84\x07\x00\x01\x00", opaque("copyreg extension 65543")],
    ["\x82\x07)R", opaque("copyreg extension 7")],
    // Calls and objects, by every operation that makes one.
    [system, opaque("posix.system")],
    [`${own})\x81`, opaque("__main__.MyConfig")],
    [`${own})}\x92`, opaque("__main__.MyConfig")],
    ["(K\x01i__main__\nMyConfig\n", opaque("__main__.MyConfig")],
    [`(${own}K\x01o`, opaque("__main__.MyConfig")],
    // What is opaque may be called in its turn, and be the arguments of a call, or a name.
    [`${call("builtins", "getattr", own, text("load"))})R`, opaque("builtins.getattr")],
    [`ctorch\nSize\n${own}R`, opaque("__main__.MyConfig")],
    [`${own}${text("name")}\x93`, opaque("__main__.MyConfig")],
    // State and items are dropped.
    [`${own})\x81}${text("x")}${system}sb`, opaque("__main__.MyConfig")],
    [`${own})\x81K\x01a(K\x02K\x03e`, opaque("__main__.MyConfig")],
    [`${own})\x81K\x01K\x02s(K\x03K\x04u`, opaque("__main__.MyConfig")],
    [`${own})\x81(K\x01\x90`, opaque("__main__.MyConfig")],
    // Names that are known, used as they have no rule for.
    [call("typing", "Any"), opaque("typing.Any")],
    [call("omegaconf.nodes", "AnyNode"), opaque("omegaconf.nodes.AnyNode")],
    ["cbuiltins\nobject\n)\x81", opaque("builtins.object")],
    ["ctorch\nSize\n)\x81", opaque("torch.Size")],
    // Calls by rule whose arguments are opaque; a factory does not matter.
    [call("torch", "device", system), opaque("posix.system")],
    [call("_codecs", "encode", system, text("latin1")), opaque("posix.system")],
    [call("collections", "OrderedDict", system), opaque("posix.system")],
    [call("collections", "defaultdict", system), new Map()],
    // Usual company: a partial, an enumeration, a number of NumPy's with its type.
    [`${call("functools", "partial", own)}(${own})}Ntb`, opaque("functools.partial")],
    [call("__main__", "Colour", "K\x02"), opaque("__main__.Colour")],
    [
      call("numpy.core.multiarray", "scalar", call("numpy", "dtype", text("f8")), "C\x01\x00"),
      opaque("numpy.core.multiarray.scalar"),
    ],
    // A class kept outside the pickle, a storage of a class that is unknown, and tensors on them.
    [`${tuple(text("module"), own, text("x.py"), text("import os"))}Q`, opaque("__main__.MyConfig")],
    [`${tuple(text("module"), "N")}Q`, opaque("a persistent id")],
    [storage("0", 1, "torch\nfloat32"), opaque("torch.float32")],
    [storage("0", 1, "torch\nQInt8Storage"), opaque("torch.QInt8Storage")],
    [
      call("torch._utils", "_rebuild_tensor_v2", storage("0", 1, "torch\nQInt8Storage")),
      opaque("torch.QInt8Storage"),
    ],
    [call("torch._utils", "_rebuild_parameter", system, "\x88", "N"), opaque("posix.system")],
    [
      call("torch._utils", "_rebuild_tensor_v2", storage(), "K\x00", tuple(system), tuple("K\x01")),
      opaque("posix.system"),
    ],
  ];
  expect(load(pickle(`](${items.map(([body]) => body).join("")}e`, 5))).toEqual(
    items.map(([, value]) => value),
  );
});

test("a tensor does not depend on what Python hooks to it", () => {
  const hooked = call(
    "torch._utils",
    "_rebuild_tensor_v2",
    storage(),
    "K\x00",
    tuple("K\x06"),
    tuple("K\x01"),
    "\x88",
    call("__main__", "hooks"),
  );
  expect(load(pickle(hooked))).toMatchObject({ kind: "tensor", shape: [6] });
  const parameter = call("torch._utils", "_rebuild_parameter", hooked, "\x88", call("__main__", "hooks"));
  expect(load(pickle(parameter))).toMatchObject({ kind: "tensor", shape: [6] });
});

test("tuples and objects are keys, apart from those that have a name", () => {
  const enumeration = call("__main__", "Colour", "K\x02");
  const value = load(pickle(dict(enumeration, "K\x01", tuple("K\x07"), "K\x02", text("a"), "K\x03")));
  const keys = [...(value as Map<unknown, unknown>).keys()];
  expect(keys).toEqual([{ kind: "opaque", name: "__main__.Colour" }, [7], "a"]);
  expect(load(pickle(`(${enumeration}${tuple()}\x91`))).toEqual(new Set([keys[0], []]));
});

test("an opaque object may hold itself, and be held twice", () => {
  const held = `c__main__\nNode\n)\x81q\x01}${text("self")}h\x01sb`;
  const [a, b] = load(pickle(`](${held}h\x01e`)) as PickleValue[];
  expect(a).toEqual({ kind: "opaque", name: "__main__.Node" });
  expect(b).toBe(a);
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
  ["an unknown operation", pickle("(I1\n"), /unknown operation 0x49 at byte 3/],
  ["no end", pickle("}").subarray(0, -1), /breaks off at byte 3/],
  ["a cut number", pickle("J\x00\x00").subarray(0, -1), /breaks off at byte 2/],
  ["a text past the end", pickle("X\xff\xff\xff\xffa"), /breaks off at byte 2/],
  ["a text of 2^64 - 1 bytes", pickle(`\x8d${"\xff".repeat(8)}a`), /breaks off at byte 2/],
  ["a name without its newline", pickle("ctorch\nSize"), /breaks off at byte 2/],
  ["something after the end", pickle("}.}"), /continues after its end at 4/],
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
  ["a dict as a key", pickle("}}K\x02s"), /a key that is a dict or set itself/],
  ["a set in a set", pickle("(\x8f\x91"), /a key that is a dict or set itself/],
  ["a key of an opaque object without a value", pickle("cposix\nsystem\n(K\x01u"), /a key without a value/],
  ["the state of a list", pickle("]}b"), /sets the state of what has none/],
  ["a global named by a number", pickle("K\x01K\x02\x93"), /names a global by what is no text/],
  ["a call of a dict", pickle("})R"), /calls what is no class or function/],
  ["a call with no tuple", pickle("ctorch\nSize\nNR"), /with what is no tuple/],
  ["an opaque call with no tuple", pickle("cposix\nsystem\nNR"), /with what is no tuple/],
  ["an object with no tuple", pickle("cposix\nsystem\nN\x81"), /with what is no tuple/],
  ["an object of a number", pickle("K\x01)\x81"), /what is no class or function/],
  ["an object of nothing", pickle("(o"), /what is no class or function/],
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
  ["a storage of -1 elements", pickle(storage("0", -1)), /a storage in a way that is not known/],
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
    "opaque objects without number",
    pickle(`cposix\nsystem\nq\x00${"0h\x00)R".repeat(memory / 64 / 2 + 1)}`),
    /take more than 25165824 bytes/,
  ],
  [
    "long names without number",
    pickle(`c${"a".repeat(1000)}\nb\n0`.repeat(memory / 4000 + 1)),
    /more than 25165824/,
  ],
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
