import assert from 'node:assert/strict';
import {test} from 'node:test';

import {addressOf, reader} from '../../../../../explorer/page/widgets/modules/values.mjs';

test('a text is parsed once, a new text anew', () => {
  let text = '{"a": [1]}';
  const value = reader(() => text), first = value();
  assert.deepEqual(first, {a: [1]});
  assert.equal(value(), first);
  text = '{"a": [2]}';
  assert.deepEqual(value(), {a: [2]});
});

test('no text says nothing', () => {
  assert.equal(reader(() => undefined)(), null);
  assert.equal(reader(() => 'null')(), null);
});

test('an address carries the new state and the theme, nothing else', () => {
  assert.equal(addressOf('https://example.org/explorer/?q=old&__theme=dark&x=1#top', 'new one'),
    'https://example.org/explorer/?q=new+one&__theme=dark#top');
  assert.equal(addressOf('https://example.org/', 'a'), 'https://example.org/?q=a');
});
