import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { seconds } from '../base/duration.js';
import { SpacedWriter } from './spaced-writer.js';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a file that is kept in step with something', () => {
  let clock: FakeClock;
  let content: string;
  let file: string[];
  let write: () => Promise<void>;
  let writer: SpacedWriter;

  const change = (to: string) => {
    content = to;
    writer.changed();
  };

  beforeEach(() => {
    clock = new FakeClock();
    content = '';
    file = [];
    write = () => {
      file.push(content);
      return Promise.resolve();
    };
    writer = new SpacedWriter({
      clock,
      name: 'file',
      content: () => content,
      write: () => write(),
      onFailure: () => undefined,
      written: '',
    });
  });

  it('has a few changes at once, each', async () => {
    for (const text of ['a', 'b', 'c', 'd', 'e']) {
      change(text);
      await settled();
    }
    expect(file).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(clock.pending).toEqual([]);
  });

  it('has what changed while it was written right after that', async () => {
    let finish: () => void = () => undefined;
    write = () => {
      file.push(content);
      return new Promise((resolve) => {
        finish = resolve;
      });
    };
    change('a');
    await settled();
    change('b');
    change('c');
    await settled();
    expect(file).toEqual(['a']);
    finish();
    await settled();
    expect(file).toEqual(['a', 'c']);
    finish();
    await settled();
    expect(file).toEqual(['a', 'c']);
  });

  it('is written once a second where changes go on, the newest in the end', async () => {
    for (let count = 0; count < 100; count++) {
      change(`${count}`);
      await settled();
    }
    const atOnce = file.length;
    expect(atOnce).toBeLessThanOrEqual(10);
    clock.advance(seconds(1));
    await settled();
    expect(file.length).toBe(atOnce + 1);
    expect(file.at(-1)).toBe('99');
    await writer.close();
    expect(clock.pending).toEqual([]);
  });

  it('is tried again after a while where it cannot be written', async () => {
    const works = write;
    write = () => Promise.reject(new Error('full'));
    change('a');
    await settled();
    write = works;
    change('b');
    await settled();
    expect(file).toEqual([]);
    clock.advance(seconds(10));
    await settled();
    expect(file).toEqual(['b']);
    await writer.close();
  });
});
