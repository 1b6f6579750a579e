// `npm start`, `npm test`, `npm run page` and `npm run sdtt` on a fresh clone with nothing but Node 20 and npm: installs what is missing,
// then runs the command on the Node that the workspace pins. Plain JavaScript, because an older Node must read it.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, utimesSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { freshBundle } from "./fresh-bundle.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const [command, ...args] = process.argv.slice(2);

/** What runs now, and the first signal that was passed on to it. */
let child;
let passed;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => passOn(signal));
watchParent();

await installIfMissing();
process.exitCode = await run(pinnedNode(), await commandLine(command, args));

/** This process waits for the child and ends as it does. The child may hear of one signal twice: Ctrl-C reaches both. */
function passOn(signal) {
  passed ??= signal;
  if (!child) process.exit(128 + constants.signals[signal]);
  // On Windows a signal is no message but an end by force, and Ctrl-C is all there is.
  if (process.platform !== "win32") child.kill(signal);
}

/**
 * A signal to npm ends its shell, which passes none on, and would leave the child running: so the end of the shell counts
 * as SIGTERM. Only where npm runs this very script; started in another way (by systemd, nohup, setsid), whose parent may
 * leave at will, only signals stop it. If npm was stopped before this line is reached, nothing is noticed.
 */
function watchParent() {
  if (process.env.npm_lifecycle_event !== command) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    if (!passed) passOn("SIGTERM");
  }, 250);
  timer.unref();
}

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
    // The documentation site brings a bundler and a renderer of its own, which only those who build it need.
    [
      "-y",
      packageManager,
      "--dir",
      root,
      "install",
      "--frozen-lockfile",
      "--reporter=silent",
      "--filter=!@sdtt/site",
    ],
    ["ignore", 2, 2],
  );
  if (passed) process.exit(128 + constants.signals[passed]);
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

async function commandLine(name, rest) {
  const fromSource = "--conditions=@sdtt/source";
  const cli = path.join(root, "apps", "cli", "src", "main.ts");
  // The bundled student was distilled to write in few steps.
  if (name === "start") return [fromSource, (await startBundle()) ?? cli, "sample", "--steps", "16", ...rest];
  if (name === "sdtt") return [fromSource, cli, ...rest];
  if (name === "page") return [fromSource, path.join(root, "apps", "web", "static", "main.ts"), ...rest];
  if (name === "test")
    return [path.join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--root", root, ...rest];
  throw new Error(`launch.mjs: unknown command ${name}`);
}

/** The modules of `npm start` in few files, made again if one of them has changed; undefined if that fails. */
async function startBundle() {
  // Beside the sources of the command line: packages that it looks up by name are found from there.
  const home = path.join(root, "apps", "cli", "node_modules", ".cache", "start");
  const known = freshBundle({ home, root });
  if (known) return known;
  const builder = path.join(root, "tooling", "launch", "bundle-start.mjs");
  const status = await run(pinnedNode(), [builder, home], ["ignore", "ignore", "ignore"]);
  if (passed) process.exit(128 + constants.signals[passed]);
  return status === 0 ? freshBundle({ home, root }) : undefined;
}

function run(file, argv, stdio = "inherit") {
  return new Promise((resolve, reject) => {
    child = spawn(file, argv, {
      stdio,
      cwd: workingDirectory(),
      env: withCompileCache(process.env),
      shell: file.endsWith(".cmd"),
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      child = undefined;
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** Node keeps what it makes of the TypeScript files: the second start takes half of the time of the first. */
function withCompileCache(env) {
  return { NODE_COMPILE_CACHE: path.join(root, "node_modules", ".cache", "node"), ...env };
}

/** npm changes into the root; paths in arguments are meant from where the person stood. */
function workingDirectory() {
  return command === "start" || command === "sdtt" ? (process.env.INIT_CWD ?? process.cwd()) : root;
}
