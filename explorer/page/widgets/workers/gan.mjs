// A small GAN on digits, written with TensorFlow.js: its networks, its losses and one step of its training.
//
// The weights have the names and shapes of `train.parts.live_networks.LiveGAN`, and the losses are those of `train.parts.losses`; a test
// compares both with PyTorch. `tf` is the library, which the caller has loaded.

/** The sizes of the layers between the latent and the picture, by the side of the picture in pixels. */
export const HIDDEN = {16: [96, 160], 28: [128, 256]};
const LEAK = 0.2, BETAS = [0, 0.99], EPSILON = 1e-8, GAMMA = 1, LAMBDA = 10, CLIP = 0.1;

/** The name of a network's layer in PyTorch: a leaky ReLU lies between two of them, and the discriminator flattens its pictures first. */
const layerName = (network, i) => `${network}.${2 * i + (network === 'discriminator' ? 1 : 0)}`;

/** Random numbers from a seed, the same in every browser (mulberry32; normal numbers by Box and Muller). */
export class Random {
  constructor(seed) { this.state = seed >>> 0; }
  uniform() {
    this.state = (this.state + 0x6D2B79F5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  normals(count) {
    const numbers = new Float32Array(count);
    for (let i = 0; i < count; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform())), angle = 2 * Math.PI * this.uniform();
      numbers[i] = radius * Math.cos(angle);
      if (i + 1 < count) numbers[i + 1] = radius * Math.sin(angle);
    }
    return numbers;
  }
  uniforms(count) { return Float32Array.from({length: count}, () => this.uniform()); }
  integers(count, below) { return Int32Array.from({length: count}, () => Math.floor(this.uniform() * below)); }
}

/** The losses of the discriminator, by name: from its outputs on real and on generated pictures to a scalar. */
export const discriminatorLosses = tf => {
  const crossEntropy = (real, generated) => tf.add(tf.mean(tf.softplus(tf.neg(real))), tf.mean(tf.softplus(generated)));
  return {
    'minimax': crossEntropy,
    'non-saturating': crossEntropy,
    'hinge': (real, generated) => tf.add(tf.mean(tf.relu(tf.sub(1, real))), tf.mean(tf.relu(tf.add(1, generated)))),
    'wasserstein': (real, generated) => tf.sub(tf.mean(generated), tf.mean(real)),
  };
};

/** The losses of the generator, by name: from the discriminator's outputs on generated pictures to a scalar. */
export const generatorLosses = tf => ({
  'minimax': generated => tf.neg(tf.mean(tf.softplus(generated))),
  'non-saturating': generated => tf.mean(tf.softplus(tf.neg(generated))),
  'hinge': generated => tf.neg(tf.mean(generated)),
  'wasserstein': generated => tf.neg(tf.mean(generated)),
});

/** Squared norm of the gradient of a critic's outputs at each picture, (batch, pixels) -> (batch,). */
const squaredSlope = (tf, critic, images) => tf.sum(tf.square(tf.grad(x => tf.sum(critic(x)))(images)), 1);

/** R1 (Mescheder et al. 2018): half the squared slope at real pictures. */
export const r1 = (tf, critic, real) => tf.mul(GAMMA / 2, tf.mean(squaredSlope(tf, critic, real)));

/**
 * The gradient penalty (Gulrajani et al. 2017), at points between generated and real pictures. `shares` (batch, 1) says where:
 * 0 is the generated picture. */
export function gradientPenalty(tf, critic, real, generated, shares) {
  const between = tf.add(generated, tf.mul(tf.sub(real, generated), shares));
  const slope = tf.sqrt(tf.add(squaredSlope(tf, critic, between), 1e-12));
  return tf.mul(LAMBDA, tf.mean(tf.square(tf.sub(slope, 1))));
}

/** What shrinks pictures from 28 pixels to `side` pixels: (side, 28), the triangle filter of PyTorch's antialiased bilinear resizing. */
export function shrinking(side, from = 28) {
  const scale = from / side;
  return Array.from({length: side}, (_, i) => {
    const weights = Array.from({length: from}, (_, j) => Math.max(0, 1 - Math.abs((j + 0.5 - (i + 0.5) * scale) / scale)));
    const sum = weights.reduce((a, b) => a + b);
    return weights.map(weight => weight / sum);
  });
}

