/**
 * Milliseconds after the start of the process in which a parent that leaves meant to: `nohup sdtt serve &` in a script. Shorter than
 * a command takes to do anything that one would stop.
 */
const detaching = 500;

/**
 * Tells when the shell in which npm or npx runs this process has ended. A signal to npm ends that shell alone, which passes
 * none on: the process would be left behind. Under anything but npm, a parent may leave at will, and nothing is told.
 */
export function onOrphaned(tell: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    if (performance.now() > detaching) tell();
  }, 250);
  timer.unref();
}
