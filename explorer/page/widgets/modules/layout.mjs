// How many pictures fit beside each other, and how large they are.

const THUMBNAIL = 64, GAP = 8;  // CSS pixels, as in filmstrip.css and picture_grid.css

/** The width, in CSS pixels, of the largest whole multiple of a picture's own pixels that fits into a frame; at least 1.
 *
 * side: the picture's pixels; room: the frame's CSS pixels; ratio: screen pixels in a CSS pixel.
 */
export const wholeMultiple = (side, room, ratio) => Math.max(1, Math.floor(room * ratio / side)) * side / ratio;

/** The columns of a grid of square pictures, how large each is shown in CSS pixels, and whether that is below its own pixels.
 *
 * Pictures are shown at the largest whole multiple of their own pixels at which all columns fit, or as small as must be; few are shown
 * larger. The last row is full if the number of columns can be chosen so.
 */
export function grid(count, side, width, ratio) {
  const square = Math.sqrt(count);
  const most = width < 500 ? Math.min(4, Math.ceil(square)) : Math.min(8, Math.ceil(square * 1.4));
  let columns = Math.min(count, most);
  while (count % columns && columns > most / 2) columns--;
  if (count % columns) columns = Math.min(count, most);
  const room = (width - GAP * (columns - 1)) / columns;
  const shown = (Math.floor(Math.min(room, 360) * ratio / side) * side || Math.floor(room * ratio)) / ratio;
  return {columns, shown, shrunk: shown * ratio < side};
}

/** Which of `count` frames have a thumbnail: all that fit into one row, or two rows where they are narrow, else evenly spaced ones. */
export function thumbnails(count, width) {
  const room = Math.max(1, Math.floor((width + GAP) / (THUMBNAIL + GAP))), most = width < 600 ? 2 * room : room;
  if (count <= most) return [...Array(count).keys()];
  return [...Array(most).keys()].map(i => Math.round(i * (count - 1) / (most - 1)));
}
