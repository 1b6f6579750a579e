// Keeps the files of the page, the engine's among them, so that it works offline. The models are kept by the library, by their hash.
// It also gives the page the headers that threads need, for hosts that send none: from the second visit on the page is
// cross-origin isolated.

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
/** The files of this build, put in by the build: with their hashes, so that a new build is another service worker. */
declare const PAGE_FILES: readonly string[];
declare const BUILD: string;

const cacheName = `sdtt-page-${BUILD}`;

worker.addEventListener("install", (event) => {
  event.waitUntil(keepFiles().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const isOurs = request.method === "GET" && request.url.startsWith(worker.registration.scope);
  if (isOurs && !request.headers.has("range")) event.respondWith(answer(request));
});

async function keepFiles(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(PAGE_FILES.map((path) => new Request(path, { cache: "no-cache" })));
}

async function dropOthers(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith("sdtt-page-") && name !== cacheName) await caches.delete(name);
  }
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request, { ignoreSearch: true });
  if (kept) return isolated(kept);
  const fetched = await fetch(request);
  // The typeface of a script that somebody writes in, and the like; not the weights, which the library keeps.
  const isSmall = Number(fetched.headers.get("content-length") ?? Infinity) < 1e6;
  if (fetched.status === 200 && isSmall) await cache.put(request, fetched.clone()).catch(() => {});
  return isolated(fetched);
}

/** The same answer with the headers that make a page cross-origin isolated. */
function isolated(answer: Response): Response {
  if (answer.status === 0) return answer;
  const headers = new Headers(answer.headers);
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("cross-origin-embedder-policy", "require-corp");
  const { status, statusText } = answer;
  return new Response(answer.body, { status, statusText, headers });
}
