// Square maps of cells, kept row by row: codes of a picture, pixels to erase.

/** The map as a list of rows. */
export const rows = (cells, side) => [...Array(side).keys()].map(row => cells.slice(row * side, (row + 1) * side));

/** The cell that an arrow key leads to from a cell; the same cell at an edge, null for another key. */
export function moved(cell, key, side) {
  const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -side, ArrowDown: side}[key];
  if (step === undefined) return null;
  const next = cell + step, sameRow = Math.floor(next / side) === Math.floor(cell / side);
  return next >= 0 && next < side * side && (Math.abs(step) !== 1 || sameRow) ? next : cell;
}

/** The map with 1 in all cells whose middle is no farther than `radius` from (x, y), in cells. */
export const brushed = (cells, side, x, y, radius) =>
  cells.map((cell, i) => (Math.hypot(i % side + .5 - x, Math.floor(i / side) + .5 - y) <= radius ? 1 : cell));

/** Whether a colour, "#rrggbb", is so dark that white is legible on it. */
export function dark(colour) {
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
  return .3 * red + .59 * green + .11 * blue < 128;
}
