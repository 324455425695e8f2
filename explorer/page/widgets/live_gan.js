const {download, copy, address, root, moduleAddress} = window.explorer, {digits} = modules.words;
const section = element.firstElementChild, SCALE = 64, COLUMNS = {16: 4, 256: 16}, MOST = 400, REDRAWN_MS = 500, SLOW_MS = 500;
let worker = null, settings = null, moments = [], last = null, playing = false, hiddenWhile = false, slow = false, shown = 16, drawnAt = 0, pending = null;
const parts = {};

const link = text => (/^https?:/.test(text) ? text : `${root}/${text}`);
const button = (words, act, kind = 'quiet', more = {}) => h('button', {type: 'button', class: kind, onclick: act, ...more}, words);
const say = words => { parts.status.textContent = words; };

// Controls, one for each setting; what a visitor sets reaches the worker at once.
function control(setting) {
  const id = `${fixed.channel}-${setting.key}`, changed = given => change(setting, given);
  const label = h('label', {for: id}, setting.label, setting.info ? h('small', {}, ` (${setting.info})`) : null);
  let input, put = given => { input.value = given; };
  if (setting.kind === 'choice') {
    input = h('select', {id, onchange: () => changed(setting.options[input.selectedIndex][1])}, setting.options.map(([words, option]) => h('option', {value: option}, words)));
  } else if (setting.kind === 'whole') {
    input = h('input', {id, type: 'number', min: setting.low, max: setting.high, step: 1, onchange: () => {
      const given = Math.round(Math.min(setting.high, Math.max(setting.low, Number(input.value) || 0)));
      input.value = given;
      changed(given);
    }});
  } else {
    const log = setting.kind === 'rate', output = h('output', {for: id});
    const [low, high] = log ? [Math.log10(setting.low), Math.log10(setting.high)] : [setting.low, setting.high];
    const given = () => (log ? Number((10 ** Number(input.value)).toPrecision(2)) : Number(input.value));
    const tell = () => { output.textContent = log ? given().toExponential(given().toPrecision(2)[2] === '0' ? 0 : 1) : given(); input.setAttribute('aria-valuetext', output.textContent); };
    input = h('input', {id, class: 'scrub', type: 'range', min: low, max: high, step: log ? .05 : .05, oninput: () => { tell(); changed(given()); }});
    put = value => { input.value = log ? Math.log10(value) : value; tell(); };
    label.append(output);
  }
  return {node: h('div', {class: 'setting'}, label, input), put};
}
function change(setting, given) {
  if (settings[setting.key] === given) return;
  settings = {...settings, [setting.key]: given};
  if (!worker) return;
  if (setting.restarts) restart('zero');
  else worker.postMessage({type: 'settings', settings});
}
function put(given) {
  settings = {...given};
  for (const [key, {put}] of Object.entries(parts.controls)) put(settings[key]);
}

