// Square maps of cells, as flat lists row by row: codes of a picture, pixels to erase.

/** The map as a list of rows. */
export const rows = (cells, side) => [...Array(side).keys()].map(row => cells.slice(row * side, (row + 1) * side));

/** The neighbour of a cell in the direction of an arrow key; the cell itself at an edge, null for another key. */
export function neighbour(cell, key, side) {
  const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -side, ArrowDown: side}[key];
  if (step === undefined) return null;
  const next = cell + step, sameRow = Math.floor(next / side) === Math.floor(cell / side);
  return next >= 0 && next < side * side && (Math.abs(step) !== 1 || sameRow) ? next : cell;
}

/** The map after a brush of this radius at (x, y), both in cells: 1 in all cells whose middle is within it. */
export const brushed = (cells, side, x, y, radius) =>
  cells.map((cell, i) => (Math.hypot(i % side + .5 - x, Math.floor(i / side) + .5 - y) <= radius ? 1 : cell));

/** Whether a colour, "#rrggbb", is so dark that white text is legible on it. */
export function dark(colour) {
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
  return .3 * red + .59 * green + .11 * blue < 128;
}
