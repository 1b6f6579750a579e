// `npm start`, `npm test` and `npm run sdtt` on a fresh clone with nothing but Node 20 and npm: installs what is missing,
// then runs the command on the Node that the workspace pins. Plain JavaScript, because an older Node must read it.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, utimesSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const [command, ...args] = process.argv.slice(2);

/** What runs now. */
let child;
passOnSignals();
watchParent();

await installIfMissing();
process.exitCode = await run(pinnedNode(), commandLine(command, args));

async function installIfMissing() {
  const installed = path.join(root, "node_modules", ".modules.yaml");
  const lockfile = path.join(root, "pnpm-lock.yaml");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) return;
  const { packageManager } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  console.error(
    existsSync(installed)
      ? "The lockfile changed: checking the installation (once) ..."
      : "Installing the dependencies (once) ...",
  );
  const npx = process.platform === "win32" ? "npx.cmd" : "npx";
  const status = await run(
    npx,
    ["-y", packageManager, "--dir", root, "install", "--frozen-lockfile", "--reporter=silent"],
    ["ignore", 2, 2],
  );
  if (status !== 0) {
    console.error(`The installation failed. To see why: npx -y ${packageManager} install`);
    process.exit(status);
  }
  // pnpm leaves the file as it is where nothing was missing, and this would be said each time.
  utimesSync(installed, new Date(), new Date());
}

/** The workspace's own Node where its platform has one, else the running Node if it can read TypeScript. */
function pinnedNode() {
  const require = createRequire(path.join(root, "package.json"));
  try {
    const manifest = require.resolve(
      `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}/package.json`,
    );
    const binary = path.join(
      path.dirname(manifest),
      "bin",
      process.platform === "win32" ? "node.exe" : "node",
    );
    if (existsSync(binary)) return binary;
  } catch {
    // Not installed for this platform: fall through to the running Node.
  }
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  console.error(`Node ${process.versions.node} is too old on this platform: install Node 24 or newer.`);
  process.exit(1);
}

function commandLine(name, rest) {
  const cli = ["--conditions=@sdtt/source", path.join(root, "apps", "cli", "src", "main.ts")];
  // The bundled student was distilled to write in few steps.
  if (name === "start") return [...cli, "sample", "--steps", "8", ...rest];
  if (name === "sdtt") return [...cli, ...rest];
  if (name === "test")
    return [path.join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--root", root, ...rest];
  throw new Error(`launch.mjs: unknown command ${name}`);
}

function run(file, argv, stdio = "inherit") {
  return new Promise((resolve, reject) => {
    child = spawn(file, argv, { stdio, cwd: workingDirectory(), shell: file.endsWith(".cmd") });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

/**
 * Signals reach the child, which decides when it ends; this process waits for it and exits as it did. Ctrl-C in a terminal
 * reaches the child by itself, and twice would mean to end at once.
 */
function passOnSignals() {
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child?.kill(signal));
  process.on("SIGINT", () => process.stdin.isTTY || child?.kill("SIGINT"));
}

/**
 * `npm run` starts this process through a shell, which passes no signal on: if that shell is gone, npm was told to stop. A
 * process that was started without npm may outlive its parent, as one of nohup or setsid.
 */
function watchParent() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === "win32") return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child?.kill("SIGTERM");
  }, 250);
  watch.unref();
}

/** npm changes into the root; paths in arguments are meant from where the person stood. */
function workingDirectory() {
  return command === "start" || command === "sdtt" ? (process.env.INIT_CWD ?? process.cwd()) : root;
}
