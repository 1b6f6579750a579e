import { tensor } from "@sdtt/core";
import { engineOn, identityProgram } from "@sdtt/engine";
import type { Backend } from "@sdtt/engine";

/** A backend that runs nothing but copies. */
const backend: Backend<never> = {
  name: "web",
  device: "cpu",
  memory: undefined as never,
  compile: async () => ({
    run: async ([input]) => ({ same: (input as { tensor: ReturnType<typeof tensor> }).tensor }),
    release: () => {},
  }),
  close: () => {},
};

/** What an engine gives, and how it refuses what does not fit its program. */
export async function run(): Promise<unknown> {
  await using engine = engineOn(backend);
  await using session = await engine.load(identityProgram("float32"));
  const { same } = await session.run({ feeds: { given: tensor("float32", [2], Float32Array.of(1, 2)) } });
  const refusal = await session.run({ feeds: {} }).catch((error: Error) => error.message);
  return { same: [...(same!.data as Float32Array)], refusal };
}
