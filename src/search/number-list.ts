/** A list of 32-bit numbers that grows: an eighth of the memory and none of the garbage of arrays of objects. */
export interface NumberList {
  readonly length: number;
  /** The first `length` of these are the list; good until the next change. */
  readonly numbers: Int32Array;
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
  return new Numbers(first);
}

/** A class, so that all lists share one `push`, which the engine then puts into the loops that call it. */
class Numbers implements NumberList {
  length: number;
  numbers: Int32Array;

  constructor(first: Int32Array) {
    this.length = first.length;
    this.numbers = new Int32Array(first.length + SPARE);
    this.numbers.set(first);
  }

  push(value: number): void {
    if (this.length === this.numbers.length) this.grow();
    this.numbers[this.length++] = value;
  }

  insert(index: number, value: number): void {
    if (this.length === this.numbers.length) this.grow();
    this.numbers.copyWithin(index + 1, index, this.length);
    this.numbers[index] = value;
    this.length++;
  }

  removeAt(index: number): void {
    this.numbers.copyWithin(index, index + 1, this.length);
    this.length--;
  }

  cut(length: number): void {
    this.length = length;
  }

  values(): Int32Array {
    return this.numbers.subarray(0, this.length);
  }

  private grow(): void {
    const larger = new Int32Array(2 * this.length);
    larger.set(this.numbers);
    this.numbers = larger;
  }
}
