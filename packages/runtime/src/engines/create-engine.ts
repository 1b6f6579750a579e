import type { Engine } from "../engine.ts";
import { createCApiEngine } from "./c-api/engine.ts";

export async function createEngine(options: { threads?: number } = {}): Promise<Engine> {
  return createCApiEngine(options);
}