// The worker begins when the visitor asks for it: until then nothing is loaded.
async function pixelsOf(url) {
  const image = await createImageBitmap(await (await fetch(link(url))).blob()), canvas = h('canvas', {width: image.width, height: image.height});
  const context = canvas.getContext('2d', {willReadFrequently: true});
  context.drawImage(image, 0, 0);
  const rgba = context.getImageData(0, 0, image.width, image.height).data, columns = image.width / 28, count = columns * image.height / 28;
  const pixels = new Uint8Array(count * 784);
  for (let i = 0; i < pixels.length; i++) {
    const digit = Math.floor(i / 784), y = Math.floor(digit / columns) * 28 + Math.floor(i % 784 / 28), x = digit % columns * 28 + i % 28;
    pixels[i] = rgba[4 * (y * image.width + x)];
  }
  return pixels;
}
const healthyState = async side => (await fetch(link(value().healthy[side]))).arrayBuffer();
async function begin(from) {
  const data = value();
  say(`Loading TensorFlow.js and 6,000 digits: ${data.megabytes} MB…`);
  for (const each of parts.starts) each.disabled = true;
  try {
    const [pixels, ...states] = await Promise.all([pixelsOf(data.sheet), ...Object.keys(data.healthy).map(healthyState)]);
    const healthy = Object.fromEntries(Object.keys(data.healthy).map((side, i) => [side, states[i]]));
    worker = new Worker(moduleAddress('live_gan'), {type: 'module'});
    worker.onmessage = ({data}) => answers[data.type](data);
    worker.onerror = event => answers.failed({message: event.message || 'The worker could not be started.'});
    const libraries = Object.fromEntries(Object.entries(data.libraries).map(([name, {urls, integrity}]) => [name, {urls: urls.map(link), integrity}]));
    worker.postMessage({type: 'begin', libraries, digits: {pixels, labels: data.labels, heldOut: data.held_out}, healthy, settings, from});
    moments = [];
    play(true);
  } catch (error) { answers.failed({message: String(error.message)}); }
}
const answers = {
  ready() { section.classList.add('begun'); for (const each of parts.starts) each.disabled = false; parts.run.hidden = false; },
  moment(moment) {
    last = moment;
    if (moments.length && moment.step < moments.at(-1).step) moments = [];
    moments.push({...moment, pixels: null});
    if (moments.length > MOST) moments = moments.filter((_, i) => i % 2 === 0 || i === moments.length - 1);
    paint();
    const speed = moment.rate ? `, ${digits(moment.rate)} steps/s` : '';
    say(moment.finite ? `step ${moment.step}${speed}, ${moment.kinds} kinds of digit` : `step ${moment.step}: the weights are no longer finite. Start again, with smaller rates.`);
    if (!moment.finite) play(false);
    curves();
  },
  state({file}) {
    const url = URL.createObjectURL(new Blob([file], {type: 'application/octet-stream'})), save = h('a', {href: url, download: `live-gan-step-${last.step}.safetensors`});
    document.body.append(save); save.click(); save.remove();
  },
  failed({message}) {
    if (!section.classList.contains('begun')) { worker?.terminate(); worker = null; }  // nothing was loaded: the next click tries again
    play(false);
    for (const each of parts.starts) each.disabled = false;
    say(`${message} The replays above need no library.`);
  },
};

function play(going) {
  playing = going;
  parts.play.textContent = going ? 'Pause' : 'Go on';
  if (worker) worker.postMessage(going ? {type: 'play', waiting: slow ? SLOW_MS : 0} : {type: 'pause'});
  if (!going) curves(true);
}
function restart(from, given = settings) {
  put(given);
  moments = [];
  if (!worker) return begin(from);
  worker.postMessage({type: 'restart', from, settings});
  play(true);
}
function explain(words, answer) {
  parts.words.replaceChildren(words, ...(answer ? [' ', button('What happens, and why?', event => event.currentTarget.replaceWith(h('em', {}, answer)), 'link')] : []));
}

