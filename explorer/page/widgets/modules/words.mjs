// Numbers and places as text.

/** A text with a minus sign in place of its hyphen. */
export const minus = text => String(text).replace('-', '−');

/** A number with its sign and two decimals. */
export const signed = number => `${number < 0 ? '−' : '+'}${Math.abs(number).toFixed(2)}`;

/** A share of 1 in percent; with one decimal below ten percent. */
export const percent = share => `${(100 * share).toFixed(share < .1 ? 1 : 0)} %`;

/** A count as text, in thousands or millions. */
export function short(count) {
  if (count >= 1e6) return `${+(count / 1e6).toFixed(1)} M`;
  return count >= 1000 ? `${Math.round(count / 1000)} k` : String(count);
}

/** A number with three significant digits; from 1000 on all digits before the decimal point. */
export const digits = number => (Math.abs(number) >= 100 ? number.toFixed(0) : Number(number.toPrecision(3)).toString());

/** The place of a cell in a square map. */
export const place = (cell, side) => `row ${Math.floor(cell / side) + 1}, column ${cell % side + 1}`;

/** The progress of a run: {step, steps, left: the remaining time as text, or null}. */
export const progress = ({step, steps, left}) => `step ${step} of ${steps}` + (left === null ? '' : `, ${left} left`);

/** The nearest codes that are not `chosen`, at most three of pairs [code, distance]. */
export const alternatives = (pairs, chosen) =>
  pairs.filter(([code]) => code !== chosen).slice(0, 3).map(([code, distance]) => `${code} (${distance.toFixed(2)})`).join(', ');
