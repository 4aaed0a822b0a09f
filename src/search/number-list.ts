/** A list of 32-bit numbers that grows: an eighth of the memory and none of the garbage of arrays of objects. */
export interface NumberList {
  readonly length: number;
  at(index: number): number;
  push(value: number): void;
  /** What stands at `index` and behind it goes one further. */
  insert(index: number, value: number): void;
  removeAt(index: number): void;
  /** Keeps the first so many; and the memory, unlike an array whose length is set. */
  cut(length: number): void;
  /** What is in it now, not copied: good until the next change. */
  values(): Int32Array;
}

/** How much more than is needed a list takes, in numbers, so that a short one does not grow at once. */
const SPARE = 16;

/** @param first what it begins with; copied */
export function createNumberList(first: Int32Array = new Int32Array()): NumberList {
  let numbers = new Int32Array(first.length + SPARE);
  numbers.set(first);
  let length = first.length;

  function grow(): void {
    const larger = new Int32Array(2 * length);
    larger.set(numbers);
    numbers = larger;
  }

  return {
    get length() {
      return length;
    },
    at: (index) => numbers[index] ?? 0,
    push(value) {
      if (length === numbers.length) grow();
      numbers[length++] = value;
    },
    insert(index, value) {
      if (length === numbers.length) grow();
      numbers.copyWithin(index + 1, index, length);
      numbers[index] = value;
      length++;
    },
    removeAt(index) {
      numbers.copyWithin(index, index + 1, length);
      length--;
    },
    cut(wanted) {
      length = wanted;
    },
    values: () => numbers.subarray(0, length),
  };
}
