// What charts compute before they draw: scales, ticks, nearest points.

/** A linear scale: takes low to start and high to end. */
export const scale = (low, high, start, end) => level => start + (end - start) * (level - low) / (high - low);

/** Round numbers from low to high, in about `count` steps of 1, 2 or 5 times a power of ten. */
export function ticks(low, high, count) {
  const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(x => x * power).find(x => x >= raw), multiples = [];
  for (let x = Math.ceil(low / step) * step; x <= high + 1e-9; x += step) multiples.push(Math.round(x * 1e6) / 1e6);
  return multiples;
}

/** The whole numbers from low to high. */
export function wholes(low, high) {
  const integers = [];
  for (let x = Math.ceil(low); x <= high; x++) integers.push(x);
  return integers;
}

/** The index of the number nearest to `target`: the first of two equally near numbers, -1 if there are none. */
export function nearest(numbers, target) {
  const distances = numbers.map(number => Math.abs(number - target));
  return distances.indexOf(Math.min(...distances));
}

/** The `points` of an SVG polyline, from pairs and the scales of both axes. */
export const line = (pairs, x, y) => pairs.map(([across, up]) => `${x(across)},${y(up)}`).join(' ');

/** Levels at evenly spaced places from low to high, as pairs of place and level. */
export const spread = (levels, low, high) => levels.map((level, i) => [low + (high - low) * i / (levels.length - 1), level]);

/** The ends of an axis that leave 8 % of the levels' range free at either side; a range below `least` counts as `least`. */
export function padded(levels, least) {
  const low = Math.min(...levels), high = Math.max(...levels), room = Math.max(high - low, least) * .08;
  return [low - room, high + room];
}

/** Whether levels need a logarithmic scale: all are positive, and the highest is more than twenty times the lowest. */
export const logarithmic = levels => Math.min(...levels) > 0 && Math.max(...levels) > 20 * Math.min(...levels);

/** How many percent of standard normal values lie in a narrow bin of this width around `at`. */
export const normalShare = (at, width) => 100 * width * Math.exp(-at * at / 2) / Math.sqrt(2 * Math.PI);

/** Whether a curve is at least as far from a level at its start as at its end: a label of that level then stands at the start. */
export const startsFarther = (points, level) => Math.abs(points[0][1] - level) >= Math.abs(points.at(-1)[1] - level);

/** The ends of an axis: its own `range`, or those of its values with a share of their length left free at either side. */
export function extent({range, least, log}, values, room) {
  if (range) return range;
  const low = Math.min(...values), high = Math.max(...values);
  if (log) return low === high ? [low / 2, high * 2] : [low, high];
  const length = Math.max(high - low, least || 0) || 1e-6;
  return room ? [low - room * length, high + room * length] : [Math.min(low, 0), Math.max(high, low + 1e-6)];
}

/** The scale of an axis between two places on the screen, linear or logarithmic, with its ends and its inverse. */
export function scaleOf({log}, [low, high], start, end) {
  const to = log ? Math.log : value => value, from = log ? Math.exp : value => value;
  const linear = scale(to(low), to(high), start, end);
  return Object.assign(value => linear(to(value)), {low, high, inverse: place => from(scale(start, end, to(low), to(high))(place))});
}

/** The values to label on an axis: about `count`; on a logarithmic one, its ends and the powers of ten between them. */
export function axis({log}, {low, high}, count) {
  if (!log) return ticks(low, high, count);
  const powers = wholes(Math.log10(low), Math.log10(high)).map(power => 10 ** power);
  return powers.length > 1 ? powers : [low, high];
}

/** Several series as rows [x, value of each series or null], in the order of x. */
export function merged(series) {
  const rows = new Map();
  series.forEach(({points}, i) => points.forEach(([across, up]) => {
    if (!rows.has(across)) rows.set(across, series.map(() => null));
    rows.get(across)[i] = up;
  }));
  return [...rows].sort(([a], [b]) => a - b).map(([across, values]) => [across, ...values]);
}

/** A panel's series as CSV (RFC 4180), with a head. */
export function csv({x, series}) {
  const quoted = text => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = merged(series).map(row => row.map(value => (value === null ? '' : String(value))).join(','));
  return [[x.label, ...series.map(({name}) => name)].map(quoted).join(','), ...rows].join('\r\n') + '\r\n';
}
