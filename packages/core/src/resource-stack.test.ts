import { describe, expect, test } from "vitest";
import { createResourceStack } from "./resource-stack.ts";
import type { ResourceStack } from "./resource-stack.ts";

interface Kind {
  readonly name: string;
  create(): ResourceStack;
}

/** The original, which Node 24 has. */
const kinds: Kind[] = [
  { name: "createResourceStack", create: createResourceStack },
  { name: "AsyncDisposableStack", create: () => new AsyncDisposableStack() as unknown as ResourceStack },
];

describe.each(kinds)("$name", ({ create }) => {
  test("releases what is asynchronous, what is not, and what was deferred, the last first and once", async () => {
    const released: string[] = [];
    const stack = create();
    const first = {
      [Symbol.asyncDispose]: async () => {
        await Promise.resolve();
        released.push("first");
      },
    };
    expect(stack.use(first)).toBe(first);
    stack.use({ [Symbol.dispose]: () => void released.push("second") });
    stack.defer(() => void released.push("third"));
    await stack[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
    expect(released).toEqual(["third", "second", "first"]);
  });

  test("what was moved is released by the new stack alone", async () => {
    const released: string[] = [];
    const stack = create();
    stack.defer(() => void released.push("moved"));
    const moved = stack.move();
    await stack[Symbol.asyncDispose]();
    expect(released).toEqual([]);
    await moved[Symbol.asyncDispose]();
    expect(released).toEqual(["moved"]);
  });

  test("a failure does not keep the others from being released", async () => {
    const released: string[] = [];
    const stack = create();
    stack.defer(() => void released.push("first"));
    stack.defer(() => Promise.reject(new Error("broken")));
    await expect(stack[Symbol.asyncDispose]()).rejects.toThrow("broken");
    expect(released).toEqual(["first"]);
  });
});

test("several failures are all told", async () => {
  const stack = createResourceStack();
  stack.defer(() => Promise.reject(new Error("one")));
  stack.defer(() => {
    throw new Error("two");
  });
  const failure = await stack[Symbol.asyncDispose]().then(undefined, (error: unknown) => error);
  expect((failure as AggregateError).errors.map(String)).toEqual(["Error: two", "Error: one"]);
});
