import { tensor } from "@sdtt/core";
import { expect, test } from "vitest";
import { identity } from "../conformance/programs.ts";
import { engineConformance } from "../conformance/suite.ts";
import { createEngine } from "../create-engine.ts";

const open = () => createEngine({ engine: "c-api", threads: 2 });

engineConformance(open);

test("bfloat16 goes in and comes out unchanged", async () => {
  await using engine = await open();
  const session = await engine.load(identity("bfloat16"));
  const given = tensor("bfloat16", [2], Uint16Array.of(0x3f80, 0xc000));
  expect(await session.run({ feeds: { given } })).toEqual({ same: given });
});
