// Takes pictures from the file chooser, from a drop and from the clipboard, and shrinks large photos before they are sent.
(async () => {
  const modules = await window.explorer.ready;
  const {shrunk, ended, chosen, isText} = modules.shrink;
  const INPUT = 'input[type=file][accept*="image"]';
  const FIELD = 'input:not([type=range], [type=checkbox], [type=radio], [type=file]), textarea, select, [contenteditable]';
  const ready = new WeakSet(); // change events of files that are already shrunk

  // Put the file into the button's hidden input, as if the visitor had chosen it. A file without the suffix of a picture gets an image
  // type, because Gradio would refuse it otherwise; the server detects the format from the content.
  function give(input, picked) {
    const file = picked.type.startsWith('image/') ? picked : new File([picked], picked.name, {type: 'image/unknown'});
    if (input.files[0] !== file) {
      const carrier = new DataTransfer();
      carrier.items.add(file);
      input.files = carrier.files;
    }
    const event = new Event('change', {bubbles: true});
    ready.add(event);
    input.dispatchEvent(event);
  }

  async function sizeOf(file) {
    const image = new Image(), url = URL.createObjectURL(file);
    try {
      await new Promise((loaded, failed) => Object.assign(image, {onload: loaded, onerror: failed, src: url}));
      return [image.naturalWidth, image.naturalHeight];
    } finally { URL.revokeObjectURL(url); }
  }

  // Convert a large photo to a JPEG of 4 megapixels on white. The browser decodes it directly to that size, because a canvas of more than
  // 16,777,216 pixels stays black on iOS. A truncated file, or one that the browser cannot open, is sent unchanged: the server reports it.
  async function shrink(file) {
    try {
      const size = shrunk(...await sizeOf(file));
      if (!size || !ended(new Uint8Array(await file.arrayBuffer()))) return file;
      const bitmap = await createImageBitmap(file, {resizeWidth: size.width, resizeHeight: size.height, resizeQuality: 'high'});
      const canvas = Object.assign(document.createElement('canvas'), size), context = canvas.getContext('2d');
      context.fillStyle = 'white';
      context.fillRect(0, 0, size.width, size.height);
      context.drawImage(bitmap, 0, 0);
      bitmap.close();
      const blob = await new Promise(done => canvas.toBlob(done, 'image/jpeg', 0.95));
      return blob ? new File([blob], `${file.name.replace(/\.[^.]*$/, '') || 'photo'}.jpg`, {type: blob.type}) : file;
    } catch { return file; }
  }

  // In the capture phase, which is before Gradio's own listener; that one sends the file.
  window.addEventListener('change', async event => {
    const input = event.target;
    if (ready.has(event) || !input.matches?.(INPUT) || !input.files.length) return;
    event.stopImmediatePropagation();
    give(input, await shrink(input.files[0]));
  }, true);

  // The input of the visible upload button that is nearest to a node: in the smallest part of the page that has both.
  function receiver(node) {
    for (let part = node instanceof Element ? node : document.body; part; part = part.parentElement) {
      const found = [...part.querySelectorAll(INPUT)].find(input => input.nextElementSibling?.offsetParent);
      if (found) return found;
    }
    return null;
  }
  async function take(file, node) {
    const input = receiver(node);
    if (input && file) give(input, await shrink(file));
  }

  // Handle every drop, because the browser would otherwise leave the page and open the file. Text can still be dropped into a field.
  const carries = event => [...(event.dataTransfer?.types || [])].includes('Files');
  const isForField = event => !carries(event) && event.target.closest?.(FIELD);
  document.addEventListener('dragover', event => {
    if (isForField(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = carries(event) && receiver(event.target) ? 'copy' : 'none';
  });
  document.addEventListener('drop', event => {
    if (isForField(event)) return;
    event.preventDefault();
    const isFolder = [...(event.dataTransfer?.items || [])].some(item => item.webkitGetAsEntry?.()?.isDirectory);
    if (!isFolder) take(chosen(event.dataTransfer?.files), event.target);
  });

  document.addEventListener('paste', event => {
    const file = chosen(event.clipboardData?.files);
    if (!file || event.target.closest?.(FIELD) || document.activeElement?.closest(FIELD)) return;
    if (isText(event.clipboardData.getData('text/plain'), file.name) || !receiver(event.target)) return;
    event.preventDefault();
    take(file, event.target);
  });
})();
