// `npm run page`: builds the page without a server, and hands its files out until it is stopped.
import { parseArgs } from "node:util";
import { preview } from "vite";
import { buildStaticPage } from "./build.ts";
import config from "./vite.config.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8080" },
    open: { type: "boolean", default: false },
    build: { type: "boolean", default: false },
  },
});
const folder = await buildStaticPage({
  onBuild: () => void process.stderr.write("Building the page (once) ...\n"),
});
if (values.build) {
  process.stdout.write(`${folder}\n`);
} else {
  const server = await preview({
    ...config,
    configFile: false,
    logLevel: "error",
    preview: { ...config.preview, port: Number(values.port), open: values.open },
  });
  process.stdout.write(
    `The model runs in this page: ${server.resolvedUrls!.local[0]} (Ctrl-C ends it; its files are in ${folder})\n`,
  );
}
