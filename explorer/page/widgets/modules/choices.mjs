// Selections: how a click changes them, and random seeds.

/** The selected names after a click on a name: without it if it was selected, with it otherwise. */
export const toggled = (chosen, name) => (chosen.includes(name) ? chosen.filter(other => other !== name) : [...chosen, name]);

/** The different colours and shapes of classes with names like "red cube", in the order of the classes. */
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
