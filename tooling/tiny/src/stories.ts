import { createStream } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";

const heroes =
  "Anna Tom Mary John Lucy George Emma Frank Alice Henry Clara Oliver Rose Walter Jane Arthur Ellen Hugh Nora Paul";
const animals = "dog cat horse goat bird fox mouse bear rabbit duck donkey owl";
const places = "river forest garden village mountain harbour castle market bridge meadow";
const things = "apple letter lantern ring rope hat basket key book coin";
const feelings = "glad sad tired proud afraid hungry";
const times = "spring summer autumn winter";

/**
 * Short stories of one hero, one animal, one place and one thing, named again and again: a language that a very small model
 * learns well, and whose words hang together over a whole text. The common names are much commoner than the rare ones.
 */
export function stories({ seed, count }: { seed: number; count: number }): string {
  const stream = createStream(seed);
  return Array.from({ length: count }, (_, index) => story(stream.child(index))).join("\n");
}

function story(stream: RandomStream): string {
  let drawn = 0;
  const one = (list: string): string => {
    const words = list.split(" ");
    // The square of a uniform: the first words come most often.
    return words[Math.floor(stream.uniform(drawn++) ** 2 * words.length)]!;
  };
  const [hero, animal, place, thing] = [one(heroes), one(animals), one(places), one(things)];
  const middles = [
    `The ${animal} found the ${thing} near the ${place} and was ${one(feelings)}.`,
    `${hero} looked for the ${thing} and the ${animal} waited by the ${place}.`,
    `The ${animal} ran to the ${place} and ${hero} was ${one(feelings)}.`,
    `${hero} gave the ${thing} to the ${animal}.`,
  ];
  const first = Math.floor(stream.uniform(drawn++) * middles.length);
  const second = (first + 1 + Math.floor(stream.uniform(drawn++) * (middles.length - 1))) % middles.length;
  return [
    `In ${one(times)} ${hero} came to the ${place} with a ${animal} and a ${thing}.`,
    middles[first],
    middles[second],
    `So ${hero} and the ${animal} went home from the ${place} with the ${thing}.`,
  ].join(" ");
}
