// Weights in the safetensors format: eight bytes with the length of a JSON head, the head, and the numbers.

const SIZES = {F32: 4, F16: 2};

function halves(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({length: bytes.byteLength / 2}, (_, i) => {
    const half = view.getUint16(2 * i, true), sign = half >> 15 ? -1 : 1, exponent = (half >> 10) & 31, fraction = half & 1023;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
  });
}

/** A file (ArrayBuffer) -> a Map from names to {shape, data (Float32Array)}. */
export function read(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true)), start = 8 + length;
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length))), weights = new Map();
  for (const [name, {dtype, shape, data_offsets: [from, to]}] of Object.entries(head)) {
    if (name === '__metadata__') continue;
    if (!(dtype in SIZES)) throw new Error(`${name} has numbers of type ${dtype}; expected F32 or F16`);
    const bytes = new Uint8Array(buffer.slice(start + from, start + to));
    weights.set(name, {shape, data: dtype === 'F16' ? halves(bytes) : new Float32Array(bytes.buffer)});
  }
  return weights;
}

/** A Map from names to {shape, data (Float32Array)}, and texts about them -> a file (Uint8Array). */
export function write(weights, about = {}) {
  const head = {__metadata__: about};
  let end = 0;
  for (const [name, {shape, data}] of weights) head[name] = {dtype: 'F32', shape, data_offsets: [end, end += data.byteLength]};
  let text = JSON.stringify(head);
  text += ' '.repeat((8 - new TextEncoder().encode(text).length % 8) % 8);  // the numbers begin at a multiple of eight bytes
  const encoded = new TextEncoder().encode(text), file = new Uint8Array(8 + encoded.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(encoded.length), true);
  file.set(encoded, 8);
  let at = 8 + encoded.length;
  for (const {data} of weights.values()) { file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at); at += data.byteLength; }
  return file;
}
