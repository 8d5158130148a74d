/** The event stream of a tab: applied at once, held while paused, said when lost. EventSource is the border, so it is played. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openLiveStream } from './live-stream.ts';

class PlayedSource extends EventTarget {
  static readonly CLOSED = 2;
  static last: PlayedSource | null = null;
  readyState = 1;
  closed = false;

  constructor() {
    super();
    PlayedSource.last = this;
  }

  close(): void {
    this.closed = true;
  }

  snapshot(data: string): void {
    this.dispatchEvent(new MessageEvent('snapshot', { data }));
  }
}

beforeEach(() => {
  vi.stubGlobal('EventSource', PlayedSource);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function opened() {
  const applied: string[] = [];
  const stream = openLiveStream('/stream', (data) => applied.push(data));
  const source = PlayedSource.last;
  if (source === null) throw new Error('no source was opened');
  return { applied, stream, source };
}

it('applies each snapshot as it comes', () => {
  const { applied, stream, source } = opened();
  source.snapshot('1');
  source.snapshot('2');
  expect(applied).toEqual(['1', '2']);
  expect(stream.state().connection).toBe('open');
  expect(stream.state().lastAtMs).not.toBeNull();
});

it('holds what comes while paused and then applies only the newest', () => {
  const { applied, stream, source } = opened();
  stream.setPaused(true);
  source.snapshot('1');
  source.snapshot('2');
  expect(applied).toEqual([]);
  stream.setPaused(false);
  expect(applied).toEqual(['2']);
});

it('says when the connection is lost, and ends with the tab', () => {
  const { stream, source } = opened();
  const heard = vi.fn();
  stream.subscribe(heard);
  source.dispatchEvent(new Event('error'));
  expect(stream.state().connection).toBe('lost');
  expect(heard).toHaveBeenCalled();
  stream.close();
  expect(source.closed).toBe(true);
});
