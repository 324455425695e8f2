const {coloursAndShapes, toggled} = modules.choices;
const field = element.firstElementChild, [, table, hint] = field.children;
function draw() {
  const data = value();
  field.hidden = !data;
  if (!data) return;
  const {colours, shapes} = coloursAndShapes(data.classes), full = data.chosen.length >= data.most;
  table.style.gridTemplateColumns = `repeat(${colours.length}, minmax(0, 1fr))`;
  table.replaceChildren(...shapes.flatMap(shape => colours.map(colour => {
    const name = `${colour} ${shape}`, chosen = data.chosen.includes(name);
    if (!data.classes.includes(name)) return h('span');
    const button = h('button', {type: 'button', title: name, 'aria-label': name, 'aria-pressed': String(chosen),
      ...(full && !chosen ? {disabled: ''} : {}), onclick: () => turn(name)});
    const drawn = fixed.shapes[shape] || fixed.shapes.sphere, paint = fixed.colours[colour] || colour;
    button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true" fill="${paint}">${drawn}</svg>`;
    return button;
  })));
  hint.textContent = full ? `at most ${data.most} objects: remove one to add another` : 'a click adds or removes one; the latent stays';
}
function turn(name) {
  const objects = toggled(value().chosen, name);
  if (!objects.length) { hint.textContent = 'at least one object has to stay'; return; }
  channel.emit('busy');
  trigger('select', {objects});
}
