import type { CompiledQuery } from 'kysely';

/**
 * A query that was built once, to be asked with these parameters: building it anew for every message takes longer than
 * the database needs to answer.
 *
 * @param parameters as many as the query was built with, in their order
 */
export function withParameters<R>(query: CompiledQuery<R>, ...parameters: unknown[]): CompiledQuery<R> {
  return { ...query, parameters };
}
