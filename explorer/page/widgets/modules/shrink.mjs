// What is decided about a picture before it is sent; no access to the page.

export const MOST = 4e6; // pixels that are sent; the models look at 256 x 256 at most

// The size that a picture is shrunk to, in its own proportions; null for one that is small enough.
export function shrunk(width, height, most = MOST) {
  if (!(width * height > most)) return null;
  const scale = Math.sqrt(most / (width * height));
  return {width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale))};
}

const HEAD = 65536; // where a JPEG may have a thumbnail with an end mark of its own

// Whether a JPEG or PNG has its end mark. A browser would draw one that is cut without a word, so the server must see it.
export function ended(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) {
    for (let i = bytes.length - 2, first = bytes.length > 2 * HEAD ? HEAD : 2; i >= first; i--) if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return true;
    return false;
  }
  if (bytes[0] !== 0x89 || bytes[1] !== 0x50) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) if (view.getUint32(at + 4) === 0x49454e44) return true; // IEND
  return false;
}

// The file to take among those dropped or pasted: the first picture, or the first file, of which the server says what it is.
export const chosen = files => [...(files || [])].find(file => file.type.startsWith('image/')) || files?.[0] || null;

// Whether the text beside a pasted picture is more than its name: office programs put a picture of a copied text beside it.
export const isText = (text, name) => Boolean(text.trim()) && text.trim() !== name;
