/**
 * As in @sdtt/engine, which the worker cannot import. The memory that a message carries, to hand over instead of copying it: whoever sends arrays gives them away.
 */
export function buffersIn(message: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(message)) return [message.buffer as ArrayBuffer];
  if (typeof message !== "object" || message === null) return [];
  return Object.values(message).flatMap(buffersIn);
}
