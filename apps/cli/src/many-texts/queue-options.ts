import type { Command } from "commander";
import { Option } from "commander";
import { wholeNumber } from "../numbers.ts";

/** Where texts are written. */
export interface QueueFlags {
  /** The address of Redis; true for that of the environment. This process writes them itself unless given. */
  readonly queue?: string | true;
  readonly jobTexts: number;
}

/** What `--queue` may be, for the help. */
export const queueForm = "redis://[user:password@]host[:port] (default: SDTT_QUEUE)";

/** The options of a command that measures texts, of which workers may write all. */
export function addQueueOptions(command: Command): Command {
  return command
    .addOption(
      // What a plan measures is this machine.
      new Option("--queue [address]", `have \`sdtt worker\` write the texts, over ${queueForm}`).conflicts(
        "plan",
      ),
    )
    .option(
      "--job-texts <count>",
      "texts that a worker writes together",
      wholeNumber({ least: 1, most: 4096 }),
      16,
    );
}