/** The GAN, with an optimiser for each network. */
export class GAN {
  /**
   * @param tf TensorFlow.js, with its backend chosen.
   * @param side pixels of a side of its pictures, a key of `HIDDEN`.
   * @param latent numbers in a latent.
   * @param seed of the first weights and of all that is drawn while it trains.
   * @param weights a Map from names to {shape, data}, in place of random first weights.
   */
  constructor(tf, {side, latent, seed, weights = null}) {
    Object.assign(this, {tf, side, latent, seed, random: new Random(seed), steps: 0, norm: 'none'});
    const [a, b] = HIDDEN[side], pixels = side * side;
    this.layers = {generator: [latent, a, b, pixels], discriminator: [pixels, b, a, 1]};
    this.weights = new Map();
    for (const [network, sizes] of Object.entries(this.layers)) {
      for (let i = 0; i < sizes.length - 1; i++) this.#layer(network, i, sizes[i], sizes[i + 1], weights);
    }
    this.#renew();
  }

  // As PyTorch begins: uniform within one over the root of the number of inputs. A norm layer begins as the identity after its normalising.
  #layer(network, i, inputs, outputs, given) {
    const bound = 1 / Math.sqrt(inputs), drawn = count => this.random.uniforms(count).map(u => bound * (2 * u - 1));
    const layer = layerName(network, i);
    const entries = [[`${layer}.weight`, [outputs, inputs], () => drawn(inputs * outputs)], [`${layer}.bias`, [outputs], () => drawn(outputs)]];
    if (i < 2) entries.push(
      [`${network}_norms.${i}.weight`, [outputs], () => new Float32Array(outputs).fill(1)],
      [`${network}_norms.${i}.bias`, [outputs], () => new Float32Array(outputs)]);
    for (const [name, shape, begin] of entries) {
      const data = given?.get(name)?.data ?? begin();
      this.weights.set(name, this.tf.tidy(() => this.tf.variable(this.tf.tensor(data, shape), true)));
    }
  }

  // New optimisers, which have seen no gradient.
  #renew() {
    this.optimisers?.generator.dispose();
    this.optimisers?.discriminator.dispose();
    const adam = () => this.tf.train.adam(1e-3, ...BETAS, EPSILON);
    this.optimisers = {generator: adam(), discriminator: adam()};
  }

  dispose() {
    for (const weight of this.weights.values()) weight.dispose();
    this.optimisers.generator.dispose();
    this.optimisers.discriminator.dispose();
  }

  /** The variables that a network learns. */
  variables(network) {
    const names = this.#normed(network) ? [network, `${network}_norms`] : [network];
    return [...this.weights].filter(([name]) => names.includes(name.split('.')[0])).map(([, weight]) => weight);
  }
  #normed(network) { return this.norm === 'both' || this.norm === network; }

  #apply(network, x) {
    const {tf, weights} = this, last = this.layers[network].length - 2;
    for (let i = 0; i <= last; i++) {
      const layer = layerName(network, i);
      x = tf.add(tf.matMul(x, weights.get(`${layer}.weight`), false, true), weights.get(`${layer}.bias`));
      if (i === last) break;
      if (this.#normed(network)) {
        const {mean, variance} = tf.moments(x, 0);
        x = tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), weights.get(`${network}_norms.${i}.weight`)), weights.get(`${network}_norms.${i}.bias`));
      }
      x = tf.sub(tf.relu(x), tf.mul(LEAK, tf.relu(tf.neg(x))));  // leaky ReLU; the library's own has no second derivative
    }
    return x;
  }
  /** (batch, latent) -> pictures (batch, side * side) in [-1, 1]. */
  generate(z) { return this.tf.tanh(this.#apply('generator', z)); }
  /** Pictures (batch, side * side) -> outputs (batch,). */
  discriminate(images) { return this.tf.squeeze(this.#apply('discriminator', images), [1]); }

  /** Latents (count, latent) from the GAN's own random numbers, or from others. */
  latents(count, random = this.random) { return this.tf.tensor(random.normals(count * this.latent), [count, this.latent]); }

  /**
   * The discriminator's steps and one step of the generator.
   *
   * @param real a function from a count to as many real pictures.
   * @param settings {loss, regularise, rate_generator, rate_discriminator, discriminator_steps, noise, norm}.
   * @returns tensors {discriminator, generator, gradient}: the losses and the norm of the generator's gradient; the caller disposes of them.
   */
  step(real, settings, batch = 64) {
    if (settings.norm !== this.norm) { this.norm = settings.norm; this.#renew(); }
    for (const network of ['generator', 'discriminator']) this.optimisers[network].learningRate = settings[`rate_${network}`];
    let loss = null;
    for (let i = 0; i < settings.discriminator_steps; i++) {
      loss?.dispose();
      loss = this.#discriminatorStep(real(batch), settings, batch);
    }
    this.steps += 1;
    return {discriminator: loss ?? this.tf.scalar(NaN), ...this.#generatorStep(settings, batch)};
  }

  #noisy(images, noise) {
    return noise ? this.tf.add(images, this.tf.tensor(this.random.normals(images.size).map(x => noise * x), images.shape)) : images;
  }

  #discriminatorStep(real, settings, batch) {
    const {tf} = this, critic = x => this.discriminate(x);
    const loss = tf.tidy(() => {
      const shown = this.#noisy(real, settings.noise), generated = this.#noisy(this.generate(this.latents(batch)), settings.noise);
      const shares = settings.regularise === 'penalty' ? tf.tensor(this.random.uniforms(batch), [batch, 1]) : null;
      let bare;
      const {grads} = tf.variableGrads(() => {
        const loss = bare = tf.keep(discriminatorLosses(tf)[settings.loss](critic(shown), critic(generated)));  // without the penalty
        if (settings.regularise === 'r1') return tf.add(loss, r1(tf, critic, shown));
        if (settings.regularise === 'penalty') return tf.add(loss, gradientPenalty(tf, critic, shown, generated, shares));
        return loss;
      }, this.variables('discriminator'));
      this.optimisers.discriminator.applyGradients(grads);
      if (settings.regularise === 'clip') for (const weight of this.variables('discriminator')) weight.assign(tf.clipByValue(weight, -CLIP, CLIP));
      return bare;
    });
    real.dispose();
    return loss;
  }

  #generatorStep(settings, batch) {
    const {tf} = this;
    return tf.tidy(() => {
      const z = this.latents(batch), pixels = batch * this.side * this.side;
      const noise = settings.noise ? tf.tensor(this.random.normals(pixels).map(x => settings.noise * x), [batch, this.side * this.side]) : 0;
      const {value, grads} = tf.variableGrads(
        () => generatorLosses(tf)[settings.loss](this.discriminate(tf.add(this.generate(z), noise))), this.variables('generator'));
      const gradient = tf.sqrt(tf.addN(Object.values(grads).map(each => tf.sum(tf.square(each)))));
      this.optimisers.generator.applyGradients(grads);
      return {generator: value, gradient};
    });
  }
}

/** The mean distance between two different rows of (count, size). */
export function spread(tf, rows) {
  return tf.tidy(() => {
    const count = rows.shape[0], squares = tf.sum(tf.square(rows), 1, true);
    const distances = tf.sqrt(tf.relu(tf.sub(tf.add(squares, tf.transpose(squares)), tf.mul(2, tf.matMul(rows, rows, false, true)))));
    return tf.div(tf.sum(tf.mul(distances, tf.sub(1, tf.eye(count)))), count * (count - 1));
  });
}

/** For each row of (count, size), the index of the nearest row of `known` (many, size). */
export function nearest(tf, rows, known) {
  return tf.tidy(() => tf.argMin(tf.sub(tf.sum(tf.square(known), 1), tf.mul(2, tf.matMul(rows, known, false, true))), 1));
}
