import assert from 'node:assert';
import {test} from 'node:test';
import {chosen, ended, isText, shrunk} from '../../../../../explorer/page/widgets/modules/shrink.mjs';

test('a photo of a phone is shrunk to four megapixels in its proportions, a small picture is left', () => {
  assert.deepEqual(shrunk(5712, 4284), {width: 2309, height: 1732});
  assert.deepEqual(shrunk(100000, 100), {width: 63245, height: 63});
  assert.equal(shrunk(2000, 2000), null);
  assert.equal(shrunk(0, 0), null);
});

const png = (...kinds) => Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...kinds.flatMap(kind => [0, 0, 0, 1, ...Buffer.from(kind), 0xff, 0, 0, 0, 0])]);

test('a file has its end mark, or not', () => {
  const jpeg = new Uint8Array(200000).fill(7);
  jpeg.set([0xff, 0xd8, 0xff, 0xe1]);
  jpeg.set([0xff, 0xd9], 9000); // of a thumbnail
  assert.equal(ended(jpeg), false);
  jpeg.set([0xff, 0xd9], 150000); // and then a film
  assert.equal(ended(jpeg), true);
  assert.equal(ended(png('IHDR', 'IDAT', 'IEND')), true);
  assert.equal(ended(png('IHDR', 'IDAT')), false);
  assert.equal(ended(Uint8Array.from([0x52, 0x49, 0x46, 0x46])), true);
});

test('of several files the first picture is taken, and otherwise the first', () => {
  const [page, photo] = [{type: 'text/html'}, {type: 'image/png'}];
  assert.equal(chosen([page, photo]), photo);
  assert.equal(chosen([page]), page);
  assert.equal(chosen([]), null);
  assert.equal(chosen(undefined), null);
});

test("a file's name beside it is no text", () => {
  assert.equal(isText('', 'a.png'), false);
  assert.equal(isText(' a.png\n', 'a.png'), false);
  assert.equal(isText('1\t2', 'image.png'), true);
});