// Sixteen pictures, or all 256 that the measures are taken from.
function paint() {
  if (!last) return;
  const columns = COLUMNS[shown], {side, pixels} = last, canvas = parts.canvas, context = canvas.getContext('2d');
  canvas.width = canvas.height = columns * side;
  const image = context.createImageData(canvas.width, canvas.height);
  for (let digit = 0; digit < shown; digit++) for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) {
    const at = 4 * ((Math.floor(digit / columns) * side + y) * canvas.width + digit % columns * side + x);
    image.data.fill(pixels[(digit * side + y) * side + x], at, at + 3);
    image.data[at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  canvas.setAttribute('aria-label', `${shown} generated digits after ${last.step} steps, of ${last.kinds} kinds`);
}
function curves(now = false) {
  clearTimeout(pending);
  const wait = REDRAWN_MS - (performance.now() - drawnAt);
  if (!now && wait > 0) { pending = setTimeout(curves, wait); return; }
  drawnAt = performance.now();
  const series = (name, key) => ({name, points: moments.filter(each => Number.isFinite(each[key] ?? NaN)).map(each => [each.step, each[key]])});
  const x = {label: 'steps of the generator'}, panel = (title, label, all, more = {}) => ({title, x, y: {label, ...more.y}, series: all.filter(each => each.points.length), ...more.panel});
  const panels = [
    panel('Losses', 'loss', [series('generator', 'generator'), series('discriminator', 'discriminator')]),
    panel('Variety', 'mean distance of two pictures', [series('generated', 'spread')], {panel: {references: [[1, 'real digits']]}}),
    panel('Kinds of digit', 'kinds with at least 2 %', [series('kinds', 'kinds')], {y: {range: [0, 10]}, panel: {note: 'each of 256 pictures counts as the nearest of 1,000 real digits'}}),
    panel('Share that D recognises', 'share', [series('real', 'accuracyReal'), series('generated', 'accuracyGenerated')], {y: {range: [0, 1]}}),
    panel("Norm of the generator's gradient", 'norm', [{...series('gradient', 'gradient'), points: series('gradient', 'gradient').points.filter(([, norm]) => norm > 0)}], {y: {log: true}}),
  ].filter(each => each.series.some(({points}) => points.length > 1));
  if (panels.length) channel.emit('charts', {panels});
}

function build() {
  const data = value();
  parts.controls = Object.fromEntries(data.settings.map(setting => [setting.key, control(setting)]));
  parts.status = h('p', {class: 'status', role: 'status'});
  parts.canvas = h('canvas', {role: 'img', 'aria-label': 'generated digits', width: SCALE, height: SCALE});
  parts.words = h('p', {class: 'words-of-preset'});
  parts.play = button('Pause', () => play(!playing));
  const zero = button('Start from zero', () => { explain(''); restart('zero'); }), trained = button('Start from a trained GAN', () => { explain(''); restart('healthy', {...settings, latent: defaults().latent}); });
  const breaks = data.presets.map(each => button(each.label, () => { explain(each.question, each.answer); restart(each.start, {...defaults(), seed: settings.seed, side: settings.side, ...each.settings}); }));
  const mend = button('Mend it', () => { put({...settings, ...Object.fromEntries(Object.entries(defaults()).filter(([key]) => !data.settings.find(each => each.key === key).restarts))});
    explain(data.mended);
    if (!worker) return begin('zero');
    worker.postMessage({type: 'settings', settings});
    play(true);
  });
  parts.starts = [zero, trained, ...breaks, mend];
  const toggle = (words, others, act) => { const node = button(words, () => { const on = act(); node.textContent = on ? others : words; }); return node; };
  parts.run = h('div', {class: 'row', hidden: true}, parts.play,
    button('One step', () => { play(false); worker.postMessage({type: 'step'}); }),
    toggle('Slow motion', 'Full speed', () => { slow = !slow; worker.postMessage({type: 'pace', waiting: slow ? SLOW_MS : 0}); return slow; }),
    toggle('Show all 256', 'Show sixteen', () => { shown = shown === 16 ? 256 : 16; paint(); return shown === 256; }));
  const text = () => modules.links.changed(data.query, 'live', new URLSearchParams(Object.entries(settings)).toString());
  const share = button('share these settings', async event => {
    const node = event.currentTarget, url = address(text());
    const copied = await copy(url);
    if (copied) { node.textContent = 'link copied'; setTimeout(() => { node.textContent = 'share these settings'; }, 1600); } else say(url);
  }, 'link');
  const save = button('download its weights', () => worker?.postMessage({type: 'export'}), 'link');
  section.replaceChildren(
    h('h3', {}, 'Train one yourself'),
    h('p', {}, 'A small GAN learns to draw digits in your own browser: 6,000 real digits, two networks of three layers each. Nothing leaves your machine. ',
      'Change the settings while it learns, break it, and mend it.'),
    h('div', {class: 'row'}, zero, trained),
    h('div', {class: 'live-body'},
      h('div', {class: 'live-view'}, parts.canvas, parts.status, parts.run,
        h('div', {class: 'row'}, h('span', {}, 'Break it:'), breaks), h('div', {class: 'row'}, mend), parts.words,
        h('div', {class: 'row'}, share, save)),
      h('div', {class: 'live-settings'}, Object.values(parts.controls).map(({node}) => node))));
  put(data.begins);
  if (!data.healthy[16]) trained.hidden = true;
}
const defaults = () => Object.fromEntries(value().settings.map(setting => [setting.key, setting.default]));

let built = null;
function draw() {
  if (!value() || built === JSON.stringify(value())) return;
  built = JSON.stringify(value());
  worker?.terminate();
  worker = last = null;
  section.classList.remove('begun');
  build();
  if (value().linked) { say('These are the settings of the link: start from zero.'); section.scrollIntoView({block: 'center'}); }
}
// Out of sight it pauses: in a tab in the background, and when another tab of the page is shown.
function seen() {
  if (!worker) return;
  const visible = !document.hidden && Boolean(section.offsetParent);
  if (!visible && playing) { hiddenWhile = true; play(false); }
  else if (visible && hiddenWhile) { hiddenWhile = false; play(true); }
}
document.addEventListener('visibilitychange', seen);
new ResizeObserver(seen).observe(section);
