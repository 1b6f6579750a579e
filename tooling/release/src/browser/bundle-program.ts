import { build } from "vite";

/** A program as a web application ships it. */
export interface BrowserBundle {
  /** The code of each file, by name; `program.js` exports what the program does. */
  readonly files: ReadonlyMap<string, string>;
  /** Modules of Node in it, which no browser has. */
  readonly nodeModules: readonly string[];
}

interface Chunk {
  readonly fileName: string;
  readonly code: string;
  readonly moduleIds: readonly string[];
}

/**
 * Bundles a program with Vite as an application would that sets nothing about it.
 *
 * @param file - the path of the program, whose exports are kept.
 */
export async function bundleProgram(file: string): Promise<BrowserBundle> {
  const { output } = (await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: "error",
    // Packages are bundled from their sources, without a build.
    resolve: { conditions: ["@sdtt/source", "module", "browser", "production"] },
    build: {
      write: false,
      rolldownOptions: {
        input: { program: file },
        output: { entryFileNames: "[name].js" },
        preserveEntrySignatures: "strict",
      },
    },
  })) as { readonly output: readonly Chunk[] };
  return {
    files: new Map(output.map(({ fileName, code }) => [fileName, code])),
    // Vite puts an empty module in the place of each.
    nodeModules: output.flatMap(({ moduleIds }) =>
      moduleIds.filter((id) => id.includes("__vite-browser-external")),
    ),
  };
}
