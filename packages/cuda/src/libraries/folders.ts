import { join } from "node:path";
import type { Probe } from "../doctor/probe.ts";
import type { LibraryFolder } from "./plan.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The places in words, for messages. */
export const searchedPlaces =
  "LD_LIBRARY_PATH, CUDA_PATH, CUDA_HOME, CUDNN_PATH, conda, the nvidia packages of Python, /usr/local/cuda and ldconfig";

/** Where people have CUDA's libraries, by preference: what the environment names first, what the system has last. */
export async function findLibraryFolders(
  probe: Probe,
  environment: Environment = process.env,
): Promise<LibraryFolder[]> {
  const folders = [
    ...(environment["LD_LIBRARY_PATH"]?.split(":") ?? []),
    ...["CUDA_PATH", "CUDA_HOME", "CUDNN_PATH"].flatMap((name) => insideToolkit(environment[name])),
    ...insideToolkit(environment["CONDA_PREFIX"]),
    ...(await pythonFolders(probe)),
    ...(await installedToolkits(probe)),
    ...(await loaderFolders(probe)),
  ];
  const absolute = [...new Set(folders)].filter((folder) => folder.startsWith("/"));
  const listed = await Promise.all(
    absolute.map(async (folder) => ({ folder, names: (await probe.list(folder)).filter(isLibrary) })),
  );
  return listed.filter(({ names }) => names.length > 0);
}

const isLibrary = (name: string) => /^lib(?:cu|nv)[\w-]*\.so\.\d/.test(name);

function insideToolkit(root: string | undefined): string[] {
  return root ? ["lib64", "lib", "targets/x86_64-linux/lib"].map((inside) => join(root, inside)) : [];
}

/** `/usr/local/cuda` is the chosen one; the others follow, the newest first. */
async function installedToolkits(probe: Probe): Promise<string[]> {
  const versions = (await probe.list("/usr/local")).filter((name) => /^cuda-\d/.test(name));
  const newest = versions.toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }));
  return ["cuda", ...newest].flatMap((name) => insideToolkit(join("/usr/local", name)));
}

/** The folders that NVIDIA's wheels make: `site-packages/nvidia/cublas/lib`. */
async function pythonFolders(probe: Probe): Promise<string[]> {
  const script = "import sys; print('\\n'.join(sys.path))";
  const answer =
    (await probe.output("python3", ["-c", script])) ?? (await probe.output("python", ["-c", script]));
  const paths = answer?.split("\n").filter((path) => path.startsWith("/")) ?? [];
  const inside = await Promise.all(
    paths.map(async (path) => {
      const nvidia = join(path, "nvidia");
      return (await probe.list(nvidia)).map((name) => join(nvidia, name, "lib"));
    }),
  );
  return inside.flat();
}

/** What the loader looks through by itself. */
async function loaderFolders(probe: Probe): Promise<string[]> {
  const cached = (await probe.output("/sbin/ldconfig", ["-p"])) ?? "";
  const paths = cached.matchAll(/=> (\/\S+)\/lib(?:cu|nv)[^/\s]*$/gm);
  return [
    ...Array.from(paths, ([, folder]) => folder!),
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
  ];
}
