import { formatBytes, formatSeconds } from "@sdtt/report/text";
import { printLine } from "./context.ts";
import type { CliContext } from "./context.ts";
import { createTerminalPicture } from "./terminal-picture.ts";

/** How far one file is. Counts are bytes. */
interface Transfer {
  readonly file: string;
  readonly done: number;
  readonly total: number;
  /** Bytes per second; 0 where nothing can be said. */
  readonly rate?: number;
}

/** Shows on stderr how far files are: a bar for each on a terminal, a line now and then elsewhere. */
export interface TransferView {
  show(transfer: Transfer): void;
  /** A line that stays. */
  note(text: string): void;
  close(): void;
}

/** Milliseconds between two pictures, and between two lines where there is no terminal. */
const [frameInterval, lineInterval] = [100, 5000];

/** Does something that a view shows. What it prints itself must wait: the terminal is the view's until then. */
export async function withTransferView<T>(
  context: CliContext,
  work: (view: TransferView) => Promise<T>,
): Promise<T> {
  const view = createTransferView(context);
  try {
    return await work(view);
  } finally {
    view.close();
  }
}

export function createTransferView(context: CliContext): TransferView {
  // Some pseudo-terminals have no columns; nothing could be drawn there.
  return context.stderr.isTTY && context.stderr.columns ? createBars(context) : createLines(context);
}

function createBars({ stderr, now }: CliContext): TransferView {
  const picture = createTerminalPicture(stderr);
  const transfers = new Map<string, Transfer>();
  let drawn = -Infinity;
  const draw = () => {
    drawn = now();
    const width = Math.max(...Array.from(transfers.keys(), ({ length }) => length));
    const lines = Array.from(transfers.values(), (transfer) =>
      renderBar(transfer, width).slice(0, stderr.columns! - 1),
    );
    picture.update(lines.join("\n"));
  };
  return {
    show(transfer) {
      transfers.set(transfer.file, transfer);
      if (transfer.done >= transfer.total || now() - drawn >= frameInterval) draw();
    },
    note(text) {
      picture.persist(text);
    },
    close() {
      if (transfers.size > 0) picture.done();
    },
  };
}

function createLines({ stderr, now }: CliContext): TransferView {
  let written = now();
  return {
    show(transfer) {
      const { file, done, total } = transfer;
      if (done < total && now() - written < lineInterval) return;
      written = now();
      printLine(stderr, `${file}: ${done < total ? describe(transfer) : formatBytes(total)}`);
    },
    note: (text) => printLine(stderr, text),
    close() {},
  };
}

const barWidth = 20;

function renderBar(transfer: Transfer, nameWidth: number): string {
  const share = transfer.total > 0 ? transfer.done / transfer.total : 1;
  const filled = Math.floor(share * barWidth);
  const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
  return `${transfer.file.padEnd(nameWidth)}  ${bar}  ${describe(transfer)}`;
}

/** `45 %, 305 MB of 678 MB, 52.1 MB/s, 7 s left` */
function describe({ done, total, rate = 0 }: Transfer): string {
  if (done >= total) return formatBytes(total);
  const parts = [`${Math.floor((100 * done) / total)} %`, `${formatBytes(done)} of ${formatBytes(total)}`];
  if (rate > 0) parts.push(`${formatBytes(rate)}/s`, `${formatSeconds((total - done) / rate)} left`);
  return parts.join(", ");
}
