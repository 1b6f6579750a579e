import type { CallContext, GlobalRule } from "./pickle/object-steps.ts";
import { asKey, isKind } from "./pickle/value.ts";
import type { PickleKey, PickleValue } from "./pickle/value.ts";
import { storageTypes } from "./storage.ts";
import { torchTensor } from "./tensor.ts";

/** What may only be named: types that stand beside a value and say nothing we need. */
const named = [
  ...storageTypes.keys(),
  ...within("torch", "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 bool"),
  ...within("builtins", "bool dict float int list long object str tuple"),
  ...within("typing", "Any Dict List Optional Tuple Union"),
];

/** Classes whose objects are kept as a name and a state. */
const instances = [
  // What OmegaConf's trees are made of.
  ...within("omegaconf.dictconfig", "DictConfig"),
  ...within("omegaconf.listconfig", "ListConfig"),
  ...within("omegaconf.base", "ContainerMetadata Metadata UnionNode"),
  ...within(
    "omegaconf.nodes",
    "AnyNode BooleanNode BytesNode EnumNode FloatNode IntegerNode PathNode StringNode",
  ),
  // The tokenizer, which Lightning saves among a module's arguments.
  ...within("tokenizers", "AddedToken Tokenizer"),
  ...within("tokenizers.models", "Model"),
  ...within("transformers.models.gpt2.tokenization_gpt2", "GPT2Tokenizer"),
  ...within("transformers.models.gpt2.tokenization_gpt2_fast", "GPT2TokenizerFast"),
];

/** Lightning's dict with attribute access, at each place it has had. */
const attributeDicts = [
  ...within("lightning.fabric.utilities.data", "AttributeDict"),
  ...within("lightning_fabric.utilities.data", "AttributeDict"),
  ...within("pytorch_lightning.utilities.parsing", "AttributeDict"),
];

const calls: readonly [name: string, call: NonNullable<GlobalRule["call"]>, uses?: number][] = [
  // What follows the strides, or the tensor of a parameter, does not concern the values.
  ["torch._utils._rebuild_tensor_v2", rebuildTensor, 4],
  ["torch._utils._rebuild_parameter", rebuildParameter, 1],
  ["torch.Size", ([sizes], context) => copyList(sizes, context)],
  ["torch.device", deviceName],
  // Their items follow as operations of their own; a defaultdict's one argument makes its defaults.
  ["collections.OrderedDict", (args, context) => (expectAtMost(0, args, context), new Map())],
  ["collections.defaultdict", (args, context) => (expectAtMost(1, args, context), new Map()), 0],
  ["builtins.set", ([items], context) => keySet(items, context)],
  ["builtins.frozenset", ([items], context) => keySet(items, context)],
  // How protocol 2 writes bytes: none, or some.
  ["builtins.bytes", (args, context) => (expectAtMost(0, args, context), new Uint8Array())],
  ["_codecs.encode", encodeLatin1],
];

/** Every global that means something to us, and what it may be used for. All else is opaque. */
export const torchGlobals: ReadonlyMap<string, GlobalRule> = new Map([
  ...named.map((name): [string, GlobalRule] => [name, {}]),
  ...instances.map((className): [string, GlobalRule] => [
    className,
    { create: () => ({ kind: "instance", className, state: null }) },
  ]),
  ...attributeDicts.map((name): [string, GlobalRule] => [name, { create: () => new Map() }]),
  ...calls.map(([name, call, uses]): [string, GlobalRule] => [
    name,
    uses === undefined ? { call } : { call, uses },
  ]),
]);

/** What V8 needs for one item of a list or set, rounded up. */
const itemBytes = 40;

function within(module: string, names: string): string[] {
  return names.split(" ").map((name) => `${module}.${name}`);
}

/** `(storage, offset, size, stride, requires_grad, backward_hooks)`, and metadata. */
function rebuildTensor(args: readonly PickleValue[], { spendMemory, malformed }: CallContext): PickleValue {
  const [storage, offset, shape, strides] = args;
  if (!isKind(storage, "storage")) return malformed("its pickle builds a tensor on what is no storage");
  const opaque = [shape, strides].flatMap((sizes) => sizes ?? []).find((size) => isKind(size, "opaque"));
  if (opaque) return opaque;
  if (Array.isArray(shape)) spendMemory(2 * itemBytes * shape.length);
  return torchTensor(storage, { offset, shape, strides }, malformed);
}

/** `(tensor, requires_grad, backward_hooks)`. */
function rebuildParameter([tensor]: readonly PickleValue[], { malformed }: CallContext): PickleValue {
  return isKind(tensor, "tensor") ? tensor : malformed("its pickle builds a parameter on what is no tensor");
}

/** `(type)` or `(type, index)`, as PyTorch prints it: `cuda:0`. */
function deviceName(
  [type, index]: readonly PickleValue[],
  { spendMemory, malformed }: CallContext,
): PickleValue {
  if (typeof type !== "string") return malformed("its pickle names a device by what is no text");
  spendMemory(2 * type.length);
  return typeof index === "number" ? `${type}:${index}` : type;
}

/** `(text, "latin1")`. */
function encodeLatin1(
  [text, encoding]: readonly PickleValue[],
  { spendMemory, malformed }: CallContext,
): PickleValue {
  if (typeof text !== "string" || encoding !== "latin1") {
    return malformed("its pickle encodes bytes otherwise than as latin1");
  }
  spendMemory(text.length);
  return Uint8Array.from(Buffer.from(text, "latin1"));
}

function expectAtMost(count: number, args: readonly PickleValue[], { malformed }: CallContext): void {
  if (args.length > count) malformed("its pickle fills a new dict or bytes in a way that is not known");
}

function keySet(items: PickleValue | undefined, context: CallContext): Set<PickleKey> {
  return new Set(copyList(items, context).map((item) => asKey(item, context.malformed)));
}

function copyList(items: PickleValue | undefined, { spendMemory, malformed }: CallContext): PickleValue[] {
  if (!Array.isArray(items)) return malformed("its pickle makes a collection of what is no list");
  spendMemory(itemBytes * items.length);
  return [...items];
}
