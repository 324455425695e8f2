// Runs the browser's GAN for test_live_gan.py: reads a request, writes an answer beside it.
import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';

import * as gan from '../../../../explorer/page/widgets/workers/gan.mjs';
import * as safetensors from '../../../../explorer/page/widgets/workers/safetensors.mjs';

const request = JSON.parse(readFileSync(process.argv[2], 'utf8')), {folder} = request;
const tf = createRequire(import.meta.url)(request.tensorflow);
await tf.setBackend('cpu');

const load = name => { const bytes = readFileSync(`${folder}/${name}`); return safetensors.read(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)); };
const made = name => new gan.GAN(tf, {side: 16, latent: 32, seed: 3, weights: load(name)});
const list = tensor => Array.from(tensor.dataSync());
function save(model) {
  const weights = new Map([...model.weights].map(([name, weight]) => [name, {shape: weight.shape, data: weight.dataSync()}]));
  writeFileSync(`${folder}/written.safetensors`, safetensors.write(weights, {steps: '1'}));
}

const tasks = {
  parts() {
    const [real, generated] = request.outputs.map(row => tf.tensor1d(row)), pictures = tf.tensor2d(request.real), losses = {};
    const [forDiscriminator, forGenerator] = [gan.discriminatorLosses(tf), gan.generatorLosses(tf)];
    for (const name of Object.keys(forGenerator)) losses[name] = [forDiscriminator[name](real, generated).dataSync()[0], forGenerator[name](generated).dataSync()[0]];
    const model = made('whole.safetensors'), critic = x => model.discriminate(x), z = model.latents(8, new gan.Random(5)), drawn = model.generate(z);
    const shares = tf.tensor2d(request.shares, [8, 1]), flipped = tf.reverse(pictures, 0);
    save(made('half.safetensors'));
    return {
      losses, latents: list(z), pictures: list(drawn), discriminated: list(model.discriminate(drawn)),
      penalties: [gan.r1(tf, critic, pictures).dataSync()[0], gan.gradientPenalty(tf, critic, pictures, flipped, shares).dataSync()[0]],
      shrinking: gan.shrinking(16), spread: gan.spread(tf, pictures).dataSync()[0], nearest: list(gan.nearest(tf, flipped, pictures)),
    };
  },
  step() {
    const model = made('whole.safetensors'), latents = [], {latents: draw, random} = model;
    let shares = null;
    model.latents = count => { const z = draw.call(model, count); latents.push(list(z)); return z; };
    const uniforms = random.uniforms.bind(random);
    random.uniforms = count => { const numbers = uniforms(count); shares = Array.from(numbers); return numbers; };
    const losses = model.step(() => tf.tensor2d(request.real), request.settings, request.batch);
    save(model);
    return {latents, shares, ...Object.fromEntries(Object.entries(losses).map(([name, tensor]) => [name, tensor.dataSync()[0]]))};
  },
};
writeFileSync(`${folder}/answer.json`, JSON.stringify(tasks[request.task]()));
