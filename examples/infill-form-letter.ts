// Fills in a form letter: the names come from a list, the model writes the words in the gaps. `<mask:3>` is a gap of three
// tokens, which are mostly words.
//
//   node infill-form-letter.ts Lily Tom Anna
import { loadModel, parseTemplate } from "sdtt";

const letter = (name: string) => `Dear ${name},

Thank you for the <mask:2> that you gave me. I was very <mask:1> when I saw it. We took it to the <mask:1> and
played with it all day.

Your friend`;

const names = process.argv.slice(2);

await using model = await loadModel("tiny");
for (const [i, name] of (names.length > 0 ? names : ["Lily", "Tom"]).entries()) {
  const template = parseTemplate(letter(name));
  const { texts } = await model.sample({ template, steps: 16, seed: 7, sequenceOffset: i });
  console.log(`${texts[0]}\n`);
}
