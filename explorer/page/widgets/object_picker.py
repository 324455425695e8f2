"""Which objects a scene shall hold: a colour-by-shape table of buttons.

Value: None | {"classes": ["red cube", ...], "chosen": [...], "most"}. A click adds an object or takes it away, and asks at once; the last
one stays, and of no more than `most` can be asked. Event: `select` ({"objects": [...]}).
"""

from __future__ import annotations

from .base import Widget

COLOURS = {
    "gray": "#6f6f6f", "red": "#ad2323", "blue": "#2a4bd7", "green": "#1d6914", "brown": "#814a19", "purple": "#8126c0",
    "cyan": "#29b8b8", "yellow": "#e8d52a",
}  # fmt: skip
SHAPES = {
    "cube": '<rect x="5" y="5" width="14" height="14" rx="1.5"/>',
    "sphere": '<circle cx="12" cy="12" r="8"/>',
    "cylinder": '<path d="M6 6.5a6 2.5 0 0 1 12 0v11a6 2.5 0 0 1-12 0z"/>',
}


class ObjectPicker(Widget):
    FIXED = ("colours", "shapes")
    SKELETON = '<fieldset class="objects" hidden><legend>Objects</legend><div></div><p class="hint"></p></fieldset>'
    DRAW = r"""
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
    """

    def __init__(self, value=None, **kwargs):
        super().__init__(value, **{"colours": COLOURS, "shapes": SHAPES, **kwargs})
