import { fileURLToPath } from "node:url";
import type { OpenPage } from "./open-page.ts";

/** Of the published package: what it carries. */
export const openPage: OpenPage = () => Promise.resolve(fileURLToPath(new URL("./page/", import.meta.url)));

export type { OpenPage, OpenPageOptions } from "./open-page.ts";
