import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

/** Serves the built page from a folder: `/` is its `index.html`. Names with a dot in front, and ways out of it, are not found. */
export async function registerPage(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, { root: folder, dotfiles: "ignore", index: "index.html" });
}
