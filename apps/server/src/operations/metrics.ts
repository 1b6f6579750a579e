import type { FastifyInstance } from "fastify";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { z } from "zod";
import type { TurnReport } from "../batching/batcher.ts";
import { refusals } from "../errors/error-answer.ts";
import type { ServedModel } from "../served-model.ts";

/** What is counted, in a registry of its own. Tokens per second are `rate(sdtt_tokens_total[1m])`. */
export interface Metrics {
  readonly contentType: string;
  /** All of them in Prometheus's text format. */
  read(): Promise<string>;
  countTurn(model: string, turn: TurnReport): void;
  watchQueue(served: ServedModel): void;
  countRequest(request: RequestReport): void;
}

interface RequestReport {
  readonly method: string;
  /** The pattern of its route. */
  readonly route: string;
  /** 499 if the client went away. */
  readonly status: number;
  readonly seconds: number;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // Among them the delay of the event loop, memory and garbage collection.
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "sdtt_request_seconds",
    help: "Requests by their time to the last byte; those whose client went away have the status 499",
    labelNames: ["method", "route", "status"],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    registers,
  });
  const labelNames = ["model"];
  const steps = new Counter({
    name: "sdtt_steps_total",
    help: "Steps of single texts",
    labelNames,
    registers,
  });
  const tokens = new Counter({ name: "sdtt_tokens_total", help: "Tokens drawn", labelNames, registers });
  const passes = new Histogram({
    name: "sdtt_pass_seconds",
    help: "Shared passes of the network by their time",
    labelNames,
    buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  });
  const queues: ServedModel[] = [];
  const queue = new Gauge({
    name: "sdtt_queue_texts",
    help: "Texts under way",
    labelNames,
    registers,
    collect: () => queues.forEach(({ id, batcher }) => queue.set({ model: id }, batcher.waiting)),
  });

  return {
    contentType: registry.contentType,
    read: () => registry.metrics(),
    countTurn(model, turn) {
      steps.inc({ model }, turn.sequences);
      tokens.inc({ model }, turn.tokens);
      passes.observe({ model }, turn.milliseconds / 1000);
    },
    watchQueue: (served) => queues.push(served),
    countRequest: ({ seconds, ...labels }) => requests.observe(labels, seconds),
  };
}

export function registerMetrics(app: FastifyInstance, metrics: Metrics): void {
  const schema = {
    summary: "Metrics for Prometheus",
    tags: ["Operations"],
    response: {
      200: { description: "Its text format", content: { "text/plain": { schema: z.string() } } },
      ...refusals,
    },
  };
  app.get("/metrics", { schema }, async (_request, reply) => {
    void reply.type(metrics.contentType);
    return metrics.read();
  });
}
