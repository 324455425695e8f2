const [title, note, box] = element.children, WIDE = 220, HIGH = 190, MIDDLE = [110, 108], REACH = 78;
const ANGLES = [-90, 30, 150].map(degrees => degrees * Math.PI / 180);
const at = (share, i) => [MIDDLE[0] + REACH * share * Math.cos(ANGLES[i]), MIDDLE[1] + REACH * share * Math.sin(ANGLES[i])];
const outline = shares => shares.map((share, i) => at(share, i).map(place => place.toFixed(1)).join(',')).join(' ');

function figure({name, colour, shares, notes, claim}, corners) {
  const spoken = corners.map((corner, i) => `${corner}: ${notes[i]}`).join('; ');
  const svg = h('svg', {viewBox: `0 0 ${WIDE} ${HIGH}`, role: 'img', 'aria-label': `${name}. ${spoken}`, class: `series-${colour}`});
  for (const level of [1 / 3, 2 / 3, 1]) svg.append(h('polygon', {points: outline([level, level, level]), class: 'grid-line'}));
  svg.append(h('polygon', {points: outline(shares.map(share => Math.max(share, .03))), class: 'shape'}));
  corners.forEach((corner, i) => svg.append(
    h('text', {x: [MIDDLE[0], WIDE - 2, 2][i], y: [14, HIGH - 20, HIGH - 20][i], 'text-anchor': ['middle', 'end', 'start'][i]}, corner),
    h('text', {x: [MIDDLE[0], WIDE - 2, 2][i], y: [27, HIGH - 5, HIGH - 5][i], 'text-anchor': ['middle', 'end', 'start'][i], class: 'figure'}, notes[i])));
  return h('figure', {}, h('h5', {}, name), svg, h('p', {}, claim));
}
function draw() {
  const data = value();
  element.hidden = !data;
  if (!data) return;
  title.textContent = data.title;
  note.textContent = data.note;
  box.replaceChildren(...data.triangles.map(triangle => figure(triangle, data.corners)));
}
