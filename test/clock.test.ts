import { expect, test } from 'vitest';
import { todayIn } from '../src/clock.ts';
import { drivenClock } from './support/clock.ts';
import { randomNumbers } from './support/random.ts';

test('today is what the calendar says, however the clock jumps, where summer time begins at midnight too', () => {
  const { seed, number } = randomNumbers();
  for (const timeZone of ['Asia/Ho_Chi_Minh', 'America/New_York', 'America/Santiago', 'Pacific/Apia']) {
    const clock = drivenClock('2011-12-28T00:00:00Z');
    const today = todayIn(clock, timeZone);
    for (let step = 0; step < 500; step++) {
      const plain = clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
      expect(today().toString(), `${timeZone} ${clock.now().toString()}, seed ${seed}`).toBe(plain.toString());
      clock.advance({ minutes: number(10) === 0 ? -number(3000) : number(1000) });
    }
  }
});
