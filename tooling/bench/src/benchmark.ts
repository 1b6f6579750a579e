import type { Report } from "./report.ts";

/** A question about speed or memory, answered within one run. */
export interface Benchmark {
  /** What it measures, in a line. */
  readonly summary: string;
  /** Throws an SdttError if it cannot run as it is asked to; called before anything is printed. */
  check?(options: BenchmarkOptions): Promise<void>;
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
  /** Where the benchmark of a GPU computes. */
  readonly device: "cpu" | "cuda";
  /** Of which sizes the models are, in the benchmarks that have a choice. */
  readonly sizes: readonly string[];
  /** In which the matrix products of the blocks are computed, in the benchmarks that have a choice. */
  readonly dtype: "float32" | "int8";
  /** How many texts are written at once, in the benchmarks that have a choice; those of the benchmark if absent. */
  readonly batches?: readonly number[] | undefined;
  /** What the benchmark of a GPU measures. */
  readonly works: readonly ("sample" | "distill")[];
  /** The SVG file that the benchmark draws to, where it draws. */
  readonly plot?: string | undefined;
  /** The most operations per second that its device can do in matrix products. */
  readonly peak?: number | undefined;
}
