/** What is wrong and how to mend it, for the operator. */
export class Finding extends Error {
  override name = 'Finding';
}

/** What works, but should be otherwise. */
export class Advice extends Finding {
  override name = 'Advice';
}

/** Looks at one thing; what it returns says that all is well. Both are Vietnamese sentences without secrets. */
export interface Check {
  name: string;
  /** @throws {Finding} */
  look(): Promise<string> | string;
  /** Without it, those after it up to the next group are not made. */
  vital?: boolean;
}
