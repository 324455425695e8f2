// What a choice makes of what was chosen before.

/** The chosen names with one more, or without it if it was among them. */
export const toggled = (chosen, name) => (chosen.includes(name) ? chosen.filter(other => other !== name) : [...chosen, name]);

/** The colours and the shapes of classes that are called "colour shape", each once, in their order. */
export function coloursAndShapes(classes) {
  const only = i => [...new Set(classes.map(name => name.split(' ')[i]))];
  return {colours: only(0), shapes: only(1)};
}

const SEEDS = 100000;

/** A random seed. */
export const randomSeed = (random = Math.random) => Math.floor(random() * SEEDS);

/** A random seed for each of these slots that is not locked. */
export const rolled = (slots, locked, random) =>
  Object.fromEntries(slots.filter(slot => !locked[slot]).map(slot => [slot, randomSeed(random)]));
