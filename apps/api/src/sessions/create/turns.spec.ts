import { EventEmitter, once } from 'node:events';
import { Turns } from './turns';

describe('Turns', () => {
  /** Work that says when it begins, and ends when it is told to. */
  function working(begun: string[], name: string) {
    const end = new EventEmitter();
    const work = async () => {
      begun.push(name);
      await once(end, 'end');
      return name;
    };
    return { work, end: () => end.emit('end'), fail: () => end.emit('error', new Error(name)) };
  }
  const settled = () => new Promise(setImmediate);

  it('begins work on other things at once', async () => {
    const turns = new Turns();
    const begun: string[] = [];
    const [first, second] = [working(begun, 'first'), working(begun, 'second')];
    const done = [turns.take(['a', 'b'], first.work), turns.take(['c'], second.work)];
    expect(begun).toEqual(['first', 'second']);
    second.end();
    first.end();
    expect(await Promise.all(done)).toEqual(['first', 'second']);
  });

  it('begins work on the same thing after what was asked for before, also after that failed', async () => {
    const turns = new Turns();
    const begun: string[] = [];
    const [first, second, third] = ['first', 'second', 'third'].map((name) => working(begun, name));
    if (!first || !second || !third) throw new Error('There are three.');
    const failed = expect(turns.take(['a'], first.work)).rejects.toThrow('first');
    const done = [turns.take(['b', 'a'], second.work), turns.take(['b'], third.work)];
    await settled();
    expect(begun).toEqual(['first']);
    first.fail();
    await failed;
    await settled();
    expect(begun).toEqual(['first', 'second']);
    second.end();
    await settled();
    expect(begun).toEqual(['first', 'second', 'third']);
    third.end();
    expect(await Promise.all(done)).toEqual(['second', 'third']);
  });

  it('forgets what is over', async () => {
    const turns = new Turns();
    await turns.take(['a'], () => Promise.resolve());
    expect(turns).toEqual(new Turns());
  });
});
