/** Below this many bytes of sources one thread is done before others have started. */
const worthThreads = 2 ** 21;

/**
 * Threads that are worth starting to tokenize sources of that many bytes on the disk; 0 for none but this one. This thread
 * unpacks, parses and writes meanwhile, at some times the speed of one that tokenizes; even on one processor it stays free to
 * hear of signals.
 */
export function threadsWorth(bytes: number, processors: number): number {
  const most = 16;
  return bytes < worthThreads ? 0 : Math.min(processors, most);
}
