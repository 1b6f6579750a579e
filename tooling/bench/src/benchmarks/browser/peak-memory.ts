import { readdir, readFile } from "node:fs/promises";

/** The most that any process below this one has held, in bytes: of a browser, the one with the page. Undefined but on Linux. */
export async function peakMemory(root: number): Promise<number | undefined> {
  const entries = await readdir("/proc").catch(() => []);
  const found = entries.filter((name) => /^\d+$/.test(name)).map(readProcess);
  const processes = new Map((await Promise.all(found)).map((each) => [each.pid, each]));
  const isBelow = (pid: number): boolean =>
    pid === root || (pid > 1 && isBelow(processes.get(pid)?.parent ?? 0));
  const peaks = Array.from(processes.values())
    .filter(({ pid }) => pid !== root && isBelow(pid))
    .map(({ peak }) => peak);
  return peaks.length > 0 ? Math.max(...peaks) : undefined;
}

/** What it was, where it has ended meanwhile. */
async function readProcess(name: string): Promise<{ pid: number; parent: number; peak: number }> {
  const status = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
  const number = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
  return { pid: Number(name), parent: number("PPid"), peak: 1024 * number("VmHWM") };
}
