// A form whose gaps a model fills, in the page, built with Vite.
import { isSdttError, loadModel, parseTemplate } from "@sdtt/browser";

const form = document.querySelector("form");
const text = document.querySelector("#text");
let loading;
let underWay = new AbortController();

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  // Who asks again before the last text is written wants the new one.
  underWay.abort();
  underWay = new AbortController();
  const { signal } = underWay;
  text.textContent = "Loading ...";
  try {
    // Fetched when it is first needed; the browser keeps it.
    loading ??= loadModel("./model/");
    const model = await loading;
    const template = parseTemplate(new FormData(form).get("text"));
    const { texts } = await model.sample({ template, steps: 8, seed: 12, signal });
    text.textContent = texts[0];
  } catch (error) {
    if (signal.aborted) return;
    loading = undefined;
    text.textContent = isSdttError(error) ? error.message : String(error);
  }
});
