import { Option } from "commander";

/** How texts of people become blocks. */
export function packingOption(): Option {
  return new Option("--packing <name>", "documents one after the other, or each block beginning with one")
    .choices(["joined", "documents"])
    .default("joined");
}
