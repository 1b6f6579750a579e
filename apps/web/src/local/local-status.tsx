import type { VNode } from "preact";
import { useEffect, useReducer } from "preact/hooks";
import type { LocalModels } from "./local-models.ts";

/** Bytes of the builds of ONNX Runtime that are loaded beside the models: with WebGPU there are two, since only the plain one can draw. */
const engineSizes = { cpu: 14.3e6, webgpu: 41.2e6 };

const devices = [
  ["cpu", "WebAssembly"],
  ["webgpu", "WebGPU"],
] as const;

/** What is loaded, and what computes: for whoever wants to know where the words come from. */
export function LocalStatus({ models }: { models: LocalModels }): VNode {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => models.subscribe(() => redraw(undefined as never)), [models]);
  const { loaded, total, isLoading, chosen, device, notices } = models.status;
  return (
    <details class="local">
      <summary>
        {isLoading ? (
          <>
            Loading the model{" "}
            <progress aria-label="Loading the model" value={loaded} max={total ?? Math.max(1, 2 * loaded)} />
          </>
        ) : (
          "Runs in this page"
        )}
      </summary>
      <dl>
        <div>
          <dt>model</dt>
          <dd>
            {megabytes(loaded)}
            {isLoading && total !== undefined && ` of ${megabytes(total)}`}
          </dd>
        </div>
        <div>
          <dt>engine</dt>
          <dd>{megabytes(engineSizes[device === "WebGPU" ? "webgpu" : "cpu"])}</dd>
        </div>
        <div>
          <dt>device</dt>
          <dd>{device || "–"}</dd>
        </div>
      </dl>
      {"gpu" in navigator && (
        <fieldset class="devices">
          <legend>Compute with</legend>
          {devices.map(([name, label]) => (
            <label key={name}>
              <input
                type="radio"
                name="device"
                checked={chosen === name}
                onChange={() => models.choose(name)}
              />
              {label}
            </label>
          ))}
        </fieldset>
      )}
      <p>
        What you type stays here: there is no server. The browser keeps the model, so that it works offline.
      </p>
      {notices.map((notice) => (
        <p key={notice} class="notice-local">
          {notice}
        </p>
      ))}
    </details>
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
