import type { Report } from "./report.ts";

/** A question about speed or memory, answered within one run. */
export interface Benchmark {
  /** What it measures, in a line. */
  readonly summary: string;
  run(options: BenchmarkOptions): Promise<Report>;
}

export interface BenchmarkOptions {
  /** How often everything is measured. */
  readonly rounds: number;
  readonly threads: number;
  /** The folder that keeps what takes long to make. */
  readonly cache: string;
  /** A Python with torch and safetensors, to measure PyTorch as well. */
  readonly pytorch?: string | undefined;
}
