// Puts the page whose model runs in the browser beside the pages of the built site, under `try/`.
import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { root } from "./pages.ts";

const main = join(root, "apps/web/static/main.ts");
const folder = execFileSync(process.execPath, ["--conditions=@sdtt/source", main, "--build"], {
  encoding: "utf8",
}).trim();
cpSync(folder, join(root, "apps/docs/dist/try"), { recursive: true });
