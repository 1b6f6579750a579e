export type { Limits } from "./limits.ts";
export { startServer } from "./start-server.ts";
export type { Server, ServerOptions } from "./start-server.ts";
