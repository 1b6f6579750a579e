// `npm run page`: builds the page without a server, and hands its files out until it is stopped.
import { parseArgs } from "node:util";
import { preview } from "vite";
import { buildStaticPage } from "./build.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8080" },
    open: { type: "boolean", default: false },
    build: { type: "boolean", default: false },
  },
});
const folder = await buildStaticPage({ onBuild: () => console.error("Building the page (once) ...") });
if (values.build) {
  console.log(folder);
} else {
  const server = await preview({
    configFile: new URL("vite.config.ts", import.meta.url).pathname,
    logLevel: "error",
    preview: { port: Number(values.port), open: values.open },
  });
  console.log(`The model runs in this page: ${server.resolvedUrls!.local[0]} (Ctrl-C ends it; its files are in ${folder})`);
}
