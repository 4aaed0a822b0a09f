import { expect, test } from 'vitest';
import { groupQuestions, type AskedText } from '../../src/questions/grouping.ts';
import { ALIKE, createQuestionTerms, likeness } from '../../src/questions/question-terms.ts';
import { seeded } from '../../src/search/eval/typing.ts';
import { readVocabulary } from '../../src/search/vocabulary.ts';

const readTerms = createQuestionTerms(readVocabulary());

test.each([
  ['máy bay không người lái bay cao mấy mét', 'May bay khong nguoi lai duoc bay cao may met a?'],
  ['Cho tôi hỏi đảng phí của công nhân là bao nhiêu ạ', 'đảng phí công nhân bao nhiêu'],
  ['đvdb có được biểu quyết không', 'Đảng viên dự bị có được biểu quyết không?'],
])('%j and %j are one', (a, b) => {
  expect(likeness(readTerms(a), readTerms(b))).toBeGreaterThanOrEqual(ALIKE);
  expect(
    groupQuestions(
      [
        { text: a, count: 1 },
        { text: b, count: 2 },
      ],
      readTerms,
    ),
  ).toEqual([{ text: b, count: 3 }]);
});

test.each([
  ['máy bay không người lái bay cao mấy mét', 'xe máy chở được mấy người'],
  ['mẫu 1-KNĐ dùng khi nào', 'mẫu 2-KNĐ dùng khi nào'],
  ['lễ kết nạp làm thế nào', 'hồ sơ chuyển sinh hoạt gồm những gì'],
])('%j and %j are two', (a, b) => {
  expect(
    groupQuestions(
      [
        { text: a, count: 1 },
        { text: b, count: 1 },
      ],
      readTerms,
    ),
  ).toHaveLength(2);
});

/** Each question against all leaders before it, without an index. */
function slowly(asked: readonly AskedText[]): AskedText[] {
  const order = (a: AskedText, b: AskedText): number =>
    b.count - a.count || (a.text < b.text ? 1 : a.text > b.text ? -1 : 0);
  const leaders: AskedText[] = [];
  for (const { text, count } of asked.toSorted(order)) {
    const like = leaders
      .map((leader) => ({ leader, alike: likeness(readTerms(text), readTerms(leader.text)) }))
      .filter(({ alike }) => alike >= ALIKE)
      .toSorted((a, b) => b.alike - a.alike || (a.leader.text < b.leader.text ? 1 : -1));
    if (like[0]) like[0].leader.count += count;
    else leaders.push({ text, count });
  }
  return leaders.toSorted(order);
}

test('the same as by comparing each with each, in whatever order they come', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = seeded(seed);
  const WORDS = 'kết nạp chuyển sinh hoạt bầu cử chi ủy bí thư đảng phí hồ sơ thẻ 12 18 mấy ai'.split(' ');
  const word = (): string => WORDS[Math.floor(random() * WORDS.length)] ?? '';
  for (let round = 0; round < 30; round++) {
    const texts = new Set(
      Array.from({ length: 40 }, () => Array.from({ length: 2 + Math.floor(random() * 7) }, word).join(' ')),
    );
    const asked = [...texts].map((text) => ({ text, count: 1 + Math.floor(random() * 3) }));
    const groups = groupQuestions(asked, readTerms);
    expect(groups, `seed ${seed}`).toEqual(slowly(asked));
    const shuffled = asked.map((one) => ({ one, by: random() })).toSorted((a, b) => a.by - b.by);
    expect(
      groupQuestions(
        shuffled.map(({ one }) => one),
        readTerms,
      ),
      `seed ${seed}`,
    ).toEqual(groups);
  }
});
