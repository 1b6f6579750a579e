import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expectDenoiser, openCheckpoint } from "@sdtt/hub";
import { modelParameters } from "@sdtt/models";
import { tinyModelFolder } from "@sdtt/tiny";
import type { Plugin } from "vite";
import type { ListedModel } from "../src/local/listed-model.ts";

/** The models of the page, the one that it writes with first. */
const pageModels = [
  { id: "tiny", folder: "student" },
  { id: "tiny:teacher", folder: "teacher" },
] as const;

const mostSteps = 1024;

/** Puts the models beside the page, and tells the service worker what to keep. */
export function pagePlugin(publicFolder: string): Plugin {
  return {
    name: "sdtt-page",
    async buildStart() {
      const listed: ListedModel[] = [];
      for (const { id, folder } of pageModels) {
        const path = tinyModelFolder(folder);
        for (const file of await readdir(path)) {
          const source = await readFile(join(path, file));
          this.emitFile({ type: "asset", fileName: `models/${folder}/${file}`, source });
        }
        listed.push({ folder: `./models/${folder}/`, ...(await describeModel(id, path)) });
      }
      this.emitFile({
        type: "asset",
        fileName: "models/models.json",
        source: JSON.stringify(listed),
      });
    },
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const ownFiles = Object.keys(bundle).filter(isKept);
        const files = ["./", ...ownFiles, ...(await readdir(publicFolder))];
        const digest = createHash("sha256");
        for (const name of ownFiles) {
          const file = bundle[name]!;
          digest.update(file.type === "chunk" ? file.code : file.source);
        }
        const worker = bundle["service-worker.js"]!;
        if (worker.type !== "chunk") throw new Error("The service worker is no script.");
        worker.code = worker.code
          .replace("PAGE_FILES", JSON.stringify(files))
          .replace("BUILD", JSON.stringify(digest.digest("hex").slice(0, 16)));
      },
    },
  };
}

/**
 * Everything but the weights, which the library keeps; the build with WebGPU, which few need; and the typeface of scripts other than
 * Latin.
 */
function isKept(name: string): boolean {
  return !/^service-worker|\.safetensors$|webgpu|asyncify|literata-(?!latin-(opsz|wght))/.test(
    name.replace(/^assets\//, ""),
  );
}

async function describeModel(id: string, path: string): Promise<Omit<ListedModel, "folder">> {
  const { description, samplingDefaults } = expectDenoiser(await openCheckpoint({ path }), id);
  return {
    id,
    parameters: modelParameters(description)
      .map(({ shape }) => shape.reduce((product, size) => product * size, 1))
      .reduce((sum, count) => sum + count, 0),
    maxLength: description.config.length,
    maxSteps: mostSteps,
    temperature: samplingDefaults?.temperature ?? 1,
    topP: samplingDefaults?.topP ?? 1,
    order: samplingDefaults?.order ?? "random",
    correctorSteps: samplingDefaults?.correctorSteps ?? 0,
  };
}
