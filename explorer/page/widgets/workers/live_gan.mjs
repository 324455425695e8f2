// The worker that trains the live GAN, so that the page stays responsive. It answers messages of widgets/live_gan.js.
//
// Messages to it: begin, settings, play, pause, step, restart, export. Messages from it: ready, moment, state, failed.

import {GAN, Random, nearest, shrinking, spread} from './gan.mjs';
import {read, write} from './safetensors.mjs';

const SHOWN = 256, EVERY = 10, BURST_MS = 40, FIXED_SEED = 1000003, KNOWN = 1000;
let tf, digits, healthy, settings, gan = null, real = null, fixed = null, playing = false, waiting = 0, rate = {at: 0, steps: 0, each: 0};

const fail = error => { playing = false; postMessage({type: 'failed', message: String(error?.message ?? error)}); };

// A library's file, from this page's own server or, if it has none, from a public one; what does not have the known hash is not used.
async function fetched({urls, integrity}) {
  let reason;
  for (const url of urls) {
    try {
      const answer = await fetch(url, {integrity, credentials: 'omit'});
      if (answer.ok) return await answer.blob();
      reason = `${url} answered ${answer.status}`;
    } catch (error) { reason = `${url}: ${error.message}`; }
  }
  throw new Error(`TensorFlow.js could not be loaded (${reason}).`);
}
async function load(libraries) {
  const blobs = Object.fromEntries(await Promise.all(Object.entries(libraries).map(async ([name, library]) => [name, await fetched(library)])));
  const address = name => URL.createObjectURL(new Blob([blobs[name]], {type: name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript'}));
  for (const name of ['tf.js', 'tf-wasm.js']) await import(address(name));
  tf = globalThis.tf;
  // Threads would need headers that a page in a frame does not have. The library wants a path for them all the same.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const [plain, simd] = [address('plain.wasm'), address('simd.wasm')], prefix = 'tfjs-backend-wasm';
  tf.wasm.setWasmPaths({[`${prefix}.wasm`]: plain, [`${prefix}-simd.wasm`]: simd, [`${prefix}-threaded-simd.wasm`]: simd});
}
// Whether WebGL runs on a graphics card here, not in software.
function card() {
  const context = typeof OffscreenCanvas === 'undefined' ? null : new OffscreenCanvas(1, 1).getContext('webgl2');
  const names = context?.getExtension('WEBGL_debug_renderer_info'), name = names ? context.getParameter(names.UNMASKED_RENDERER_WEBGL) : '';
  return Boolean(name) && !/swiftshader|llvmpipe|software|basic render/i.test(name);
}
async function choose(side) {
  for (const name of side === 28 && card() ? ['webgl', 'wasm', 'cpu'] : ['wasm', 'cpu']) {
    if (tf.getBackend() === name) return;
    if (await tf.setBackend(name).catch(() => false)) return tf.ready();
  }
  throw new Error('TensorFlow.js found nothing here to compute with.');
}

// Real pictures (count, side * side) in [-1, 1]; the last `heldOut` of them are not trained on.
function prepare(side) {
  real?.all.dispose();
  const all = tf.tidy(() => {
    const images = tf.sub(tf.div(tf.tensor(digits.pixels, [digits.pixels.length / 784, 28, 28], 'float32'), 127.5), 1);
    if (side === 28) return tf.reshape(images, [-1, 784]);
    const shrink = tf.tensor(shrinking(side)), count = images.shape[0];  // first the rows, then the columns
    const rows = tf.reshape(tf.matMul(tf.reshape(images, [count * 28, 28]), shrink, false, true), [count, 28, side]);
    const columns = tf.reshape(tf.transpose(rows, [0, 2, 1]), [count * side, 28]);
    return tf.reshape(tf.transpose(tf.reshape(tf.matMul(columns, shrink, false, true), [count, side, side]), [0, 2, 1]), [count, side * side]);
  });
  const trained = all.shape[0] - digits.heldOut;
  real = {all, side, trained};
  real.spread = tf.tidy(() => spread(tf, tf.slice(all, [trained, 0], [SHOWN, -1])).dataSync()[0]);
}
const batch = count => tf.tidy(() => tf.gather(real.all, tf.tensor1d(gan.random.integers(count, real.trained), 'int32')));

async function restart(from, changed) {
  settings = changed;
  await choose(settings.side);
  gan?.dispose();
  gan = null;
  if (real?.side !== settings.side || real.backend !== tf.getBackend()) prepare(settings.side);
  real.backend = tf.getBackend();
  const weights = from === 'healthy' && healthy[settings.side] ? read(healthy[settings.side]) : null;
  gan = new GAN(tf, {side: settings.side, latent: weights ? weights.get('generator.0.weight').shape[1] : settings.latent, seed: settings.seed, weights});
  fixed?.dispose();
  fixed = gan.latents(SHOWN, new Random(FIXED_SEED));
  rate = {at: performance.now(), steps: 0, each: 0};
  await measure({});
}

// What the page shows: the pictures of the same latents as always, and the measures.
async function measure(losses) {
  const tensors = tf.tidy(() => {
    const pictures = gan.generate(fixed), held = tf.slice(real.all, [real.trained, 0], [SHOWN, -1]);
    return {
      pixels: tf.cast(tf.round(tf.mul(tf.add(tf.clipByValue(pictures, -1, 1), 1), 127.5)), 'int32'),
      real: tf.mean(tf.cast(tf.greater(gan.discriminate(held), 0), 'float32')),
      generated: tf.mean(tf.cast(tf.less(gan.discriminate(pictures), 0), 'float32')),
      spread: spread(tf, pictures),
      kinds: nearest(tf, pictures, tf.slice(real.all, [0, 0], [KNOWN, -1])),
    };
  });
  const numbers = {};
  for (const [name, tensor] of Object.entries(tensors)) { numbers[name] = await tensor.data(); tensor.dispose(); }
  const counts = Array(10).fill(0);
  for (const i of numbers.kinds) counts[digits.labels[i]] += 1;
  const critic = settings.loss === 'wasserstein';  // its outputs have no threshold
  const pixels = Uint8Array.from(numbers.pixels);
  postMessage({
    type: 'moment', step: gan.steps, side: gan.side, latent: gan.latent, backend: tf.getBackend(), rate: rate.each, pixels, ...losses,
    accuracyReal: critic ? null : numbers.real[0], accuracyGenerated: critic ? null : numbers.generated[0],
    spread: numbers.spread[0] / real.spread, kinds: counts.filter(count => count >= 0.02 * SHOWN).length, finite: Number.isFinite(numbers.spread[0]),
  }, [pixels.buffer]);
  if (!Number.isFinite(numbers.spread[0])) playing = false;
}

async function step(measured) {
  const tensors = gan.step(batch, settings), losses = {};
  if (measured || gan.steps % EVERY === 0) {
    for (const [name, tensor] of Object.entries(tensors)) losses[name] = (await tensor.data())[0];
    await measure(losses);
  }
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
const wait = ms => new Promise(resolve => {
  if (ms) return setTimeout(resolve, ms);
  const {port1, port2} = new MessageChannel();  // a timer would wait at least four milliseconds
  port1.onmessage = () => { port1.close(); resolve(); };
  port2.postMessage(null);
});
let running = Promise.resolve();
async function play() {
  rate = {at: performance.now(), steps: gan.steps, each: 0};
  while (playing) {
    const until = performance.now() + BURST_MS;
    do await step(waiting > 0); while (playing && !waiting && performance.now() < until);
    const seconds = (performance.now() - rate.at) / 1000;
    if (seconds > 1) rate = {at: performance.now(), steps: gan.steps, each: (gan.steps - rate.steps) / seconds};
    await wait(waiting);
  }
}
async function paused(act) {  // an action between two steps; training goes on after it
  const went = playing;
  playing = false;
  await running;
  await act();
  if (went) start();
}
function start() {
  if (playing || !gan) return;
  playing = true;
  running = running.then(play).catch(fail);
}

const actions = {
  async begin(message) {
    ({digits, healthy} = message);
    await load(message.libraries);
    postMessage({type: 'ready', card: card()});
    await restart(message.from, message.settings);
  },
  settings(message) { settings = message.settings; },
  play(message) { waiting = message.waiting ?? 0; start(); },
  pace(message) { waiting = message.waiting; },
  pause() { playing = false; },
  step: () => paused(() => step(true)),
  restart: message => paused(() => restart(message.from, message.settings)),
  export: () => paused(async () => {
    const weights = new Map();
    for (const [name, weight] of gan.weights) weights.set(name, {shape: weight.shape, data: await weight.data()});
    const file = write(weights, {settings: JSON.stringify(settings), steps: String(gan.steps)});
    postMessage({type: 'state', file}, [file.buffer]);
  }),
};
let order = Promise.resolve();
onmessage = ({data}) => { order = order.then(() => actions[data.type](data)).catch(fail); };
