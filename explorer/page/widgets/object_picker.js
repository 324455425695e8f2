const field = element.firstElementChild, [, table, hint] = field.children;
const only = values => [...new Set(values)];
function draw() {
  const now = value();
  field.hidden = !now;
  if (!now) return;
  const named = now.classes.map(name => [name, ...name.split(' ')]), full = now.chosen.length >= now.most;
  const colours = only(named.map(([, colour]) => colour)), shapes = only(named.map(([, , shape]) => shape));
  table.style.gridTemplateColumns = `repeat(${colours.length}, minmax(0, 1fr))`;
  table.replaceChildren(...shapes.flatMap(shape => colours.map(colour => {
    const name = `${colour} ${shape}`, chosen = now.chosen.includes(name);
    if (!now.classes.includes(name)) return h('span');
    const button = h('button', {type: 'button', title: name, 'aria-label': name, 'aria-pressed': String(chosen),
      ...(full && !chosen ? {disabled: ''} : {}), onclick: () => turn(name)});
    const drawn = fixed.shapes[shape] || fixed.shapes.sphere, paint = fixed.colours[colour] || colour;
    button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true" fill="${paint}">${drawn}</svg>`;
    return button;
  })));
  hint.textContent = full ? `${now.most} are the most: take one away to add another` : 'a click adds or takes away; the noise stays';
}
function turn(name) {
  const now = value();
  const objects = now.chosen.includes(name) ? now.chosen.filter(other => other !== name) : [...now.chosen, name];
  if (!objects.length) { hint.textContent = 'one has to stay'; return; }
  channel.emit('busy');
  trigger('select', {objects});
}
