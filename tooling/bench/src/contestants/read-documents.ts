/** Every document of a file, one after the other. */
import { readDocuments } from "@sdtt/data";
import { answerSteps, argument } from "../harness/answer-steps.ts";

const { path } = argument() as { path: string };

await answerSteps(async () => {
  let characters = 0;
  for await (const document of readDocuments({ sources: path })) characters += document.length;
  return characters;
});
