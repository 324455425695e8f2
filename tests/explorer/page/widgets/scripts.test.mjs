import {readdirSync, readFileSync} from 'node:fs';
import {test} from 'node:test';

// Gradio runs a widget's script as the body of a function; here each is compiled as one, and not run.
const PAGE = new URL('../../../../explorer/page/', import.meta.url), AsyncFunction = (async () => {}).constructor;
const scripts = ['widgets/', 'shell/'].flatMap(folder => readdirSync(new URL(folder, PAGE)).map(name => folder + name));

for (const name of scripts.filter(name => name.endsWith('.js'))) {
  test(`${name} is a function's body`, () => {
    new AsyncFunction('element', 'props', 'trigger', 'watch', 'server', readFileSync(new URL(name, PAGE), 'utf8'));
  });
}
