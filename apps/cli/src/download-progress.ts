import type { DownloadEvent, DownloadListener } from "@sdtt/hub";
import type { CliContext } from "./context.ts";
import { withTransferView } from "./transfer-view.ts";
import type { TransferView } from "./transfer-view.ts";

/** Does something that may download, and shows on stderr what it does. */
export async function withDownloadProgress<T>(
  context: CliContext,
  work: (onDownload: DownloadListener) => Promise<T>,
): Promise<T> {
  return withTransferView(context, (view) => work((event) => showDownload(view, event)));
}

function showDownload(view: TransferView, event: DownloadEvent): void {
  switch (event.kind) {
    case "progress":
      return view.show({ ...event, done: event.received });
    case "retry":
      return view.note(retryNote(event));
    case "waiting":
      return view.note(`Another process is downloading ${event.file}; waiting for it.`);
  }
}

/** What failed, and when it is tried again; `delay` in milliseconds. */
export function retryNote({ reason, delay }: { readonly reason: string; readonly delay: number }): string {
  return `${reason} Trying again in ${(delay / 1000).toFixed(1)} s.`;
}
