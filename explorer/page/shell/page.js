// What the widgets share: a channel between them, HTML without string building, sharp pixels, keys, the clipboard and downloads.
window.explorer = (() => {
  // The widgets' ES modules by name: what they compute without the page. They begin to load before Gradio's components do, from below the
  // root path, which Gradio knows; where the server hears another scheme or port than the browser (behind a proxy), the browser is right.
  const {folder, names} = document.currentScript.dataset, told = new URL(window.gradio_config.root || '/', location.href);
  const origin = told.hostname === location.hostname ? location.origin : told.origin, root = origin + told.pathname.replace(/\/$/, '');
  const moduleAddress = name => `${root}/${folder}/${name}.mjs`;
  const imported = name => import(moduleAddress(name)).then(found => [name, found]);
  let modules;
  const ready = Promise.all(names.split(' ').map(imported)).then(found => (modules = Object.fromEntries(found)));

  const bus = new EventTarget();
  const channelOf = name => ({
    on: (type, act) => bus.addEventListener(`${name} ${type}`, event => act(event.detail)),
    emit: (type, detail = {}) => bus.dispatchEvent(new CustomEvent(`${name} ${type}`, {detail})),
  });

  const SVG = new Set(['svg', 'path', 'polyline', 'line', 'circle', 'text', 'g', 'rect', 'polygon']);
  function h(tag, attributes = {}, ...children) {
    const node = SVG.has(tag) ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
    for (const [name, setting] of Object.entries(attributes || {})) {
      if (name.startsWith('on')) node.addEventListener(name.slice(2), setting);
      else if (setting === true) node.setAttribute(name, '');
      else if (setting !== null && setting !== undefined && setting !== false) node.setAttribute(name, setting);
    }
    node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
    return node;
  }

  // Whether this is asked of a name for the first time in this visit.
  const named = new Set();
  const first = name => !named.has(name) && Boolean(named.add(name));

  // A bar, what it says, and Stop. The nodes stay while a run goes on: a button that is replaced between press and release is never clicked.
  function progressOf(node, stop) {
    const bar = h('i'), words = h('span', {role: 'status'});
    node.replaceChildren(h('div', {class: 'bar'}, bar), words, h('button', {class: 'quiet', type: 'button', onclick: stop}, 'Stop'));
    return (run, said) => {
      node.hidden = !run;
      if (!run) return;
      bar.style.width = `${100 * run.step / run.steps}%`;
      words.textContent = said(run);
    };
  }

  // A picture with data-side (its own pixels) is shown at the largest whole multiple, in screen pixels, that its frame holds.
  function sharpen(root) {
    const ratio = window.devicePixelRatio || 1;
    for (const image of root.querySelectorAll('img[data-side]')) {
      const side = Number(image.dataset.side), room = image.parentElement.clientWidth;
      if (!room) continue;
      const shown = `${modules.layout.wholeMultiple(side, room, ratio)}px`;
      image.style.width = shown;
      image.closest('figure')?.style.setProperty('--shown', shown);
    }
  }
  const keepSharp = root => new ResizeObserver(() => sharpen(root)).observe(root);

  // A key goes to the widget that the visitor is in, or to the first that can be seen and wants it, unless they are writing, or have a menu
  // or a slider in hand.
  const listeners = [];
  const onKey = (element, act) => listeners.push({element, act});
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    const busy = target.closest && target.closest('input:not([type=range].scrub), textarea, select, [contenteditable], [role=listbox], [role=tab]');
    if (busy || (event.key === ' ' && target.closest('button, a, summary'))) return;
    const after = (a, b) => (a.element.compareDocumentPosition(b.element) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
    const seen = listeners.filter(({element}) => element.isConnected && element.offsetParent).sort(after);
    const own = seen.filter(({element}) => element.contains(target));
    if ((own.length ? own : seen).some(({act}) => act(event.key))) event.preventDefault();
  });

  // A browser drops a decimal comma in a number input, so that "2,5" becomes 25; it reads a point in every language.
  const point = text => /^[-+\d\s]*,\d*\s*$/.test(text) && text.trim().replace(',', '.');
  function inserted(event, text) {
    if (event.target.type !== 'number' || !text || !point(text)) return;
    event.preventDefault();
    document.execCommand('insertText', false, point(text));
  }
  document.addEventListener('beforeinput', event => inserted(event, event.data));
  document.addEventListener('paste', event => inserted(event, event.clipboardData?.getData('text')));

  // A click with the pointer leaves no focus behind, so that the arrows go on scrubbing; keyboard focus stays where it is.
  document.addEventListener('click', event => {
    if (event.detail > 0 && event.target.closest('.segments, .words, .thumb, .cell, .example, .slot button, .play')) document.activeElement?.blur();
  });

  // Gradio names a menu's field; the list that it opens has the same name.
  const nameList = ({target}) => target.matches?.('[role=combobox]') && requestAnimationFrame(() => {
    document.getElementById(target.getAttribute('aria-controls'))?.setAttribute('aria-label', target.getAttribute('aria-label'));
  });
  for (const type of ['focusin', 'click', 'keyup']) document.addEventListener(type, nameList);

  // Whether the text was copied: a frame may have no permission to, and a page by plain http has no clipboard at all.
  async function copy(text) {
    try { await navigator.clipboard.writeText(text); return true; } catch {
      const area = h('textarea', {style: 'position:fixed;opacity:0', 'aria-hidden': 'true'}, text), focused = document.activeElement;
      document.body.append(area); area.select();
      let copied = false;
      try { copied = document.execCommand('copy'); } catch { /* forbidden */ }
      area.remove(); focused?.focus({preventScroll: true});
      return copied;
    }
  }
  function download(name, content) {
    const url = content.startsWith('data:') ? content : URL.createObjectURL(new Blob([content], {type: 'application/json'}));
    const link = h('a', {href: url, download: name});
    document.body.append(link); link.click(); link.remove();
  }
  // The page's own address with a state in it.
  const address = query => modules.values.addressOf(location.href, query);
  return {root, ready, moduleAddress, progressOf, h, channelOf, first, sharpen, keepSharp, onKey, copy, download, address};
})();
